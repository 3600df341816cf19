// l: what compressed files hold, from their headers.
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "files/descriptor_io.h"
#include "lmzip/models.h"
#include "show/printable.h"

namespace lmzip {
namespace {

struct ListedFile {
  std::string name;
  Listing listing;
};

ListedFile ListFile(const std::string& path) {
  const bool standard = path == kStandardStream;
  const std::string name = standard ? "standard input" : path;
  const FileDescriptor file(standard ? ::dup(STDIN_FILENO)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw IoError(name + ": cannot open", errno);
  if (::isatty(file.get())) {
    throw Error(ErrorCode::kUsage, "compressed data is not read from a terminal");
  }
  DescriptorSource source(file.get(), name);
  try {
    return {name, List(source)};
  } catch (const Error& e) {
    throw Error(e.code(), name + ": " + e.what());
  }
}

std::string Joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text.empty() ? "-" : text;
}

std::string Methods(const Listing& listing) {
  std::set<std::string> methods;
  for (const FrameEntry& frame : listing.frames) methods.insert(frame.method);
  return Joined(methods);
}

using NamesById = std::map<std::string, std::string>;

NamesById NamesOf(Tier tier) {
  NamesById names;
  for (const InstalledModel& model : InstalledModels()) {
    if (!model.info || model.info->tier != tier) continue;
    try {
      names[IdText(model.Id())] = model.info->name;
    } catch (const Error&) {
      continue;  // as if it were not there; `models` says what is wrong with it
    }
  }
  return names;
}

// The name of the model whose id begins with `id`; null when none does.
const std::string* Lookup(const NamesById& names, const std::string& id) {
  const auto model = names.lower_bound(id);
  return model != names.end() && model->first.starts_with(id) ? &model->second : nullptr;
}

// The names of models that are known here, the ids of others.
std::string Models(const Listing& listing) {
  static const NamesById exact = NamesOf(Tier::kExact);
  std::set<std::string> names;
  for (const std::string& id : listing.models) {
    const std::string* name = Lookup(exact, id);
    if (name == nullptr && !listing.fingerprints.empty()) {
      // Only hashing whole files tells their ids: not for streams without a fingerprint.
      static const NamesById pinned = NamesOf(Tier::kPinned);
      name = Lookup(pinned, id);
    }
    names.insert(name != nullptr ? *name : id);
  }
  return Joined(names);
}

// Nothing has no ratio.
std::optional<double> Ratio(uint64_t raw_bytes, uint64_t coded_bytes) {
  if (raw_bytes == 0 || coded_bytes == 0) return std::nullopt;
  return static_cast<double>(raw_bytes) / static_cast<double>(coded_bytes);
}

std::string RatioText(uint64_t raw_bytes, uint64_t coded_bytes) {
  const auto ratio = Ratio(raw_bytes, coded_bytes);
  return ratio ? fmt::format("{:.3f}", *ratio) : "-";
}

std::string BitsText(uint64_t raw_bytes, uint64_t coded_bytes) {
  const auto ratio = Ratio(raw_bytes, coded_bytes);
  return ratio ? fmt::format("{:.4f}", 8 / *ratio) : "-";
}

void PrintHeader() {
  std::cout << fmt::format("{:>14} {:>14} {:>8} {:>10} {:>7}  {:<13} {:<10} {:<6} {}\n", "raw",
                           "coded", "ratio", "bits/byte", "frames", "method", "model", "check",
                           "file");
}

void PrintFile(const ListedFile& file) {
  const Listing& l = file.listing;
  std::cout << fmt::format("{:>14} {:>14} {:>8} {:>10} {:>7}  {:<13} {:<10} {:<6} {}\n",
                           Grouped(l.raw_bytes), Grouped(l.coded_bytes),
                           RatioText(l.raw_bytes, l.coded_bytes),
                           BitsText(l.raw_bytes, l.coded_bytes), l.frames.size(), Methods(l),
                           Printable(Models(l)), "XXH3", Printable(file.name));
}

void PrintFrames(const ListedFile& file) {
  if (file.listing.window_bytes > 0) {
    std::cout << "  window " << Grouped(file.listing.window_bytes) << " bytes\n";
  }
  for (const std::string& reference : file.listing.references) {
    std::cout << "  reference: " << reference << '\n';
  }
  for (const std::string& fingerprint : file.listing.fingerprints) {
    std::cout << "  fingerprint " << Printable(fingerprint) << '\n';
  }
  size_t index = 0;
  for (const FrameEntry& frame : file.listing.frames) {
    std::cout << fmt::format("  frame {:<5} at {:<12} {:>12} -> {:<12} {:>8}  {:<13}", index++,
                             frame.offset, Grouped(frame.raw_bytes), Grouped(frame.coded_bytes),
                             RatioText(frame.raw_bytes, frame.coded_bytes), frame.method);
    if (frame.lanes > 0)
      std::cout << fmt::format(" {} x {} bytes", frame.lanes, frame.segment_bytes);
    if (frame.reach > 0)
      std::cout << fmt::format("  needs {} bytes before it", Grouped(frame.reach));
    if (frame.byte_share)
      std::cout << fmt::format("  {:.1f} % byte tokens", 100 * *frame.byte_share);
    std::cout << '\n';
    for (const SegmentEntry& segment : frame.segments) {
      std::cout << fmt::format("    at {:<12} {:>12} bytes  {}\n", Grouped(segment.begin),
                               Grouped(segment.bytes), segment.form);
    }
  }
}

nlohmann::json ToJson(const ListedFile& file) {
  nlohmann::json frames = nlohmann::json::array();
  for (const FrameEntry& frame : file.listing.frames) {
    const nlohmann::json byte_share =
        frame.byte_share ? nlohmann::json(*frame.byte_share) : nlohmann::json();
    nlohmann::json segments = nlohmann::json::array();
    for (const SegmentEntry& segment : frame.segments) {
      segments.push_back(
          {{"form", segment.form}, {"begin", segment.begin}, {"bytes", segment.bytes}});
    }
    frames.push_back({{"stream", frame.stream},
                      {"offset", frame.offset},
                      {"raw_bytes", frame.raw_bytes},
                      {"coded_bytes", frame.coded_bytes},
                      {"method", frame.method},
                      {"reach", frame.reach},
                      {"lanes", frame.lanes},
                      {"segment_bytes", frame.segment_bytes},
                      {"byte_token_share", byte_share},
                      {"segments", segments}});
  }
  const Listing& l = file.listing;
  const auto ratio = Ratio(l.raw_bytes, l.coded_bytes);
  const nlohmann::json none;
  return {{"file", file.name},
          {"fingerprints", l.fingerprints},
          {"raw_bytes", l.raw_bytes},
          {"coded_bytes", l.coded_bytes},
          {"ratio", ratio ? nlohmann::json(*ratio) : none},
          {"bits_per_byte", ratio ? nlohmann::json(8 / *ratio) : none},
          {"streams", l.streams},
          {"window_bytes", l.window_bytes},
          {"references", l.references},
          {"models", l.models},
          {"check", "XXH3"},
          {"frames", frames}};
}

}  // namespace

int RunList(const Options& options) {
  const Inputs inputs = CollectInputs(options);
  int exit_code = inputs.problems.empty() ? kDone : kFailed;
  for (const std::string& problem : inputs.problems) spdlog::error(problem);
  SkipCounts skips;
  for (const auto& [path, reason] : inputs.skipped) skips.Add(path, reason);
  skips.Report();
  if (!options.json) PrintHeader();
  Listing total;
  size_t listed = 0;
  for (const std::string& path : inputs.paths) {
    try {
      const ListedFile file = ListFile(path);
      total.raw_bytes += file.listing.raw_bytes;
      total.coded_bytes += file.listing.coded_bytes;
      ++listed;
      if (options.json) {
        std::cout << ToJson(file).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)
                  << '\n';
        continue;
      }
      PrintFile(file);
      if (options.verbosity > 0) PrintFrames(file);
    } catch (const Error& e) {
      spdlog::error(e.what());
      exit_code = std::max<int>(exit_code, ExitCodeOf(e));
    }
  }
  if (!options.json && listed > 1) {
    std::cout << fmt::format("{:>14} {:>14} {:>8} {:>10}  total of {} files\n",
                             Grouped(total.raw_bytes), Grouped(total.coded_bytes),
                             RatioText(total.raw_bytes, total.coded_bytes),
                             BitsText(total.raw_bytes, total.coded_bytes), listed);
  }
  return exit_code;
}

}  // namespace lmzip
