#include "cli/destinations.h"

#include <unistd.h>

#include <algorithm>

namespace lmzip {
namespace {

bool OutputIsStdout(const Options& options) {
  if (options.command == Command::kTest) return false;
  if (options.to_stdout || options.output == kStandardStream) return true;
  return !options.output.empty() && FindTarget(options.output).descriptor == STDOUT_FILENO;
}

}  // namespace

// Outputs have no name before they are complete.
bool IsDone(const Options& options, const SourceFile& source, const Target& output) {
  return options.skip_existing && options.output.empty() && source.regular() && output.exists &&
         output.kind == TargetKind::kReplaceable && !IsOlder(output.status, source.status());
}

Destinations::Destinations(const Options& options, const Inputs& inputs)
    : options_(options), inputs_(inputs), all_to_stdout_(OutputIsStdout(options)) {}

bool Destinations::ToStdout(const std::string& input) const {
  return all_to_stdout_ || (options_.command != Command::kTest && options_.output.empty() &&
                            input == kStandardStream);
}

bool Destinations::AnyToStdout() const {
  return std::ranges::any_of(inputs_.paths, [this](const auto& path) { return ToStdout(path); });
}

bool Destinations::NamedByInput(const std::string& input) const {
  return options_.command != Command::kTest && options_.output.empty() && !ToStdout(input);
}

bool Destinations::ReadsStdin() const {
  return std::ranges::count(inputs_.paths, kStandardStream) > 0;
}

bool Destinations::WholeContent() const {
  const ByteRange whole;
  const ByteRange& range = options_.decode.range;
  return range.begin == whole.begin && range.end == whole.end;
}

void Destinations::CheckOptions() const {
  if (!options_.output.empty() && !all_to_stdout_ && inputs_.paths.size() > 1) {
    throw Error(ErrorCode::kUsage,
                "-o takes one input, there are " + std::to_string(inputs_.paths.size()));
  }
  if (!options_.output_dir.empty() && ReadsStdin()) {
    throw Error(ErrorCode::kUsage, "--output-dir needs names: standard input has none");
  }
  if (options_.remove_source && (ReadsStdin() || AnyToStdout())) {
    throw Error(ErrorCode::kUsage, "--rm does not go with standard input or output");
  }
  if (!WholeContent()) CheckRange();
  if (AnyToStdout()) RefuseTerminal(STDOUT_FILENO);
  if (options_.command != Command::kCompress && ReadsStdin() && ::isatty(STDIN_FILENO) &&
      !options_.force) {
    throw Error(ErrorCode::kUsage, "compressed data is not read from a terminal (-f forces it)");
  }
}

void Destinations::CheckRange() const {
  if (options_.remove_source) {
    throw Error(ErrorCode::kUsage, "--rm does not go with --range: the rest would be lost");
  }
  if (std::ranges::any_of(inputs_.paths, [this](const auto& path) { return NamedByInput(path); })) {
    throw Error(ErrorCode::kUsage,
                "--range needs -o or -c: a part does not get the name of the whole");
  }
}

void Destinations::RefuseTerminal(int fd) const {
  if (options_.command != Command::kCompress || options_.force || !::isatty(fd)) return;
  throw Error(ErrorCode::kUsage, "compressed data is not written to a terminal (-f forces it)");
}

}  // namespace lmzip
