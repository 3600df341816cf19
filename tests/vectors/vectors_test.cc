// Every file of this folder decodes to what expected.tsv says, with the model models/tiny.pt, or
// data/tokens.pt where the file's name says "tokens".
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/hash.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"
#include "vectors/error_names.h"

namespace lmzip {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(LMZIP_TESTS_DIR) / "vectors";

struct Vector {
  std::string name, outcome, bytes, sha256, what;
};

std::vector<Vector> ReadList() {
  std::ifstream list(kFolder / "expected.tsv");
  std::vector<Vector> vectors;
  for (std::string line; std::getline(list, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    Vector v;
    for (std::string* field : {&v.name, &v.outcome, &v.bytes, &v.sha256, &v.what})
      std::getline(fields, *field, '\t');
    vectors.push_back(v);
  }
  return vectors;
}

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void ExpectOutcome(Codec& codec, const Vector& v) {
  SCOPED_TRACE(v.name + ": " + v.what);
  const Bytes file = ReadFile(kFolder / (v.name + ".lmz"));
  MemorySource source(file);
  MemorySink sink;
  std::string outcome = "ok";
  try {
    codec.Decompress(source, sink, {});
  } catch (const Error& e) {
    outcome = testing::ErrorName(e.code());
  }
  Sha256 hash;
  hash.Add(sink.bytes());
  EXPECT_EQ(outcome, v.outcome);
  EXPECT_EQ(std::to_string(sink.bytes().size()), v.bytes);
  EXPECT_EQ(Hex(hash.Finish()), v.sha256);
}

TEST(Vectors, DecodeAsExpected) {
  const std::vector<Vector> vectors = ReadList();
  ASSERT_GE(vectors.size(), 20u);
  for (int threads : {1, 3}) {
    const auto options = [threads](const char* model) {
      return CodecOptions{
          .model = model,
          .engine = Engine::kNative,
          .device = "cpu",
          .threads = threads,
          .references = {kFolder / "reference-1.bin", kFolder / "reference-2.bin"}};
    };
    Codec bytes(options(LMZIP_MODELS_DIR "/tiny.pt"));
    Codec tokens(options(LMZIP_TESTS_DIR "/data/tokens.pt"));
    for (const Vector& v : vectors)
      ExpectOutcome(v.name.find("tokens") != std::string::npos ? tokens : bytes, v);
  }
}

TEST(Vectors, EveryFileIsListed) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    files += entry.path().extension() == ".lmz";
  }
  EXPECT_EQ(files, ReadList().size());
}

}  // namespace
}  // namespace lmzip
