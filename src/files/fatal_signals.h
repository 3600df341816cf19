// What signals that end the process leave behind: nothing.
#pragma once

#include <csignal>

namespace lmzip {

/// Makes every signal that would end the process, and can be caught, first remove the files of
/// DoomedName. Those that are ignored (nohup, shells' background) stay ignored.
void InstallFatalSignalHandlers();

/// While it lives, fatal signals remove the file `name`. To be made and ended during a SignalPause.
class DoomedName {
 public:
  /// `name` must outlive this. At most 256 at once are removed.
  explicit DoomedName(const char* name) noexcept;
  ~DoomedName();
  DoomedName(const DoomedName&) = delete;
  DoomedName& operator=(const DoomedName&) = delete;

 private:
  const char* name_;
};

/// Removes the files of DoomedName, and ends the process with this exit code. Allocates nothing.
[[noreturn]] void EndWithoutTraces(int exit_code) noexcept;

/// While one lives in any thread, no fatal signal ends the process, for up to two seconds. Not
/// nested; nothing is allocated meanwhile, as the thread that the signal hit may hold the heap.
class SignalPause {
 public:
  SignalPause() noexcept;
  ~SignalPause();
  SignalPause(const SignalPause&) = delete;
  SignalPause& operator=(const SignalPause&) = delete;

 private:
  sigset_t before_;
};

/// Gives closed standard streams a descriptor that fails when used: otherwise the first file that
/// is opened would become one of them.
void OccupyStandardStreams();

}  // namespace lmzip
