// A line on standard error that says how far things are.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "cli/options.h"

namespace lmzip {

/// Thread-safe. Shows nothing unless the mode and the terminal allow it.
class ProgressLine {
 public:
  /// total_bytes: of all inputs; 0 when unknown.
  ProgressLine(ProgressMode mode, int verbosity, uint64_t total_bytes);
  ~ProgressLine();

  /// Adds to what all files have done so far: input, content and compressed bytes.
  void Add(uint64_t input_bytes, uint64_t raw_bytes, uint64_t coded_bytes);
  /// Removes the line, so that a message can be printed.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;
  void Show();

  const bool shown_;
  const uint64_t total_bytes_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;  // guards what follows
  Clock::time_point last_shown_;
  uint64_t input_bytes_ = 0;
  uint64_t raw_bytes_ = 0;
  uint64_t coded_bytes_ = 0;
  bool visible_ = false;
};

/// "1,234,567".
std::string Grouped(uint64_t number);

}  // namespace lmzip
