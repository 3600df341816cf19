// A mixer's trained start (MIXER.md, "The prior").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mixer/context_bank.h"
#include "mixer/match_model.h"
#include "mixer/network_inputs.h"
#include "mixer/slot_table.h"
#include "mixer/weight_sets.h"

namespace lmzip {

inline constexpr size_t kMatches = 2;

/// Where the blob's parts begin; little-endian integers throughout.
struct PriorLayout {
  static constexpr std::array<uint8_t, 8> kMagic = {'L', 'M', 'Z', 'P', 'R', 'I', 'O', 'R'};
  static constexpr uint32_t kVersion = 1;
  static constexpr uint32_t kMinSlotBits = 2, kMaxSlotBits = 20;  // log2 of the number of slots
  static constexpr size_t kSlotBytes = 16;
  static constexpr size_t kSlotsInBucket = 4;

  // Header: magic, u32 version, u32 slot bits, zeros.
  static constexpr size_t kCells = 64;
  static constexpr size_t kCellCount = kSlots * ContextBank::kCells;
  static constexpr size_t kMatchCells = kCells + 4 * kCellCount;
  static constexpr size_t kMatchCellCount = kMatches * MatchPredictor::kCells;
  static constexpr size_t kMapPoints = kMatchCells + 4 * kMatchCellCount;
  static constexpr size_t kMapPointCount =
      (NetworkInputs::kMapContexts[0] + NetworkInputs::kMapContexts[1]) * ProbabilityMap::kPoints;
  static constexpr size_t kRows = kMapPoints + 2 * kMapPointCount;
  static constexpr size_t kFinalRowsBegin = kRows + 2 * kAllRows * kInputs;
  static constexpr size_t kSlotsBegin = kFinalRowsBegin + 2 * kAllFinalRows * kSets;
};

/// A node's history in 7 bits: 0 for none, else 1 + 42 * count class + logistic class.
class NodeCode {
 public:
  static constexpr uint32_t kCodes = 127;
  static uint32_t Encode(Node node) noexcept;
  static Node Decode(uint32_t code) noexcept;
};

/// Checked views into a blob, which must outlive them; it is copied only where it is not aligned to
/// 8 bytes.
class Prior {
 public:
  /// Throws Error{kModelLoad} when the blob is no prior of this version.
  explicit Prior(std::span<const uint8_t> blob);
  Prior(const Prior&) = delete;
  Prior& operator=(const Prior&) = delete;

  void PrefetchSlot(uint64_t hash) const noexcept { __builtin_prefetch(Bucket(hash)); }

  /// Gives a fresh slot the history of its context, if the prior has it.
  void FillSlot(uint64_t hash, Slot& slot) const noexcept;

  std::span<const Cell> cells() const noexcept { return cells_; }
  std::span<const Cell> match_cells() const noexcept { return match_cells_; }
  std::span<const uint16_t> map_points() const noexcept { return map_points_; }
  const FirstWeights& weights() const noexcept { return weights_; }

 private:
  const uint8_t* Bucket(uint64_t hash) const noexcept {
    return slots_ + (hash & bucket_mask_) * PriorLayout::kSlotsInBucket * PriorLayout::kSlotBytes;
  }

  std::vector<uint64_t> copy_;  // of a blob that is not aligned
  std::span<const Cell> cells_, match_cells_;
  std::span<const uint16_t> map_points_;
  FirstWeights weights_;
  const uint8_t* slots_ = nullptr;
  uint64_t bucket_mask_ = 0;
};

/// A slot as the prior stores it.
void PackSlot(const Slot& slot, uint8_t* packed) noexcept;

}  // namespace lmzip
