#include "codec/scheduler.h"

#include <algorithm>

#include "base/check.h"
#include "codec/lane_group.h"

namespace lmzip {

int Scheduler::Assignment::lanes() const {
  return LaneGroup::LaneCount(job->header().geometry.lanes(), group, groups);
}

// On this thread decoders alone gain by it: they feed the model one token a lane, encoders many.
bool Scheduler::JoinsBatches(const FrameJob& job) const {
  return job.header().uses_model() && MostGroups(job) == 1 &&
         (sharing_ == Sharing::kFrames || !job.knows_content());
}

int Scheduler::MostGroups(const FrameJob& job) const {
  return sharing_ == Sharing::kFrames ? 1 : std::min(most_groups_, job.header().geometry.lanes());
}

void Scheduler::DivideFirst() {
  const FrameJob& first = *queue_.front().job;
  const uint64_t size = first.header().residue_bytes();
  const auto alike = [&](const Waiting& waiting) {
    const uint64_t other = waiting.job->header().residue_bytes();
    return MostGroups(*waiting.job) == MostGroups(first) && other / 2 <= size && size / 2 <= other;
  };
  const auto begin = queue_.begin();
  const auto most = std::min<ptrdiff_t>(std::ssize(queue_), most_groups_);
  const auto frames = static_cast<int>(std::find_if_not(begin, begin + most, alike) - begin);
  int groups = 1;
  while (groups < MostGroups(first) &&
         (MostGroups(first) % groups != 0 || frames * groups < most_groups_)) {
    ++groups;
  }
  for (int i = 0, busy = 0; i < frames && busy < most_groups_; ++i, busy += groups) {
    queue_[i].groups = groups;
  }
}

/// One thread: a predictor, and the lane groups that share its batch.
class Scheduler::Worker {
 public:
  explicit Worker(Scheduler& scheduler) : scheduler_(scheduler) {}

  void Run() noexcept {
    while (Refill()) {
      try {
        Step();
      } catch (...) {
        for (Slot& slot : slots_) {
          if (slot.active) Stop(slot, std::current_exception());
        }
      }
      RemoveStopped();
    }
  }

 private:
  struct Slot {
    std::shared_ptr<FrameJob> job;
    std::unique_ptr<LaneGroup> group;
    std::exception_ptr error;
    bool active;
  };

  // Waits for work when there is none, then fills the batch; false when the pool ends.
  bool Refill() {
    while (slots_.empty()) {
      const Assignment assignment = scheduler_.Wait();
      if (!assignment) return false;
      Start(assignment);
      batching_ = scheduler_.JoinsBatches(*assignment.job);
    }
    while (batching_ && lanes_in_use_ < batch_) {
      const Assignment assignment = scheduler_.TryTakeWhole(batch_ - lanes_in_use_);
      if (!assignment) break;
      Start(assignment);
    }
    return true;
  }

  void Start(const Assignment& assignment) {
    ShareTime();
    FrameJob& job = *assignment.job;
    if (!job.GroupStarted(assignment.groups)) return;
    try {
      slots_.reserve(slots_.size() + 1);
      std::vector<int> lanes;
      if (job.header().uses_model()) lanes = ReserveLanes(assignment.lanes());
      slots_.push_back(
          {.job = assignment.job,
           .group = std::make_unique<LaneGroup>(assignment.job, assignment.group, assignment.groups,
                                                predictor_.get(), std::move(lanes)),
           .error = nullptr,
           .active = true});
      lanes_in_use_ += assignment.lanes();
      // In the order of their lanes: batches of neighbouring lanes need no gathering.
      std::ranges::sort(slots_, {}, [](const Slot& slot) {
        const std::vector<int>& reserved = slot.group->reserved_lanes();
        return reserved.empty() ? -1 : reserved.front();
      });
    } catch (...) {
      job.GroupStopped(std::current_exception());
    }
  }

  // Lanes of the predictor that no slot has; it is made anew when there are not enough.
  std::vector<int> ReserveLanes(int count) {
    std::vector<int> lanes = FreeLanes();
    if (std::ssize(lanes) < count) {
      LMZIP_CHECK(slots_.empty());
      predictor_.reset();
      model_ = &scheduler_.model_();
      const int shares = scheduler_.sharing_ == Sharing::kFrames ? scheduler_.thread_count_ : 1;
      batch_ = std::max(1, model_->preferred_lanes() / shares);
      predictor_ = model_->NewPredictor(std::max(count, batch_));
      lanes = FreeLanes();
    }
    lanes.resize(static_cast<size_t>(count));
    return lanes;
  }

  std::vector<int> FreeLanes() const {
    std::vector<bool> used(predictor_ ? static_cast<size_t>(predictor_->lanes()) : 0);
    for (const Slot& slot : slots_) {
      for (int lane : slot.group->reserved_lanes()) used[lane] = true;
    }
    std::vector<int> lanes;
    for (size_t lane = 0; lane < used.size(); ++lane) {
      if (!used[lane]) lanes.push_back(static_cast<int>(lane));
    }
    return lanes;
  }

  void Step() {
    std::vector<Slot*> waiting;
    for (Slot& slot : slots_) {
      Guarded(slot, [&] { slot.active = slot.group->Advance(); });
      if (slot.active) waiting.push_back(&slot);
    }
    while (!waiting.empty()) {
      const int count = waiting.front()->group->count();
      const auto rest = std::stable_partition(
          waiting.begin() + 1, waiting.end(),
          [&](const Slot* slot) { return SharesCalls(count) && slot->group->count() == count; });
      RunModelAndCode({waiting.begin(), rest});
      waiting.erase(waiting.begin(), rest);
    }
  }

  // Whether groups that need `count` tokens a lane are run together.
  bool SharesCalls(int count) const {
    return count == 1 || (count > 1 && scheduler_.sharing_ == Sharing::kFrames);
  }

  // One call of the model for groups of equal counts, then the coding.
  void RunModelAndCode(const std::vector<Slot*>& slots) {
    const int count = slots.front()->group->count();
    const auto rows = [count](const Slot* slot) {
      return slot->group->lanes().size() * static_cast<size_t>(count);
    };
    batch_lanes_.clear();
    tokens_.clear();
    for (const Slot* slot : slots) {
      if (count == 0) break;
      const std::vector<int>& lanes = slot->group->lanes();
      batch_lanes_.insert(batch_lanes_.end(), lanes.begin(), lanes.end());
      tokens_.resize(tokens_.size() + rows(slot));
      slot->group->FillTokens(tokens_.data() + tokens_.size() - rows(slot));
    }
    const size_t vocabulary = model_ ? static_cast<size_t>(model_->vocabulary()) : 0;
    logits_.resize(tokens_.size() * vocabulary);
    if (!tokens_.empty()) {
      try {
        predictor_->Run(batch_lanes_, count, tokens_.data(), logits_.data());
      } catch (...) {
        for (Slot* slot : slots) Stop(*slot, std::current_exception());
        return;
      }
    }
    const int16_t* logits = logits_.data();
    for (Slot* slot : slots) {
      Guarded(*slot, [&] { slot->group->Code(logits); });
      logits += rows(slot) * vocabulary;
    }
  }

  // Tells the jobs of the batch that they have shared the thread since the last call.
  void ShareTime() {
    const auto now = WorkClock::Clock::now();
    for (Slot& slot : slots_) {
      slot.job->Worked((now - since_) / static_cast<int64_t>(slots_.size()));
    }
    since_ = now;
  }

  static void Stop(Slot& slot, std::exception_ptr error) {
    slot.error = error;
    slot.active = false;
  }

  template <typename Function>
  static void Guarded(Slot& slot, Function function) {
    try {
      function();
    } catch (...) {
      Stop(slot, std::current_exception());
    }
  }

  void RemoveStopped() {
    if (std::ranges::none_of(slots_, [](const Slot& slot) { return !slot.active; })) return;
    ShareTime();
    for (Slot& slot : slots_) {
      if (slot.active) continue;
      lanes_in_use_ -= slot.group->lane_count();
      slot.group.reset();
      slot.job->GroupStopped(slot.error);
    }
    std::erase_if(slots_, [](const Slot& slot) { return !slot.active; });
    if (slots_.empty() && predictor_ && predictor_->lanes() > std::max(batch_, kKeptLanes)) {
      predictor_.reset();
      logits_ = {};
    }
  }

  Scheduler& scheduler_;
  const Model* model_ = nullptr;  // set with predictor_
  int batch_ = 1;                 // lanes that make the model efficient
  std::unique_ptr<Predictor> predictor_;
  std::vector<Slot> slots_;
  int lanes_in_use_ = 0;
  bool batching_ = false;               // further frames may join
  WorkClock::Clock::time_point since_;  // these slots share the thread
  std::vector<int> batch_lanes_;
  std::vector<int32_t> tokens_;
  std::vector<int16_t> logits_;
};

Scheduler::Scheduler(ModelFunction model, int threads, Sharing sharing, int most_groups)
    : model_(std::move(model)), sharing_(sharing), most_groups_(most_groups) {
  LMZIP_CHECK(threads >= 1 && most_groups >= 1);
  const MutexLock lock(mutex_);  // the threads wait until their number is known
  threads_.Start(threads, [this] { Worker(*this).Run(); });
  thread_count_ = std::max(1, threads_.count());
  most_groups_ = std::min(most_groups, thread_count_);
}

Scheduler::~Scheduler() {
  {
    const MutexLock lock(mutex_);
    ending_ = true;
  }
  work_.NotifyAll();
}

void Scheduler::Submit(std::shared_ptr<FrameJob> job) {
  {
    const MutexLock lock(mutex_);
    queue_.push_back({.job = std::move(job)});
  }
  work_.NotifyAll();
  if (threads_.count() == 0) Worker(*this).Run();
}

// All groups of a job are given away before any of the next: no thread waits for a group that
// stands behind other work.
Scheduler::Assignment Scheduler::Wait() {
  const MutexLock lock(mutex_);
  while (queue_.empty() && !ending_ && threads_.count() > 0) work_.Wait(mutex_);
  if (queue_.empty()) return {};
  Waiting& first = queue_.front();
  if (first.groups == 0) DivideFirst();
  const Assignment next = {.job = first.job, .group = first.taken++, .groups = first.groups};
  if (first.taken == first.groups) queue_.pop_front();
  return next;
}

Scheduler::Assignment Scheduler::TryTakeWhole(int lanes) {
  const MutexLock lock(mutex_);
  if (queue_.empty() || !JoinsBatches(*queue_.front().job)) return {};
  const Assignment next = {.job = queue_.front().job};
  if (next.lanes() > lanes) return {};
  queue_.pop_front();
  return next;
}

}  // namespace lmzip
