#include "cli/progress.h"

#include <spdlog/fmt/fmt.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <system_error>

namespace lmzip {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr std::chrono::milliseconds kFirst{250};  // what takes less needs no progress
constexpr char kEraseLine[] = "\r\x1b[K";

void Print(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

// A line that goes on below is not erased.
size_t TerminalColumns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : std::string::npos;
}

// Text that a terminal shows is not to be written into.
bool ContentGoesToTerminal(const Options& options) {
  const bool to_stdout = options.to_stdout || (options.output.empty() && options.files.empty());
  const bool content =
      options.command == Command::kDecompress || options.command == Command::kSample;
  return content && to_stdout && ::isatty(STDOUT_FILENO);
}

}  // namespace

ProgressLine::ProgressLine(const Options& options, uint64_t total_bytes)
    : always_(options.progress == ProgressMode::kAlways),
      shown_(always_ || (options.progress == ProgressMode::kAuto && options.verbosity >= 0 &&
                         ::isatty(STDERR_FILENO) && !ContentGoesToTerminal(options))),
      compressing_(options.command == Command::kCompress || options.command == Command::kView ||
                   options.command == Command::kSample || options.command == Command::kEval),
      total_bytes_(total_bytes) {
  if (!shown_) return;
  try {
    ticker_ = std::thread([this] { ShowAgainAndAgain(); });
  } catch (const std::system_error&) {  // no thread to be had: no progress
  }
}

ProgressLine::~ProgressLine() {
  {
    const Hidden hidden(*this);
    ending_ = true;
  }
  ended_.NotifyAll();
  if (ticker_.joinable()) ticker_.join();
}

ProgressLine::File::File(ProgressLine& line, uint64_t input_bytes)
    : line_(line), input_bytes_(input_bytes) {
  const MutexLock lock(line_.mutex_);
  progress_ = line_.files_.emplace(line_.files_.end());
}

ProgressLine::File::~File() {
  const MutexLock lock(line_.mutex_);
  line_.done_.input_bytes += input_bytes_ > 0 ? input_bytes_ : line_.InputOf(*progress_);
  line_.done_.raw_bytes += progress_->raw_bytes;
  line_.done_.coded_bytes += progress_->coded_bytes;
  line_.files_.erase(progress_);
}

ProgressLine::Hidden::Hidden(ProgressLine& line) : line_(line) {
  line.mutex_.Lock();
  if (line.always_) line.Show();  // who asks for it gets it, however short the work
  if (line.visible_) Print(kEraseLine);
  line.visible_ = false;
}

void ProgressLine::ShowAgainAndAgain() {
  const MutexLock lock(mutex_);
  Clock::time_point next = Clock::now() + kFirst;
  while (!ending_) {
    ended_.WaitFor(mutex_, next - Clock::now());
    if (ending_ || Clock::now() < next) continue;
    Show();
    next = Clock::now() + kInterval;
  }
}

uint64_t ProgressLine::InputOf(const Progress& progress) const {
  return compressing_ ? progress.raw_bytes : progress.coded_bytes;
}

ProgressLine::Amounts ProgressLine::Sum() const {
  Amounts sum = done_;
  for (const Progress& progress : files_) {
    sum.input_bytes += InputOf(progress);
    sum.raw_bytes += progress.raw_bytes;
    sum.coded_bytes += progress.coded_bytes;
  }
  return sum;
}

// Speed and time left count from when anything was done: what comes before, like the choice of a
// method, is not repeated for every byte.
void ProgressLine::Show() {
  const Amounts now = Sum();
  const Clock::time_point time = Clock::now();
  if (first_.raw_bytes == 0) {
    first_ = now;
    first_time_ = time;
  }
  const double seconds = std::max(std::chrono::duration<double>(time - first_time_).count(), 1e-3);
  std::string text =
      fmt::format("{} kB  {:.1f} kB/s", Grouped(now.raw_bytes / 1000),
                  static_cast<double>(now.raw_bytes - first_.raw_bytes) / 1000 / seconds);
  if (now.raw_bytes > 0 && now.coded_bytes > 0) {
    text += fmt::format("  ratio {:.2f}",
                        static_cast<double>(now.raw_bytes) / static_cast<double>(now.coded_bytes));
  }
  if (total_bytes_ > 0 && now.input_bytes > 0) {
    const auto total = static_cast<double>(total_bytes_);
    const double done = std::min(static_cast<double>(now.input_bytes), total);
    text += fmt::format("  {:.1f} %", 100 * done / total);
    if (now.input_bytes > first_.input_bytes || done == total) {
      const double rate = static_cast<double>(now.input_bytes - first_.input_bytes) / seconds;
      const auto left = done == total ? 0 : static_cast<uint64_t>(std::ceil((total - done) / rate));
      text += fmt::format("  {}:{:02} left", left / 60, left % 60);
    }
  }
  Print(kEraseLine + text.substr(0, TerminalColumns() - 1));
  visible_ = true;
}

std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace lmzip
