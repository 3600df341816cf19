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
  static constexpr uint32_t kVersion = 2;
  static constexpr uint32_t kMaxBuckets = uint32_t{1} << 20;
  static constexpr size_t kBucketBytes = 64;
  static constexpr size_t kSlotsInBucket = 3;    // 16 bytes each, from the bucket's begin
  static constexpr size_t kSinglesInBucket = 5;  // 3 bytes each, behind them
  static constexpr size_t kSlotBytes = 16;
  static constexpr size_t kSinglesBegin = kSlotsInBucket * kSlotBytes;
  static constexpr size_t kSingleBytes = 3;
  static_assert(kSinglesBegin + kSinglesInBucket * kSingleBytes <= kBucketBytes);

  /// The bucket of a context among `buckets`; its top 16 bits are not used here.
  static constexpr size_t BucketOf(uint64_t hash, uint64_t buckets) noexcept {
    return static_cast<size_t>((hash & (kMaxBuckets - 1)) * buckets / kMaxBuckets);
  }

  // Header: magic, u32 version, u32 number of buckets, zeros.
  static constexpr size_t kCells = 64;
  static constexpr size_t kCellCount = kSlots * ContextBank::kCells;
  static constexpr size_t kMatchCells = kCells + 4 * kCellCount;
  static constexpr size_t kMatchCellCount = kMatches * MatchPredictor::kCells;
  static constexpr size_t kMapPoints = kMatchCells + 4 * kMatchCellCount;
  static constexpr size_t kMapPointCount =
      (NetworkInputs::kMapContexts[0] + NetworkInputs::kMapContexts[1]) * ProbabilityMap::kPoints;
  static constexpr size_t kRows = kMapPoints + 2 * kMapPointCount;
  static constexpr size_t kFinalRowsBegin = kRows + 2 * kAllRows * kInputs;
  static constexpr size_t kBucketsBegin = kFinalRowsBegin + 2 * kAllFinalRows * kSets;
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
  static bool FillFromSlots(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept;
  static void FillFromSingles(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept;

  const uint8_t* Bucket(uint64_t hash) const noexcept {
    return buckets_ + PriorLayout::BucketOf(hash, bucket_count_) * PriorLayout::kBucketBytes;
  }

  std::vector<uint64_t> copy_;  // of a blob that is not aligned
  std::span<const Cell> cells_, match_cells_;
  std::span<const uint16_t> map_points_;
  FirstWeights weights_;
  const uint8_t* buckets_ = nullptr;
  uint64_t bucket_count_ = 0;
};

/// A slot as the prior stores it, in kSlotBytes.
void PackSlot(const Slot& slot, uint8_t* packed) noexcept;

/// True for a slot that has seen a single nibble: its four nodes have the same history.
bool IsSingle(const Slot& slot) noexcept;

/// Such a slot in kSingleBytes.
void PackSingle(const Slot& slot, uint8_t* packed) noexcept;

}  // namespace lmzip
