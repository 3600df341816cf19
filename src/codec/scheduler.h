// The pool that codes frames: of one file or of many, it does not matter.
#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <memory>

#include "base/mutex.h"
#include "base/threads.h"
#include "codec/frame_job.h"
#include "model/predictor.h"

namespace lmzip {

/// How a pool divides its work. The results are the same.
enum class Sharing {
  kLanes,   // a frame's lanes among the threads, for a model that runs on these
  kFrames,  // whole frames, for a model that runs on a device: a thread's calls hold many frames
};

/// Runs jobs on a fixed set of threads, in the order in which they were submitted. The lanes of a
/// frame are shared among the threads, or among some of them when that many frames of about its
/// size wait that all have work: what the lanes of a frame share moves from core to core then less,
/// or not at all. Frames of one lane, of which small files have one each, and all frames under
/// Sharing::kFrames, are gathered until a thread's batch of lanes is as large as the model likes.
/// What a thread throws, memory that is missing included, ends the jobs that it had in hand.
class Scheduler {
 public:
  /// Called when a job uses the model, by any thread, often; what it throws ends the job. The model
  /// must outlive the scheduler.
  using ModelFunction = std::function<const Model&()>;
  /// A thread keeps its predictor, and room for logits, from frame to frame while it has no more
  /// lanes than this or than the model prefers.
  static constexpr int kKeptLanes = 4;

  /// Starts `threads` threads, or as many as the system gives; without any, Submit() does the work.
  /// A frame is divided among no more than `most_groups` of them: on fewer CPUs they would only wait
  /// for each other. REQUIRES: threads >= 1, most_groups >= 1.
  Scheduler(ModelFunction model, int threads, Sharing sharing = Sharing::kLanes,
            int most_groups = kNoLimit);
  /// REQUIRES: every job is over or was cancelled.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  void Submit(std::shared_ptr<FrameJob> job);

 private:
  static constexpr int kNoLimit = std::numeric_limits<int>::max();
  class Worker;

  /// A share of a job's lanes, for one thread.
  struct Assignment {
    std::shared_ptr<FrameJob> job;
    int group = 0;
    int groups = 1;

    explicit operator bool() const { return job != nullptr; }
    int lanes() const;
  };
  /// A job of which not every group has a thread yet.
  struct Waiting {
    std::shared_ptr<FrameJob> job;
    int groups = 0;  // 0: not decided
    int taken = 0;
  };

  /// Waits for work; empty when the pool ends, or has no threads that could wait.
  Assignment Wait();
  /// A whole frame that may join a batch, of at most `lanes` lanes, if the next one in line is one.
  Assignment TryTakeWhole(int lanes);
  bool JoinsBatches(const FrameJob& job) const;
  /// Into how many groups a job may be divided.
  int MostGroups(const FrameJob& job) const;
  /// Decides it for the first in line, and for those behind it that keep the other threads busy.
  /// REQUIRES: something waits.
  void DivideFirst() LMZIP_REQUIRES(mutex_);

  const ModelFunction model_;
  const Sharing sharing_;
  int thread_count_ = 1;  // set before there are jobs, as the next
  int most_groups_;
  Mutex mutex_;
  Condition work_;
  std::deque<Waiting> queue_ LMZIP_GUARDED_BY(mutex_);
  bool ending_ LMZIP_GUARDED_BY(mutex_) = false;
  Threads threads_;  // last: they use what is above
};

}  // namespace lmzip
