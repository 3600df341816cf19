#include "files/fatal_signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>

namespace lmzip {
namespace {

// Taken and given back atomically; the handler only reads.
std::array<std::atomic<const char*>, 256> doomed_names{};
std::atomic<int> pauses{0};
std::atomic<bool> ending{false};

// Those that do not end a process by themselves, or cannot be caught.
bool EndsProcess(int signal) {
  static constexpr int kOthers[] = {SIGKILL,  SIGSTOP, SIGCHLD, SIGCONT, SIGURG,
                                    SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU};
  return std::find(std::begin(kOthers), std::end(kOthers), signal) == std::end(kOthers);
}

void WaitBriefly() {
  const timespec millisecond = {0, 1000000};
  ::nanosleep(&millisecond, nullptr);
}

// Other threads go on meanwhile: whoever changes names either is waited for, or sees that the end
// has come and stops. A file system that hangs is not waited for.
void RemoveDoomed() noexcept {
  ending = true;
  for (int waits = 0; pauses > 0 && waits < 2000; ++waits) WaitBriefly();
  for (const auto& slot : doomed_names) {
    if (const char* name = slot.load()) ::unlink(name);
  }
}

void EndBySignal(int signal) {
  RemoveDoomed();
  ::signal(signal, SIG_DFL);
  ::raise(signal);  // delivered on return
}

}  // namespace

DoomedName::DoomedName(const char* name) noexcept : name_(name) {
  for (auto& slot : doomed_names) {
    const char* empty = nullptr;
    if (slot.compare_exchange_strong(empty, name)) return;
  }
}

DoomedName::~DoomedName() {
  for (auto& slot : doomed_names) {
    const char* expected = name_;
    if (slot.compare_exchange_strong(expected, nullptr)) return;
  }
}

SignalPause::SignalPause() noexcept {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  ++pauses;
  if (!ending) return;
  --pauses;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  for (;;) WaitBriefly();
}

SignalPause::~SignalPause() {
  --pauses;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void InstallFatalSignalHandlers() {
  struct sigaction action {};
  action.sa_handler = EndBySignal;
  ::sigfillset(&action.sa_mask);
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction before;
    const bool untouched =
        ::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_DFL;
    if (untouched && EndsProcess(signal)) ::sigaction(signal, &action, nullptr);
  }
}

void EndWithoutTraces(int exit_code) noexcept {
  RemoveDoomed();
  ::_exit(exit_code);
}

void OccupyStandardStreams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest number: fd
  }
}

}  // namespace lmzip
