#include "cli/outcomes.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "lmzip/machine.h"

namespace lmzip {
namespace {

std::string SizesText(const Outcome& outcome) {
  std::string text = fmt::format("{} bytes of content, {} compressed", Grouped(outcome.raw_bytes),
                                 Grouped(outcome.coded_bytes));
  if (outcome.raw_bytes == 0) return text;
  return text + fmt::format(" ({:.2f} %)", static_cast<double>(outcome.coded_bytes) * 100 /
                                               static_cast<double>(outcome.raw_bytes));
}

std::string SpeedText(uint64_t bytes, double seconds) {
  return fmt::format("{:.1f} kB/s", static_cast<double>(bytes) / 1000 / std::max(seconds, 1e-6));
}

// How it was coded, and how fast while it was.
std::string WorkText(const Outcome& outcome) {
  if (outcome.methods.empty()) return "";
  std::string text = fmt::format(", {}", fmt::join(outcome.methods, " and "));
  if (outcome.models.empty()) return text;  // stored
  return text + fmt::format(" by model {}, {}, {:.2f} s of work, {}",
                            fmt::join(outcome.models, " and "), ActiveInstructionSet(),
                            outcome.work_seconds,
                            SpeedText(outcome.raw_bytes, outcome.work_seconds));
}

}  // namespace

Outcomes::Outcomes(const Options& options, size_t files, bool json_to_stderr,
                   ProgressLine& progress)
    : options_(options), json_to_stderr_(json_to_stderr), progress_(progress) {
  outcomes_.resize(files);
}

void Outcomes::AddProblem(const std::string& problem) {
  const MutexLock lock(mutex_);
  Report({.exit_code = kFailed, .errors = {problem}});
}

void Outcomes::AddSkipped(const std::string& path, SkipReason reason) {
  const MutexLock lock(mutex_);
  skips_.Add(path, reason);
}

void Outcomes::Finish(size_t index, Outcome outcome) {
  const MutexLock lock(mutex_);
  outcomes_[index] = std::move(outcome);
  done_ += !outcomes_[index]->skipped;
  while (next_report_ < outcomes_.size() && outcomes_[next_report_]) {
    Report(*outcomes_[next_report_++]);
  }
}

void Outcomes::FailWithException() noexcept {
  const MutexLock lock(mutex_);
  worst_exit_code_ = std::max<int>(worst_exit_code_, kFailed);
  if (!bug_) bug_ = std::current_exception();
}

void Outcomes::Report(const Outcome& outcome) {
  const ProgressLine::Hidden hidden(progress_);
  worst_exit_code_ = std::max(worst_exit_code_, outcome.exit_code);
  failed_ += outcome.exit_code != kDone;
  total_.raw_bytes += outcome.raw_bytes;
  total_.coded_bytes += outcome.coded_bytes;
  for (const std::string& error : outcome.errors) spdlog::error(error);
  for (const std::string& warning : outcome.warnings) spdlog::warn(warning);
  if (outcome.skipped) {
    skips_.Add(outcome.input, *outcome.skipped);
  } else if (outcome.exit_code == kDone) {
    spdlog::info("{}: {}{}", outcome.input, SizesText(outcome), WorkText(outcome));
  }
  if (options_.json) PrintJson(outcome);
}

void Outcomes::PrintJson(const Outcome& outcome) const {
  nlohmann::json json = {
      {"input", outcome.input},         {"output", outcome.output},
      {"raw_bytes", outcome.raw_bytes}, {"coded_bytes", outcome.coded_bytes},
      {"seconds", outcome.seconds},     {"work_seconds", outcome.work_seconds},
      {"methods", outcome.methods},     {"models", outcome.models},
      {"exit_code", outcome.exit_code}, {"errors", outcome.errors},
      {"warnings", outcome.warnings},
  };
  if (outcome.skipped) json["passed_over"] = TextOf(*outcome.skipped);
  const auto replace = nlohmann::json::error_handler_t::replace;  // names need not be UTF-8
  (json_to_stderr_ ? std::cerr : std::cout) << json.dump(-1, ' ', true, replace) << std::endl;
}

int Outcomes::Summarize() {
  const MutexLock lock(mutex_);
  if (bug_) std::rethrow_exception(bug_);
  skips_.Report();
  if (outcomes_.size() > 1 && options_.verbosity >= 0) {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
    spdlog::warn("{} files: {}, {:.2f} s, {}{}", done_, SizesText(total_),
                 taken.count(), SpeedText(total_.raw_bytes, taken.count()),
                 failed_ > 0 ? fmt::format("; {} failed", failed_) : "");
  }
  return worst_exit_code_;
}

}  // namespace lmzip
