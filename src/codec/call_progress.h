// What a call tells of itself while it works: how far it is, and how long it has really worked.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/mutex.h"
#include "lmzip/error.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// The time that a call's frames were worked on: that in which at least one of them was in work,
/// or, where they share threads with the frames of other calls, their share of it. Waiting for
/// input, for output and for other calls does not count. Thread-safe.
class WorkClock {
 public:
  using Clock = std::chrono::steady_clock;

  /// A frame, or a group of its lanes, begins and ends.
  void Begin() {
    const MutexLock lock(mutex_);
    if (working_++ == 0) start_ = Clock::now();
  }
  void End() {
    const MutexLock lock(mutex_);
    if (--working_ == 0) in_work_ += Clock::now() - start_;
  }
  /// A thread has given it this much of its time.
  void Add(Clock::duration share) {
    const MutexLock lock(mutex_);
    shares_ += share;
  }
  /// REQUIRES: no frame is in work.
  double seconds() const {
    const MutexLock lock(mutex_);
    return std::chrono::duration<double>(std::min(in_work_, shares_)).count();
  }

 private:
  mutable Mutex mutex_;
  int working_ LMZIP_GUARDED_BY(mutex_) = 0;
  Clock::time_point start_ LMZIP_GUARDED_BY(mutex_);
  Clock::duration in_work_ LMZIP_GUARDED_BY(mutex_){};
  Clock::duration shares_ LMZIP_GUARDED_BY(mutex_){};  // of all threads together
};

/// A frame's part of a call's progress. Not thread-safe.
class FrameProgress {
 public:
  FrameProgress() = default;
  /// `total` may be null: nobody looks. A frame that is decoded after it is encoded takes two
  /// passes.
  explicit FrameProgress(Progress* total, int passes = 1) : total_(total), passes_(passes) {}

  /// This much is done in this pass. Throws Error{kCancelled}, as the next but one.
  void MoveTo(uint64_t raw_bytes, uint64_t coded_bytes) {
    raw_bytes_ = raw_bytes;
    coded_bytes_ = coded_bytes;
    Tell((passed_raw_ + raw_bytes) / passes_, (passed_coded_ + coded_bytes) / passes_);
  }
  void NextPass() {
    passed_raw_ += raw_bytes_;
    passed_coded_ += coded_bytes_;
  }
  /// The frame is done, and came to this.
  void Finish(uint64_t raw_bytes, uint64_t coded_bytes) { Tell(raw_bytes, coded_bytes); }

 private:
  void Tell(uint64_t raw_bytes, uint64_t coded_bytes) {
    if (!total_) return;
    if (total_->cancelled.load(std::memory_order_relaxed)) {
      throw Error(ErrorCode::kCancelled, "cancelled");
    }
    // Differences may be negative: they wrap, and so do the sums.
    total_->raw_bytes.fetch_add(raw_bytes - told_raw_, std::memory_order_relaxed);
    total_->coded_bytes.fetch_add(coded_bytes - told_coded_, std::memory_order_relaxed);
    told_raw_ = raw_bytes;
    told_coded_ = coded_bytes;
    if (total_->moved) total_->moved();
  }

  Progress* total_ = nullptr;
  uint64_t passes_ = 1;
  uint64_t raw_bytes_ = 0, coded_bytes_ = 0;    // of this pass
  uint64_t passed_raw_ = 0, passed_coded_ = 0;  // of the passes before
  uint64_t told_raw_ = 0, told_coded_ = 0;
};

}  // namespace lmzip
