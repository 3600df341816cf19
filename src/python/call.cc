#include "python/call.h"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <thread>

#include "base/mutex.h"
#include "lmzip/error.h"

namespace lmzip {

/// What both threads see; the call's own thread is its source's and its sink's only user.
struct Call::Shared : public ByteSource, public ByteSink {
  static constexpr size_t kMostOutputBytes = size_t{1}
                                             << 20;  // before it waits; one Write() may exceed it

  size_t Read(std::span<uint8_t> out) override {
    size_t filled = 0;
    const MutexLock lock(mutex);
    while (filled < out.size() && WaitForInput()) {
      const size_t count = std::min(out.size() - filled, input.size() - used);
      std::copy_n(input.begin() + static_cast<ptrdiff_t>(used), count,
                  out.begin() + static_cast<ptrdiff_t>(filled));
      used += count;
      filled += count;
    }
    return filled;
  }

  uint64_t Skip(uint64_t count) override {
    if (!seekable) return ByteSource::Skip(count);
    const MutexLock lock(mutex);
    const uint64_t held = std::min<uint64_t>(count, input.size() - used);
    used += held;
    if (held == count || at_end) return held;
    skips = count - held;
    WaitFor(State::kWantsInput);
    skips = 0;
    return held + skipped;
  }

  void Write(std::span<const uint8_t> bytes) override {
    const MutexLock lock(mutex);
    output.insert(output.end(), bytes.begin(), bytes.end());
    if (output.size() >= kMostOutputBytes) WaitFor(State::kHasOutput);
  }

  /// Until there is some; false at its end.
  bool WaitForInput() LMZIP_REQUIRES(mutex) {
    if (used == input.size() && !at_end) WaitFor(State::kWantsInput);
    return used < input.size();
  }

  /// Until the other thread has done its part.
  void WaitFor(State wanted) LMZIP_REQUIRES(mutex) {
    state = wanted;
    changed.NotifyAll();
    while (state == wanted && !progress.cancelled) changed.Wait(mutex);
    state = State::kWorking;
    if (progress.cancelled) throw Error(ErrorCode::kCancelled, "cancelled");
  }

  void Run(const Action& action) {
    std::exception_ptr thrown;
    try {
      action(*this, *this, progress);
    } catch (...) {
      thrown = std::current_exception();
    }
    const MutexLock lock(mutex);
    error = thrown;
    state = State::kOver;
    changed.NotifyAll();
  }

  /// The other thread has answered.
  void GoOn() LMZIP_REQUIRES(mutex) {
    state = State::kWorking;
    changed.NotifyAll();
  }

  const bool seekable;
  Progress progress;
  std::thread thread;
  Mutex mutex;
  Condition changed;
  State state LMZIP_GUARDED_BY(mutex) = State::kWorking;
  std::vector<uint8_t> input LMZIP_GUARDED_BY(mutex), output LMZIP_GUARDED_BY(mutex);
  size_t used LMZIP_GUARDED_BY(mutex) = 0;  // of the input
  bool at_end LMZIP_GUARDED_BY(mutex) = false;
  uint64_t skips LMZIP_GUARDED_BY(mutex) = 0, skipped LMZIP_GUARDED_BY(mutex) = 0;
  std::exception_ptr error LMZIP_GUARDED_BY(mutex);

  explicit Shared(bool can_seek) : seekable(can_seek) {}
};

Call::Call(Action action, bool seekable)
    : shared_(std::make_unique<Shared>(seekable)), process_(::getpid()) {
  shared_->thread =
      std::thread([shared = shared_.get(), action = std::move(action)] { shared->Run(action); });
}

Call::~Call() {
  Cancel();
  if (process_ != ::getpid()) (void)shared_.release();  // its thread is the parent's
}

Call::State Call::Wait(std::chrono::milliseconds most) {
  if (process_ != ::getpid()) {
    throw Error(ErrorCode::kUsage, "this was begun by another process, before fork()");
  }
  using Clock = std::chrono::steady_clock;
  Shared& shared = *shared_;
  const Clock::time_point end = Clock::now() + most;
  const MutexLock lock(shared.mutex);
  while (shared.state == State::kWorking) {
    const auto left = end - Clock::now();
    if (left <= Clock::duration::zero()) break;
    shared.changed.WaitFor(shared.mutex, left);
  }
  return shared.state;
}

void Call::Give(std::span<const uint8_t> bytes) {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  shared.input.assign(bytes.begin(), bytes.end());
  shared.used = 0;
  shared.GoOn();
}

void Call::End() {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  shared.at_end = true;
  shared.skipped = 0;
  shared.GoOn();
}

uint64_t Call::skips_bytes() const {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  return shared.skips;
}

void Call::Skipped(uint64_t bytes) {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  shared.skipped = bytes;
  shared.GoOn();
}

std::vector<uint8_t> Call::Take(size_t most) {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  std::vector<uint8_t>& output = shared.output;
  std::vector<uint8_t> taken;
  if (most >= output.size()) {
    taken.swap(output);
  } else {
    const auto end = output.begin() + static_cast<ptrdiff_t>(most);
    taken.assign(output.begin(), end);
    output.erase(output.begin(), end);
  }
  const bool waits = shared.state == State::kHasOutput;
  if (waits && output.size() < Shared::kMostOutputBytes) shared.GoOn();
  return taken;
}

size_t Call::output_bytes() const {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  return shared.output.size();
}

void Call::Check() const {
  Shared& shared = *shared_;
  const MutexLock lock(shared.mutex);
  if (shared.error) std::rethrow_exception(shared.error);
}

void Call::Cancel() {
  if (process_ != ::getpid()) return;  // who holds the mutex nobody knows
  Shared& shared = *shared_;
  {
    const MutexLock lock(shared.mutex);
    shared.progress.cancelled = true;
    shared.changed.NotifyAll();
  }
  if (shared.thread.joinable()) shared.thread.join();
}

const Progress& Call::progress() const { return shared_->progress; }

}  // namespace lmzip
