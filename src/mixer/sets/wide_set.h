// A model set of the general contexts and of as many more that know the data's structure (MIXER.md,
// "Wide sets"): what kinds of data differ in is the structure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mixer/history.h"
#include "mixer/match_pair.h"
#include "mixer/model_set.h"
#include "mixer/prior.h"
#include "mixer/probability_map.h"
#include "mixer/row_mixer.h"
#include "mixer/sets/general_contexts.h"
#include "mixer/wide_bank.h"

namespace lmzip {

/// What a set's structure tells of a lane's next byte.
struct StructureView {
  static constexpr size_t kContexts = 30, kSelectors = 4;

  std::array<uint64_t, kContexts> contexts{};  // values, the most telling first
  uint32_t count = 0;                          // of them
  // Of weights. The first and the third are multiplied by 8, for the number of bits known.
  uint32_t state = 0;     // below 256
  uint32_t group = 0;     // below 4096
  uint32_t neighbour = 0; // below 256
  uint32_t detail = 0;    // below 32: told apart by how many of the contexts are known
  uint32_t phase = 0;     // below 8: told apart with the bits so far
  uint64_t map = 0;       // of the result's map

  void Add(uint64_t value) noexcept { contexts[count++] = value; }
};

class WideSet : public ModelSet {
 public:
  struct Options {
    uint64_t size = 0;  // of a frame's bytes, those of the set's kind
    int lanes = 1;
    size_t direct_inputs = 0;  // at most kMostDirectInputs
    int most_table_bits = 24;  // log2 bytes of the contexts' table, at most
    RowMixer::Rates rates{.row = 30, .early = 1600, .last = 20};
  };
  static constexpr size_t kMostDirectInputs = 16;

  WideSet(const Options& options, const History& history);
  static size_t MemoryBytes(const Options& options) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void Prepare(int lane, const LanePlace& place, uint8_t last) noexcept override;
  void Prefetch(int lane) const noexcept override;
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 protected:
  const History& history() const noexcept { return history_; }
  size_t lane_count() const noexcept { return lanes_.size(); }
  const TypedSegment& segment(int lane) const noexcept { return LaneAt(lane).segment; }
  const LaneContext& context(int lane) const noexcept { return LaneAt(lane).context; }

  /// What is known of the byte at `place`, when the one before it has been learned (EndByte) but
  /// may not be in the history yet: context(lane).recent has it.
  virtual void View(int lane, const LanePlace& place, StructureView& view) noexcept = 0;
  /// Inputs beside those of contexts: for a byte, for its bits.
  virtual void BeginDirect(int /*lane*/, const LanePlace& /*place*/) noexcept {}
  virtual void PredictDirect(uint32_t /*partial*/, int /*depth*/, int32_t* /*inputs*/) noexcept {}
  virtual void UpdateDirect(int /*bit*/) noexcept {}

 private:
  static constexpr size_t kMostContexts = kSlots + StructureView::kContexts;
  using Hashes = std::array<uint64_t, kMostContexts>;

  // What a lane has of its own.
  struct Lane {
    TypedSegment segment;
    LaneContext context;
    MatchPair::Lane matches;
    StructureView view;
    Hashes hashes{};  // of the next byte; the match's is not known before
    size_t used = 0;  // of them
  };

  const Lane& LaneAt(int lane) const noexcept { return lanes_[static_cast<size_t>(lane)]; }
  Lane& LaneAt(int lane) noexcept { return lanes_[static_cast<size_t>(lane)]; }
  void FindHashes(Lane& lane, const LanePlace& place) noexcept;
  void PrefetchByte(const Lane& lane) const noexcept;
  void HashSecondNibble(uint32_t partial) noexcept;
  uint32_t LikelyBit() const noexcept;
  uint32_t PhasedPartial() const noexcept { return view_.phase * 256 + partial_; }
  void Select() noexcept;
  void LocateMaps() noexcept;
  void Predict() noexcept;

  const History& history_;
  const size_t direct_inputs_;
  std::vector<Lane> lanes_;
  WideBank bank_;
  MatchPair matches_;
  RowMixer mixer_;
  std::array<ProbabilityMap, 3> maps_;

  // The byte in progress.
  Lane* lane_ = nullptr;
  const ByteTree* network_ = nullptr;
  Hashes hashes_{};               // of its first nibble, and
  Hashes second_hashes_{};        // of the second one after
  uint32_t hashed_partial_ = 0;   // this first one
  size_t used_ = 0, sets_ = 0;    // contexts and sets of rows
  StructureView view_;    // its
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many

  // The bit in progress.
  std::array<uint32_t, RowMixer::kMostSets> selected_{};
  std::array<size_t, 3> map_contexts_{};
};

}  // namespace lmzip
