// A model set of 17 hashed contexts and two matches (MIXER.md, "The steps"): what kinds of data
// differ in are the contexts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mixer/context_bank.h"
#include "mixer/history.h"
#include "mixer/match_pair.h"
#include "mixer/model_set.h"
#include "mixer/prior.h"
#include "mixer/probability_map.h"
#include "mixer/sets/general_contexts.h"
#include "mixer/slot_finder.h"
#include "mixer/weight_sets.h"

namespace lmzip {

class ContextSet : public ModelSet {
 public:
  struct Options {
    uint64_t size = 0;  // bytes that the set is to code, by which its tables go
    int lanes = 1;
    const Prior* prior = nullptr;  // may be null
    int table_bits = 0;            // log2 bytes of the context table; 0: by the size
    MixerPart without = MixerPart::kNone;  // that it says nothing
  };
  using ContextHashes = SlotFinder<kSlots>::Hashes;  // the last one is the match's

  ContextSet(const Options& options, const History& history);
  /// The memory of a set of that size with its table.
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void Prepare(int lane, const LanePlace& place, uint8_t last) noexcept override;
  void Prefetch(int lane) const noexcept override { PrefetchByte(LaneAt(lane)); }
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 protected:
  // What a lane has of its own.
  struct Lane {
    LaneContext context;
    MatchPair::Lane matches;
    ContextHashes hashes{};
  };

  /// As ModelSet::CopyFrom(), but for what a set has of its own.
  bool CopyContexts(const ContextSet& other) noexcept;

  /// The contexts of the lane's next byte.
  virtual void FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept = 0;

  const History& history() const noexcept { return history_; }
  const Lane& LaneAt(int lane) const noexcept { return lanes_[static_cast<size_t>(lane)]; }
  Lane& LaneAt(int lane) noexcept { return lanes_[static_cast<size_t>(lane)]; }

  // For what is learned without being coded (training/).
  void TakeLane(int index, const LanePlace& place) noexcept;
  void ObserveBit(int bit, uint32_t contexts) noexcept;
  void UseSlots(uint32_t contexts = SlotFinder<kSlots>::kAll) noexcept;
  void PrepareMatches(int index, const LanePlace& place, uint8_t last) noexcept;
  const std::array<Slot*, kSlots>& slots() const noexcept { return finder_.slots(); }
  const SlotTable& slot_table() const noexcept { return finder_.table(); }
  ContextBank& context_bank() noexcept { return bank_; }
  std::array<MatchPredictor, kMatches>& match_predictors() noexcept {
    return matches_.predictors();
  }
  const WeightSets& weight_sets() const noexcept { return weights_; }

 private:
  void LoadPrior() noexcept;
  void PrefetchByte(const Lane& lane) const noexcept;
  bool IsSilent(size_t context) const noexcept { return (silent_contexts_ >> context & 1) != 0; }
  void Silence(int32_t* inputs) const noexcept;
  template <bool kWhole>
  std::array<size_t, kSets> Selected() const noexcept;
  void LocateMaps() noexcept;
  void Predict() noexcept;

  const Prior* prior_;
  const MixerPart without_;
  const uint32_t silent_contexts_;  // bit i: context i is of what is left out
  const History& history_;
  SlotFinder<kSlots> finder_;
  std::vector<Lane> lanes_;
  ContextBank bank_;
  MatchPair matches_;
  WeightSets weights_;
  std::array<ProbabilityMap, 2> result_maps_;

  // The byte in progress.
  Lane* lane_ = nullptr;
  const ByteTree* model_ = nullptr;
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many

  // The bit in progress.
  std::array<size_t, 2> map_contexts_{};  // of the result
};

}  // namespace lmzip
