#include "codec/worker_pool.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "codec/lane_batch.h"
#include "codec/predictor_cache.h"

namespace lmzip {

int WorkerPool::Assignment::lanes() const {
  return LaneGroup::LaneCount(task->job->header().geometry.lanes(), group, groups);
}

bool WorkerPool::MayRun(int worker, const Task& task) const {
  return std::ranges::all_of(task.networks,
                             [&](const Network* network) { return worker < WorkersFor(*network); });
}

int WorkerPool::MostWorkers(const Task& task) const {
  int most = most_groups_;
  for (const Network* network : task.networks) {
    most = std::min(most, network->sharing() == Sharing::kFrames ? 1 : WorkersFor(*network));
  }
  return most;
}

int WorkerPool::MostGroups(const Task& task) const {
  return std::min(MostWorkers(task), task.job->header().geometry.lanes());
}

// Where workers compute, decoders alone gain by it: they feed the model one token a lane, encoders
// many.
bool WorkerPool::JoinsBatches(const FrameJob& job, const Network& network) const {
  if (network.sharing() == Sharing::kFrames) return true;
  const int workers = std::min(most_groups_, WorkersFor(network));
  return !job.knows_content() && std::min(workers, job.header().geometry.lanes()) == 1;
}

void WorkerPool::Divide(Queue::iterator first) {
  const Task& task = *first->task;
  const uint64_t size = task.job->header().coded_bytes();
  const auto alike = [&](const Waiting& waiting) {
    const uint64_t other = waiting.task->job->header().coded_bytes();
    return waiting.task->networks == task.networks &&
           MostGroups(*waiting.task) == MostGroups(task) && other / 2 <= size && size / 2 <= other;
  };
  const int workers = MostWorkers(task);
  const auto most = std::min<ptrdiff_t>(queue_.end() - first, workers);
  const auto frames = static_cast<int>(std::find_if_not(first, first + most, alike) - first);
  int groups = 1;
  while (groups < MostGroups(task) &&
         (MostGroups(task) % groups != 0 || frames * groups < workers)) {
    ++groups;
  }
  for (int i = 0, busy = 0; i < frames && busy < workers; ++i, busy += groups) {
    first[i].groups = groups;
  }
}

/// One thread of the pool, or one that does its work.
class WorkerPool::Worker {
 public:
  Worker(WorkerPool& pool, int index) : pool_(pool), index_(index) {}

  void Run() noexcept {
    for (size_t i = 0;; i = (i + 1) % batches_.size()) {
      LaneBatch& batch = batches_[i];
      batch.Finish();
      if (batch.has_stopped()) {
        ShareTime();
        batch.RemoveStopped();
        if (batch.empty()) Release(batch);
      }
      if (!Refill(batch, batches_[(i + 1) % batches_.size()])) return;
      batch.Start();
    }
  }

 private:
  // Waits for work when there is none, else takes what may join; false when the pool ends.
  bool Refill(LaneBatch& batch, const LaneBatch& other) {
    while (batch.empty() && other.empty()) {
      const Assignment next = pool_.Wait(index_);
      if (!next) return false;
      Begin(batch, next);
    }
    if (batch.empty()) BeginSecond(batch, other);
    const Network* const network = batch.predictor().network;  // null: the mixer alone
    if (network == nullptr || batch.empty()) return true;
    if (!pool_.JoinsBatches(*batch.slots().front().job, *network)) return true;
    while (batch.wanted_lanes() > 0) {
      const Assignment next = pool_.TryTakeWhole(index_, *network, 1, batch.wanted_lanes());
      if (!next) break;
      Begin(batch, next);
    }
    return true;
  }

  // With what does not fit into the first.
  void BeginSecond(LaneBatch& batch, const LaneBatch& first) {
    const Network* network = first.predictor().network;
    if (network == nullptr || BatchCount(network->sharing()) == 1) return;
    const Assignment next =
        pool_.TryTakeWhole(index_, *network, first.wanted_lanes() + 1, kNoLimit);
    if (next) Begin(batch, next);
  }

  void Begin(LaneBatch& batch, const Assignment& assignment) {
    ShareTime();
    const Task& task = *assignment.task;
    if (!task.job->GroupStarted(assignment.groups)) return;
    const std::exception_ptr error = Caught([&] {
      if (batch.empty() && !task.networks.empty()) {
        Equip(batch, *task.networks.front(), assignment.lanes());
      }
      batch.Add(task.job, assignment.group, assignment.groups);
    });
    if (!error) return;
    task.job->GroupStopped(error);
    if (batch.empty()) Release(batch);
  }

  void Equip(LaneBatch& batch, Network& network, int lanes) {
    Release(batch);
    const Model& model = network.Open();
    pool_.Reserve(network);  // of some models the memory is known only now
    OwnedPredictor predictor = kept_.Take(network, lanes);
    if (!predictor.predictor) predictor = Make(network, model, lanes);
    batch.Exchange(std::move(predictor), network.sharing() == Sharing::kFrames);
  }

  OwnedPredictor Make(const Network& network, const Model& model, int lanes) {
    const NetworkMemory memory = network.memory();
    OwnedPredictor made;
    made.network = &network;
    made.vocabulary = model.vocabulary();
    made.batch_lanes = BatchLanes(memory, network.sharing(), pool_.WorkersFor(network));
    made.bytes = BatchBytes(memory, made.batch_lanes);
    uint64_t taken = made.bytes;
    for (const LaneBatch& batch : batches_) taken += batch.predictor().bytes;
    const uint64_t room = pool_.RoomOf(index_);
    kept_.TrimTo(room - std::min(room, taken));
    kept_.MakeRoom(batches_.size());
    made.predictor = model.NewPredictor(std::max(lanes, made.batch_lanes));
    return made;
  }

  // Of more lanes than were reserved for, a predictor has the memory of the frame that needed them.
  void Release(LaneBatch& batch) {
    OwnedPredictor predictor = batch.Exchange({}, false);
    const int most = std::max(predictor.batch_lanes, kKeptLanes);
    if (predictor.predictor && predictor.lanes() <= most) kept_.Keep(std::move(predictor));
  }

  // Tells the jobs in hand that they have shared the thread since the last call.
  void ShareTime() {
    const auto now = WorkClock::Clock::now();
    const auto count =
        static_cast<int64_t>(batches_[0].slots().size() + batches_[1].slots().size());
    for (const LaneBatch& batch : batches_) {
      for (const LaneBatch::Slot& slot : batch.slots()) slot.job->Worked((now - since_) / count);
    }
    since_ = now;
  }

  WorkerPool& pool_;
  const int index_;
  std::array<LaneBatch, 2> batches_;  // BatchCount() of them in use
  PredictorCache kept_;
  WorkClock::Clock::time_point since_;  // these jobs share the thread
};

WorkerPool::WorkerPool(int threads, MemoryBudget& budget, int most_groups)
    : count_(threads), budget_(budget), most_groups_(std::min(most_groups, threads)) {
  LMZIP_CHECK(threads >= 1 && most_groups >= 1);
  room_.resize(static_cast<size_t>(threads));
}

WorkerPool::~WorkerPool() {
  {
    const MutexLock lock(mutex_);
    ending_ = true;
  }
  work_.NotifyAll();
}

void WorkerPool::Submit(std::shared_ptr<FrameJob> job, std::vector<Network*> networks) {
  LMZIP_CHECK(networks.size() == (job->header().uses_model() ? 1 : 0));
  auto task = std::make_shared<const Task>(Task{std::move(job), std::move(networks)});
  {
    const MutexLock lock(mutex_);
    if (!has_threads_) StartThreads();
    queue_.push_back({.task = std::move(task)});
  }
  work_.NotifyAll();
  if (threads_.count() == 0) Worker(*this, 0).Run();
}

// They wait for the mutex until their number is known.
void WorkerPool::StartThreads() {
  threads_.Start(count_, [this] { Worker(*this, started_++).Run(); });
  most_groups_ = std::min(most_groups_, std::max(1, threads_.count()));
  has_threads_ = true;
}

void WorkerPool::Reserve(const Network& network) {
  const NetworkMemory memory = network.memory();
  const Sharing sharing = network.sharing();
  const int workers = WorkersFor(network);
  const uint64_t room = static_cast<uint64_t>(BatchCount(sharing)) *
                        BatchBytes(memory, BatchLanes(memory, sharing, workers));
  const MutexLock lock(mutex_);
  bool& known = reserved_[&network];
  uint64_t bytes = known ? 0 : memory.model_bytes;
  for (int i = 0; i < workers; ++i) bytes += std::max(room, room_[i]) - room_[i];
  if (bytes > 0) budget_.Reserve(bytes, "model " + network.name());
  for (int i = 0; i < workers; ++i) room_[i] = std::max(room, room_[i]);
  known = true;
}

uint64_t WorkerPool::RoomOf(int worker) {
  const MutexLock lock(mutex_);
  return room_[worker];
}

WorkerPool::Queue::iterator WorkerPool::FirstFor(int worker) {
  return std::ranges::find_if(
      queue_, [&](const Waiting& waiting) { return MayRun(worker, *waiting.task); });
}

// All groups of a job are given away before any of the next that their workers may run: no worker
// waits for a group that stands behind other work.
WorkerPool::Assignment WorkerPool::Wait(int worker) {
  const MutexLock lock(mutex_);
  auto first = FirstFor(worker);
  while (first == queue_.end()) {
    if (ending_ || threads_.count() == 0) return {};
    work_.Wait(mutex_);
    first = FirstFor(worker);
  }
  if (first->groups == 0) Divide(first);
  const Assignment next = {.task = first->task, .group = first->taken++, .groups = first->groups};
  if (first->taken == first->groups) queue_.erase(first);
  return next;
}

WorkerPool::Assignment WorkerPool::TryTakeWhole(int worker, const Network& network, int least,
                                                int most) {
  const MutexLock lock(mutex_);
  const auto first = FirstFor(worker);
  if (first == queue_.end()) return {};
  const Assignment next = {.task = first->task};
  const std::vector<Network*>& networks = next.task->networks;
  if (networks.size() != 1 || networks.front() != &network) return {};
  if (!JoinsBatches(*next.task->job, network)) return {};
  if (next.lanes() < least || next.lanes() > most) return {};
  queue_.erase(first);
  return next;
}

}  // namespace lmzip
