// The standard library's mutex, so that clang can check what it guards.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/thread_annotations.h"

namespace lmzip {

class LMZIP_CAPABILITY("mutex") Mutex {
 public:
  void Lock() LMZIP_ACQUIRE() { mutex_.lock(); }
  void Unlock() LMZIP_RELEASE() { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class LMZIP_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LMZIP_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() LMZIP_RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Usage: while (!what_is_waited_for) condition.Wait(mutex);
class Condition {
 public:
  void Wait(Mutex& mutex) LMZIP_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// As Wait(), but no longer than `duration`.
  void WaitFor(Mutex& mutex, std::chrono::nanoseconds duration) LMZIP_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_for(lock, duration);
    lock.release();
  }
  void NotifyAll() noexcept { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace lmzip
