// What became of the files of a call, and what is said of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/skipped.h"

namespace lmzip {

/// Of one file.
struct Outcome {
  std::string input;
  std::string output;  // empty: none
  uint64_t raw_bytes = 0;
  uint64_t coded_bytes = 0;
  uint64_t input_bytes = 0;  // 0: not known
  double seconds = 0;
  double work_seconds = 0;  // of them, without waiting
  std::set<std::string> methods, models;
  int exit_code = kDone;
  std::vector<std::string> errors;
  std::optional<SkipReason> skipped;  // nothing was done
  std::vector<std::string> warnings;  // exit_code tells nothing of them
};

/// Reports files in the order of the inputs, whichever is done first. Thread-safe.
class Outcomes {
 public:
  /// Of `files` inputs; json_to_stderr: where the content goes to standard output. What is passed
  /// by reference must outlive this.
  Outcomes(const Options& options, size_t files, bool json_to_stderr, ProgressLine& progress);

  /// What belongs to none of the files.
  void AddProblem(const std::string& problem);
  void AddSkipped(const std::string& path, SkipReason reason);
  /// The file of this index is done. Throws std::bad_alloc.
  void Finish(size_t index, Outcome outcome);
  /// The current exception, which no file's outcome can tell.
  void FailWithException() noexcept;

  /// The last line, once all files are done; returns the worst exit code. Throws what
  /// FailWithException() was told.
  int Summarize();

 private:
  void Report(const Outcome& outcome) LMZIP_REQUIRES(mutex_);
  void PrintJson(const Outcome& outcome) const;

  const Options& options_;
  const bool json_to_stderr_;
  ProgressLine& progress_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Mutex mutex_;
  std::vector<std::optional<Outcome>> outcomes_ LMZIP_GUARDED_BY(mutex_);
  size_t next_report_ LMZIP_GUARDED_BY(mutex_) = 0;
  SkipCounts skips_ LMZIP_GUARDED_BY(mutex_);
  size_t done_ LMZIP_GUARDED_BY(mutex_) = 0;
  size_t failed_ LMZIP_GUARDED_BY(mutex_) = 0;
  Outcome total_ LMZIP_GUARDED_BY(mutex_);
  int worst_exit_code_ LMZIP_GUARDED_BY(mutex_) = kDone;
  std::exception_ptr bug_ LMZIP_GUARDED_BY(mutex_);
};

}  // namespace lmzip
