// A line on standard error that says how far things are.
#pragma once

#include <chrono>
#include <list>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "cli/options.h"

namespace lmzip {

/// A thread of its own shows it ten times a second, whatever the others wait for. Shows nothing
/// unless the mode and the terminal allow it. Thread-safe.
class ProgressLine {
 public:
  /// total_bytes: of all inputs; 0 when unknown.
  ProgressLine(const Options& options, uint64_t total_bytes);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// One file's part, from its beginning to its end. The line must outlive it.
  class File {
   public:
    /// input_bytes: what the file adds to total_bytes, however it ends.
    File(ProgressLine& line, uint64_t input_bytes);
    ~File();
    Progress& progress() { return *progress_; }

   private:
    ProgressLine& line_;
    const uint64_t input_bytes_;
    std::list<Progress>::iterator progress_;
  };

  /// Removes the line, and keeps it away as long as this lives: for messages.
  class LMZIP_SCOPED_CAPABILITY Hidden {
   public:
    explicit Hidden(ProgressLine& line) LMZIP_ACQUIRE(line.mutex_);
    ~Hidden() LMZIP_RELEASE() { line_.mutex_.Unlock(); }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

   private:
    ProgressLine& line_;
  };

 private:
  using Clock = std::chrono::steady_clock;
  struct Amounts {
    uint64_t input_bytes = 0;
    uint64_t raw_bytes = 0;
    uint64_t coded_bytes = 0;
  };

  void ShowAgainAndAgain();
  uint64_t InputOf(const Progress& progress) const;
  Amounts Sum() const LMZIP_REQUIRES(mutex_);
  void Show() LMZIP_REQUIRES(mutex_);

  const bool always_;
  const bool shown_;
  const bool compressing_;
  const uint64_t total_bytes_;
  Mutex mutex_;
  Condition ended_;
  bool ending_ LMZIP_GUARDED_BY(mutex_) = false;
  std::list<Progress> files_ LMZIP_GUARDED_BY(mutex_);  // that are worked on
  Amounts done_ LMZIP_GUARDED_BY(mutex_);               // by the files before
  Clock::time_point first_time_ LMZIP_GUARDED_BY(mutex_);
  Amounts first_ LMZIP_GUARDED_BY(mutex_);  // what was done when anything was, at first_time_
  bool visible_ LMZIP_GUARDED_BY(mutex_) = false;
  std::thread ticker_;  // last: it uses what is above
};

/// "1,234,567".
std::string Grouped(uint64_t number);

}  // namespace lmzip
