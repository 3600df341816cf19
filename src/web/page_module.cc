// What the page's worker calls (worker.js): the library's calls on an input and an output that
// JavaScript has. One call at a time. Exported functions return 0 or, for a failure, an ErrorCode
// or one of the numbers below; lmzip_page_result() tells more.
#include <emscripten.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "lmzip/lmzip.h"
#include "lmzip/models.h"
#include "show/cost_page.h"

namespace lmzip {
namespace {

// clang-format off
// Module.read(place, out) fills a Uint8Array as far as the input goes; returns how much, or -1.
EM_JS(int, ReadInput, (double place, uint8_t* out, size_t bytes), {
  return Module['read'](place, HEAPU8.subarray(out, out + bytes));
});
// Module.write(bytes) keeps a Uint8Array.
EM_JS(void, WriteOutput, (const uint8_t* bytes, size_t count), {
  Module['write'](HEAPU8.slice(bytes, bytes + count));
});
EM_JS(void, TellProgress, (double raw_bytes, double coded_bytes), {
  Module['progress'](raw_bytes, coded_bytes);
});
// clang-format on

constexpr int kNoMemory = 100;
constexpr int kBug = 101;
constexpr char kModelFolder[] = "/models";  // of Emscripten's files in memory

class Input final : public ByteSource {
 public:
  size_t Read(std::span<uint8_t> out) override {
    const int got = ReadInput(static_cast<double>(place_), out.data(), out.size());
    if (got < 0)
      throw Error(ErrorCode::kIo, "the file cannot be read; it may have changed or gone");
    place_ += static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }
  bool Restart() override {
    place_ = 0;
    return true;
  }

 private:
  uint64_t place_ = 0;
};

class Output final : public ByteSink {
 public:
  void Write(std::span<const uint8_t> bytes) override { WriteOutput(bytes.data(), bytes.size()); }
};

Codec& TheCodec() {
  static Codec codec({.threads = 1, .model_folders = {kModelFolder}});
  return codec;
}

std::string& Result() {
  static std::string result;
  return result;
}

void SetResult(const nlohmann::json& json) {
  Result() = json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

/// Makes the call and keeps what it says of a failure.
template <typename Call>
int Guarded(const Call& call) noexcept {
  try {
    call();
    return 0;
  } catch (const Error& e) {
    Result() = e.what();
    return static_cast<int>(e.code());
  } catch (const std::bad_alloc&) {
    Result() = "the browser has no more memory for this page";
    return kNoMemory;
  } catch (const std::exception& e) {
    Result() = std::string("a bug in lmzip: ") + e.what();
    return kBug;
  }
}

/// Tells the page how far a call is. The only thread works: it has to look for itself.
class Watched : public Progress {
 public:
  Watched() {
    moved = [this] {
      TellProgress(static_cast<double>(raw_bytes), static_cast<double>(coded_bytes));
    };
  }
};

std::vector<uint8_t> ReadAll() {
  constexpr size_t kPiece = size_t{1} << 20;
  Input input;
  std::vector<uint8_t> bytes;
  for (size_t got = kPiece; got == kPiece;) {
    const size_t begin = bytes.size();
    bytes.resize(begin + kPiece);
    got = input.Read(std::span(bytes).subspan(begin));
    bytes.resize(begin + got);
  }
  return bytes;
}

EncodeOptions WithEffort(int effort) { return {.effort = static_cast<Effort>(effort)}; }

void Look() {
  std::array<uint8_t, kSignatureBytes> begin;
  Input input;
  const size_t got = input.Read(begin);
  SetResult({{"compressed", LooksCompressed(std::span(begin).first(got))}});
}

void Compress(int effort) {
  Input input;
  Output output;
  Watched progress;
  const EncodeReport report = TheCodec().Compress(input, output, WithEffort(effort), &progress);
  SetResult({{"raw_bytes", report.raw_bytes}, {"coded_bytes", report.coded_bytes}});
}

void Decompress(bool keep_going) {
  Input input;
  Output output;
  Watched progress;
  const DecodeReport report =
      TheCodec().Decompress(input, output, {.keep_going = keep_going}, &progress);
  auto damage = nlohmann::json::array();
  for (const Damage& place : report.damage) damage.push_back(place.message);
  SetResult({{"raw_bytes", report.raw_bytes},
             {"coded_bytes", report.coded_bytes},
             {"damage", damage},
             {"more_damage", report.more_damage}});
}

void View(const char* name, int effort) {
  const std::vector<uint8_t> content = ReadAll();
  std::vector<SymbolCost> costs(content.size());
  std::vector<LikelyBytes> likely(content.size() <= kMostLikelyBytes ? content.size() : 0);
  Watched progress;
  const CostReport report = TheCodec().Cost(content, WithEffort(effort), costs, &progress, likely);
  std::ostringstream page;
  WriteCostPage(name, {reinterpret_cast<const char*>(content.data()), content.size()}, costs,
                likely, report, page);
  const std::string text = std::move(page).str();
  WriteOutput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  SetResult({{"raw_bytes", content.size()}, {"coded_bytes", report.coded_bytes}});
}

nlohmann::json About(const ModelDescription& model) {
  return {
      {"name", model.name}, {"id", ShortIdText(model.id)}, {"parameters", model.dense_parameters}};
}

// Named by its number: names are whatever the file's author wrote.
void AddModel() {
  static int count = 0;
  const std::filesystem::path path =
      std::filesystem::path(kModelFolder) / (std::to_string(count++) + ".pt");
  std::filesystem::create_directory(kModelFolder);
  {
    const std::vector<uint8_t> bytes = ReadAll();
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
  try {
    SetResult(About(ReadModel(path)));
  } catch (...) {
    std::filesystem::remove(path);
    throw;
  }
}

}  // namespace
}  // namespace lmzip

extern "C" {

/// Whether the input begins as compressed files do.
EMSCRIPTEN_KEEPALIVE int lmzip_page_look() { return lmzip::Guarded(lmzip::Look); }
/// effort: an Effort's number.
EMSCRIPTEN_KEEPALIVE int lmzip_page_compress(int effort) {
  return lmzip::Guarded([=] { lmzip::Compress(effort); });
}
EMSCRIPTEN_KEEPALIVE int lmzip_page_decompress(int keep_going) {
  return lmzip::Guarded([=] { lmzip::Decompress(keep_going != 0); });
}
/// Writes what `lmzip view --html` makes.
EMSCRIPTEN_KEEPALIVE int lmzip_page_view(const char* name, int effort) {
  return lmzip::Guarded([=] { lmzip::View(name, effort); });
}
/// The input is a model's file, which files that name it decode with from now on.
EMSCRIPTEN_KEEPALIVE int lmzip_page_add_model() { return lmzip::Guarded(lmzip::AddModel); }
EMSCRIPTEN_KEEPALIVE int lmzip_page_about() {
  return lmzip::Guarded([] {
    lmzip::SetResult(
        {{"version", lmzip::Version()}, {"model", lmzip::About(lmzip::LinkedModelDescription())}});
  });
}
/// Of the last call: what it says as JSON, or of a failure a text for people.
EMSCRIPTEN_KEEPALIVE const char* lmzip_page_result() { return lmzip::Result().c_str(); }

}  // extern "C"
