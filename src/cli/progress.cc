#include "cli/progress.h"

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <cstdio>

namespace lmzip {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr char kEraseLine[] = "\r\x1b[K";

void Print(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressLine::ProgressLine(ProgressMode mode, int verbosity, uint64_t total_bytes)
    : shown_(mode == ProgressMode::kAlways ||
             (mode == ProgressMode::kAuto && verbosity >= 0 && ::isatty(STDERR_FILENO))),
      total_bytes_(total_bytes),
      last_shown_(start_) {}

ProgressLine::~ProgressLine() { Clear(); }

void ProgressLine::Add(uint64_t input_bytes, uint64_t raw_bytes, uint64_t coded_bytes) {
  const std::lock_guard lock(mutex_);
  input_bytes_ += input_bytes;
  raw_bytes_ += raw_bytes;
  coded_bytes_ += coded_bytes;
  if (!shown_ || Clock::now() - last_shown_ < kInterval) return;
  last_shown_ = Clock::now();
  Show();
}

void ProgressLine::Clear() {
  const std::lock_guard lock(mutex_);
  if (visible_) Print(kEraseLine);
  visible_ = false;
}

void ProgressLine::Show() {
  const double seconds = std::chrono::duration<double>(last_shown_ - start_).count();
  std::string text = fmt::format("{}{} kB  {:.1f} kB/s", kEraseLine, Grouped(raw_bytes_ / 1000),
                                 static_cast<double>(raw_bytes_) / 1000 / seconds);
  if (coded_bytes_ > 0) {
    text += fmt::format("  ratio {:.2f}",
                        static_cast<double>(raw_bytes_) / static_cast<double>(coded_bytes_));
  }
  if (total_bytes_ > 0 && input_bytes_ > 0) {
    const double share =
        std::min(1.0, static_cast<double>(input_bytes_) / static_cast<double>(total_bytes_));
    const auto left = static_cast<uint64_t>(seconds * (1 - share) / share);
    text += fmt::format("  {:.1f} %  {}:{:02} left", 100 * share, left / 60, left % 60);
  }
  Print(text);
  visible_ = true;
}

std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace lmzip
