// The model set of what must be fast: few contexts of text, one layer of weights (MIXER.md, "The
// quick set").
#pragma once

#include <array>
#include <vector>

#include "mixer/context_bank.h"
#include "mixer/history.h"
#include "mixer/match_model.h"
#include "mixer/mixer.h"
#include "mixer/model_set.h"
#include "mixer/pair_mixer.h"
#include "mixer/probability_map.h"
#include "mixer/slot_finder.h"

namespace lmzip {

class QuickSet final : public ModelSet {
 public:
  QuickSet(const MixerOptions& options, const History& history);
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  bool CopyFrom(const ModelSet& other) noexcept override;
  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void Prepare(int lane, const LanePlace& place, uint8_t last) noexcept override;
  void Prefetch(int lane) const noexcept override { PrefetchByte(LaneAt(lane)); }
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  using Hashes = SlotFinder<kQuickSlots>::Hashes;
  struct Lane {
    uint64_t recent = 0;  // the last eight bytes, latest lowest
    uint64_t word = 0;    // hash of the letters of the word so far, 0 outside words
    Match match;
    size_t match_place = 0;  // of the finder's table, for the next byte
    Hashes hashes{};         // of the next byte
  };

  const Lane& LaneAt(int lane) const noexcept { return lanes_[static_cast<size_t>(lane)]; }
  Lane& LaneAt(int lane) noexcept { return lanes_[static_cast<size_t>(lane)]; }
  void PrefetchByte(const Lane& lane) const noexcept;
  void UseSlots() noexcept;
  void Predict() noexcept;

  const Prior* prior_;
  const History& history_;
  SlotFinder<kQuickSlots> slots_;
  std::vector<Lane> lanes_;
  QuickBank bank_;
  MatchFinder matches_;
  MatchPredictor expected_;
  PairMixer mixer_;
  ProbabilityMap map_;

  // The byte in progress.
  const Lane* lane_ = nullptr;
  const ByteTree* network_ = nullptr;
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many
};

}  // namespace lmzip
