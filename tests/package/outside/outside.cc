// What a program in C++ does with lmzip: outside c|d MODEL IN OUT.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "lmzip/file_io.h"
#include "lmzip/lmzip.h"
#include "lmzip/machine.h"
#include "lmzip/memory_io.h"
#include "lmzip/model_check.h"
#include "lmzip/models.h"
#include "lmzip/speed.h"

namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "outside: %s\n", what);
  std::exit(1);
}

// The same in memory gives the same.
void CompareInMemory(lmzip::Codec& codec, const char* in, const char* coded) {
  const auto read = [](const char* path) {
    lmzip::FileSource source(path);
    lmzip::MemorySink sink;
    std::vector<uint8_t> buffer(1 << 16);
    while (const size_t got = source.Read(buffer)) sink.Write(std::span(buffer).first(got));
    return sink.Take();
  };
  const auto content = read(in);
  lmzip::MemorySource source(content);
  lmzip::MemorySink sink;
  codec.Compress(source, sink, {});
  Require(sink.bytes() == read(coded), "memory and file differ");
  std::vector<lmzip::SymbolCost> costs(content.size());
  const lmzip::CostReport cost = codec.Cost(content, {}, costs);
  const double size = static_cast<double>(sink.bytes().size());
  const double difference = static_cast<double>(cost.coded_bytes) - size;
  Require(-16 - size / 1000 <= difference && difference <= 16 + size / 1000,
          "costs differ from the code");
  lmzip::CostSum sum;
  for (const lmzip::SymbolCost& each : costs) sum.Add(each);
  Require(sum.result == cost.sum.result && sum.result > 0, "costs do not add up");
  lmzip::MemorySource source_of_list(sink.bytes());
  const lmzip::Listing listing = lmzip::List(source_of_list);
  Require(lmzip::DataKindHelp().find("gray:WIDTH") != std::string_view::npos, "kinds are not told");
  Require(listing.raw_bytes == content.size() && listing.models.size() == 1,
          "the listing is wrong");
}

// What fails throws lmzip::Error, also across the border of a shared library.
void ExpectErrors() {
  const uint8_t junk[] = {'j', 'u', 'n', 'k', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  try {
    lmzip::MemorySource source(junk);
    lmzip::NullSink sink;
    lmzip::Codec({}).Decompress(source, sink, {});
    Require(false, "junk was decoded");
  } catch (const lmzip::Error& e) {
    Require(e.code() == lmzip::ErrorCode::kBadMagic, e.what());
  }
  try {
    lmzip::ReadModel("no such model");
    Require(false, "no such model was found");
  } catch (const lmzip::Error& e) {
    Require(e.code() == lmzip::ErrorCode::kUsage, e.what());
  }
}

}  // namespace

int main(int argc, char** argv) try {
  Require(argc == 5, "usage: outside c|d MODEL IN OUT");
  lmzip::CodecOptions options;
  options.model = argv[2];
  options.threads = 2;
  lmzip::Codec codec(options);
  lmzip::FileSource source(argv[3]);
  lmzip::FileSink sink(argv[4]);
  if (std::strcmp(argv[1], "c") == 0) {
    codec.Compress(source, sink, {});
    Require(!std::filesystem::exists(argv[4]), "a part of the output is there");
    sink.Commit();
    CompareInMemory(codec, argv[3], argv[4]);
    ExpectErrors();
  } else {
    codec.Decompress(source, sink, {});
    sink.Commit();
  }
  std::printf("%s, %s, %s\n", lmzip::Version(), lmzip::ActiveInstructionSet().c_str(),
              lmzip::ReadModel(argv[2]).file.c_str());
  return 0;
} catch (const lmzip::Error& e) {
  std::fprintf(stderr, "outside: %s\n", e.what());
  return 1;
}
