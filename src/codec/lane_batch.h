// The lane groups that a thread runs together.
#pragma once

#include <exception>
#include <memory>
#include <vector>

#include "codec/lane_group.h"
#include "codec/network.h"

namespace lmzip {

/// What `function` throws; null if nothing. The pool's one barrier: whatever is thrown in a worker,
/// memory that is missing included, ends the jobs that it concerns and nothing else.
template <typename Function>
std::exception_ptr Caught(Function function) noexcept {
  try {
    function();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

/// A predictor of a network with room for its logits.
struct OwnedPredictor {
  const Network* network = nullptr;
  std::unique_ptr<Predictor> predictor;  // null: none
  int vocabulary = 0;
  int batch_lanes = 1;  // that make the network efficient
  uint64_t bytes = 0;   // that are counted for it
  std::vector<int16_t> logits;

  int lanes() const { return predictor ? predictor->lanes() : 0; }
};

/// Lane groups whose symbols are coded by one thread, in steps that Start() begins and Finish()
/// ends; between the two the predictor may work on a device. Groups of several jobs share a
/// predictor's calls when they need equally many tokens a lane: one each, or any number with
/// `shares_pieces`. Not thread-safe.
class LaneBatch {
 public:
  /// A group; when `error` is not null it could not go on.
  struct Slot {
    std::shared_ptr<FrameJob> job;
    std::unique_ptr<LaneGroup> group;
    std::exception_ptr error;
    bool active;  // else it has stopped
  };

  LaneBatch() = default;
  LaneBatch(const LaneBatch&) = delete;
  LaneBatch& operator=(const LaneBatch&) = delete;

  bool empty() const { return slots_.empty(); }
  const std::vector<Slot>& slots() const { return slots_; }
  /// Lanes that may join for the network to be efficient.
  int wanted_lanes() const { return std::max(0, predictor_.batch_lanes - used_lanes_); }
  const OwnedPredictor& predictor() const { return predictor_; }

  /// Gives the batch another predictor and returns what it had. REQUIRES: empty().
  OwnedPredictor Exchange(OwnedPredictor predictor, bool shares_pieces);
  /// Adds group `group` of `groups` of the job. REQUIRES: no step is begun; if the job uses
  /// the model, the predictor has lanes for it that no group has.
  void Add(std::shared_ptr<FrameJob> job, int group, int groups);

  void Start() noexcept;
  void Finish() noexcept;

  /// Whether groups have stopped.
  bool has_stopped() const;
  /// Tells their jobs and forgets them. REQUIRES: no step is begun.
  void RemoveStopped() noexcept;

 private:
  /// One call of the predictor for groups of equal counts.
  struct Call {
    int count = 0;
    bool started = false;
    std::vector<Slot*> slots;
    std::vector<int> lanes;
    std::vector<int32_t> tokens;  // [lanes][count]
  };

  std::vector<int> FreeLanes(int count) const;
  Call& CallFor(int count);
  void Advance();
  void StartCall(Call& call) noexcept;
  void Collect(Call& call) noexcept;
  void Code(Call& call) noexcept;
  static void Stop(Slot& slot, const std::exception_ptr& error) noexcept;

  OwnedPredictor predictor_;
  bool shares_pieces_ = false;
  std::vector<Slot> slots_;  // in the order of their lanes
  int used_lanes_ = 0;
  std::vector<Call> calls_;  // of this step, call_count_ of them; the others' memory is kept
  size_t call_count_ = 0;
};

}  // namespace lmzip
