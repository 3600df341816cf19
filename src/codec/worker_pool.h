// The pool that codes frames: of one file or of many, by one model or by many, it does not matter.
#pragma once

#include <atomic>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/threads.h"
#include "codec/frame_job.h"
#include "codec/memory_budget.h"
#include "codec/network.h"

namespace lmzip {

/// Runs jobs on a fixed set of threads, the workers, in the order in which they were submitted; a
/// job that is behind goes first only where a worker may not run what is before it. The lanes of a
/// frame are shared among the workers, or among some of them when that many frames of about its
/// size wait that all have work: what the lanes of a frame share moves from core to core then less,
/// or not at all. Frames of one lane, of which small files have one each, and all frames under
/// Sharing::kFrames, are gathered until a worker's batch of lanes is as large as their network
/// likes. A worker keeps predictors of the networks that it ran last, as many as it has room for.
class WorkerPool {
 public:
  static constexpr int kNoLimit = std::numeric_limits<int>::max();

  /// Starts `threads` workers when it gets its first job, or as many as the system gives; without
  /// any, Submit() does the work. A frame is divided among no more than `most_groups` of them: on
  /// fewer CPUs they would only wait for each other. `budget` must outlive this. REQUIRES: threads
  /// >= 1, most_groups >= 1.
  WorkerPool(int threads, MemoryBudget& budget, int most_groups = kNoLimit);
  /// REQUIRES: every job is over or was cancelled.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// `networks`: all that the job needs, none or one: a network's turn comes with the whole list,
  /// so that a frame that mixes several needs them to be given to its lane groups and nothing else
  /// here. They must outlive this.
  void Submit(std::shared_ptr<FrameJob> job, std::vector<Network*> networks);

  /// Takes from the budget what the network keeps, as far as it is known: its model's memory once,
  /// and in each worker that may run it as much room for predictors as it needs, if there is not
  /// yet. To be called before frames that may need it lease theirs. Throws Error{kLimit}.
  void Reserve(const Network& network);

 private:
  class Worker;

  struct Task {
    std::shared_ptr<FrameJob> job;
    std::vector<Network*> networks;
  };
  /// A share of a job's lanes, for one worker.
  struct Assignment {
    std::shared_ptr<const Task> task;
    int group = 0;
    int groups = 1;

    explicit operator bool() const { return task != nullptr; }
    int lanes() const;
  };
  /// A job of which not every group has a worker yet.
  struct Waiting {
    std::shared_ptr<const Task> task;
    int groups = 0;  // 0: not decided
    int taken = 0;
  };
  using Queue = std::deque<Waiting>;

  /// Workers 0 to this may run the network.
  int WorkersFor(const Network& network) const { return std::min(count_, network.most_workers()); }
  bool MayRun(int worker, const Task& task) const;
  /// Whether others may join such a job, or it them, in a batch of one worker.
  bool JoinsBatches(const FrameJob& job, const Network& network) const;
  /// Among how many workers a job, or several alike, may be divided at most.
  int MostWorkers(const Task& task) const;
  /// Into how many groups a job may be divided.
  int MostGroups(const Task& task) const;

  /// Waits for work; empty when the pool ends, or has no threads that could wait.
  Assignment Wait(int worker);
  /// A whole frame that may join batches of `network`, if the next one in line is such a one and
  /// has `least` to `most` lanes.
  Assignment TryTakeWhole(int worker, const Network& network, int least, int most);
  uint64_t RoomOf(int worker);
  void StartThreads() LMZIP_REQUIRES(mutex_);
  Queue::iterator FirstFor(int worker) LMZIP_REQUIRES(mutex_);
  /// Decides it for a job, and for those behind it that keep the other workers busy.
  void Divide(Queue::iterator first) LMZIP_REQUIRES(mutex_);

  const int count_;  // of workers, if the system gives so many
  MemoryBudget& budget_;
  int most_groups_;  // set before there are jobs
  std::atomic<int> started_ = 0;
  Mutex mutex_;
  Condition work_;
  Queue queue_ LMZIP_GUARDED_BY(mutex_);
  bool ending_ LMZIP_GUARDED_BY(mutex_) = false;
  bool has_threads_ LMZIP_GUARDED_BY(mutex_) = false;  // or was refused them
  std::map<const Network*, bool> reserved_ LMZIP_GUARDED_BY(mutex_);  // whether its model is
  std::vector<uint64_t> room_ LMZIP_GUARDED_BY(mutex_);  // of each worker, for predictors
  Threads threads_;  // last: they use what is above
};

}  // namespace lmzip
