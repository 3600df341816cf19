// reference: what many small files have in common.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "cli/commands.h"
#include "cli/content.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "cli/result_file.h"
#include "lmzip/error.h"
#include "lmzip/choose_reference.h"

namespace lmzip {
namespace {

// What is read of each file, and about as much of all: more would tell little.
constexpr uint64_t kMostFileBytes = uint64_t{1} << 20, kMostBytes = uint64_t{64} << 20;
constexpr uint64_t kMostReferenceBytes = uint64_t{16} << 20;

uint64_t SampleBytes(const std::string& path) {
  std::error_code none;
  const uint64_t bytes = std::filesystem::file_size(path, none);
  return none ? kMostFileBytes : std::min(bytes, kMostFileBytes);
}

// Every n-th file, where all of them are too much.
std::vector<std::string> Sampled(const std::vector<std::string>& paths) {
  uint64_t bytes = 0;
  for (const std::string& path : paths) bytes += SampleBytes(path);
  const size_t step = static_cast<size_t>(bytes / kMostBytes + 1);
  std::vector<std::string> sampled;
  for (size_t i = 0; i < paths.size(); i += step) sampled.push_back(paths[i]);
  return sampled;
}

/// Files that were read; those that cannot be are told and counted.
struct Samples {
  std::vector<std::string> paths;
  std::vector<Content> contents;
  size_t failed = 0;

  explicit Samples(const std::vector<std::string>& all) {
    for (const std::string& path : all) {
      try {
        contents.push_back(ReadContent(path, kMostFileBytes));
        paths.push_back(path);
      } catch (const Error& e) {
        spdlog::error(e.what());
        ++failed;
      }
    }
  }
};

}  // namespace

int RunReference(const Options& options) {
  if (options.files.empty() && options.files0.empty()) {
    throw Error(ErrorCode::kUsage, "a reference is made of files or folders: name some");
  }
  if (options.reference_bytes == 0 || options.reference_bytes > kMostReferenceBytes) {
    throw Error(ErrorCode::kUsage, "--size: 1 byte to 16 MiB");
  }
  Options all = options;
  all.recursive = true;
  const Inputs inputs = CollectInputs(all);
  for (const std::string& problem : inputs.problems) spdlog::error(problem);
  ResultFile result(options.output, options.force);
  if (result.terminal() && !options.force) {
    throw Error(ErrorCode::kUsage, "a reference is not for a terminal: -o names a file");
  }
  const Samples samples(Sampled(inputs.paths));
  const auto pieces = ChooseReference(samples.contents, options.reference_bytes);
  if (pieces.empty()) throw Error(ErrorCode::kUsage, "nothing to make a reference of: no content");
  uint64_t bytes = 0;
  for (const ReferencePiece& piece : pieces) {
    spdlog::debug("{} bytes of {} from {}", piece.bytes, samples.paths[piece.sample], piece.begin);
    result.sink().Write(
        std::span(samples.contents[piece.sample]).subspan(piece.begin, piece.bytes));
    bytes += piece.bytes;
  }
  result.Commit();
  spdlog::info("{} bytes: {} pieces of {} samples", bytes, pieces.size(), samples.paths.size());
  return samples.failed > 0 || !inputs.problems.empty() ? kFailed : kDone;
}

}  // namespace lmzip
