#include "cli/skipped.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <numeric>

namespace lmzip {
namespace {

struct ReasonText {
  const char* of_one;
  const char* of_several;  // before their number
};

constexpr std::array<ReasonText, kSkipReasons> kTexts = {{
    {"is excluded", "excluded"},
    {"is a symbolic link", "symbolic links"},
    {"is no regular file", "no regular files"},
    {"is being written, or was left by a killed lmzip", "being written"},
    {"ends in .lmz", "ending in .lmz"},
    {"does not end in .lmz", "not ending in .lmz"},
    {"is the folder of the outputs", "folders of outputs"},
    {"its output is there", "with their outputs there"},
}};

const ReasonText& TextsOf(size_t reason) { return kTexts.at(reason); }

}  // namespace

const char* TextOf(SkipReason reason) { return TextsOf(static_cast<size_t>(reason)).of_one; }

void SkipCounts::Add(const std::string& path, SkipReason reason) {
  ++counts_.at(static_cast<size_t>(reason));
  spdlog::info("{}: passed over: {}", path, TextOf(reason));
}

size_t SkipCounts::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), size_t{0});
}

void SkipCounts::Report() const {
  if (total() == 0) return;
  std::string text;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", TextsOf(i).of_several, counts_[i]);
  }
  spdlog::warn("passed over {} ({})", total(), text);
}

}  // namespace lmzip
