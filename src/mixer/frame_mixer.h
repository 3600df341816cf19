// One frame's mixer: the parts put together (MIXER.md, "The steps").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mixer/apm.h"
#include "mixer/context_bank.h"
#include "mixer/contexts.h"
#include "mixer/history.h"
#include "mixer/match_model.h"
#include "mixer/media.h"
#include "mixer/mixer.h"
#include "mixer/prior.h"
#include "mixer/slot_census.h"
#include "mixer/slot_table.h"
#include "mixer/weight_sets.h"

namespace lmzip {

class FrameMixer {
 public:
  FrameMixer(const MixerOptions& options, std::span<const uint8_t> content);
  /// What it takes beside its context table.
  static size_t FixedBytes(size_t content_size, int lanes) noexcept;

  // As Mixer has them.
  void StartSegment(int lane, size_t begin, size_t end);
  void Prefetch(int lane) const noexcept { PrefetchByte(lanes_[static_cast<size_t>(lane)]); }
  void BeginByte(int lane, const ByteTree* model) noexcept;
  uint32_t P() const noexcept { return p_; }
  void Update(int bit) noexcept;

  /// Learns the histories of the prior's contexts from a byte that is not coded, and nothing else;
  /// the census sees every slot before it learns.
  void Observe(int lane, uint8_t byte, SlotCensus& census) noexcept;

  // What a prior is made from.
  const SlotTable& table() const noexcept { return table_; }
  ContextBank& bank() noexcept { return bank_; }
  std::array<MatchPredictor, kMatches>& predictors() noexcept { return predictors_; }
  const WeightSets& weights() const noexcept { return weights_; }
  /// The logistic value of the next bit that the maps of the result refine.
  int mixed() const noexcept { return mixed_; }

 private:
  // What a lane has of its own.
  struct Lane {
    size_t position = 0, end = 0;
    size_t run_begin = 0;  // the bytes in [run_begin, position) are readable
    LaneContext context;
    HeaderSearch headers;
    SoundState sound;
    bool media = false;  // whether `hashes` are a picture's or a sound's contexts
    std::array<Match, kMatches> matches;
    std::array<size_t, kMatches> places{};  // of the finders' tables, for the next byte
    std::array<uint64_t, kSlots> hashes{};
  };

  void LoadPrior() noexcept;
  void FindContexts(int index) noexcept;
  uint32_t NibblePrefix() const noexcept;
  void CompleteByte(uint8_t byte) noexcept;
  void PrepareByte(Lane& lane, uint8_t last) noexcept;
  void PrefetchByte(const Lane& lane) const noexcept;
  uint32_t LikelyBit() const noexcept;
  void HashSecondNibble(uint32_t partial) noexcept;
  void UseSlots(bool observing) noexcept;
  uint64_t MatchContext() const noexcept;
  std::array<size_t, kSets> Selected() const noexcept;
  void LocateMaps() noexcept;
  void Predict() noexcept;

  const Prior* prior_;
  History history_;
  SlotTable table_;
  std::array<MatchFinder, kMatches> finders_;
  std::vector<Lane> lanes_;
  ContextBank bank_, media_bank_;
  MediaDetector media_;
  std::array<MatchPredictor, kMatches> predictors_;
  WeightSets weights_;
  std::array<ProbabilityMap, 2> result_maps_;

  Slot unused_slot_;  // of the contexts that are not observed

  // The byte in progress.
  ContextBank* used_bank_ = &bank_;
  Lane* lane_ = nullptr;
  int lane_index_ = 0;
  const ByteTree* model_ = nullptr;
  std::array<uint64_t, kSlots> byte_hashes_{};  // of its contexts
  std::array<uint64_t, kSlots> hashes_{};       // of the nibble's contexts, and
  uint32_t hashed_partial_ = 0;                 // of the second nibble's after this first one
  std::array<Slot*, kSlots> slots_{};
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many
  size_t best_ = 0;       // the match that counts: the long one if there is one

  // The bit in progress.
  std::array<size_t, 2> map_contexts_{};  // of the result
  int mixed_ = 0;
  uint32_t p_ = uint32_t{1} << (kBitProbabilityBits - 1);
};

}  // namespace lmzip
