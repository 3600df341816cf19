// A mixer's trained start (MIXER.md, "The prior").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/prefetch.h"
#include "mixer/probability_map.h"
#include "mixer/context_bank.h"
#include "mixer/match_pair.h"
#include "mixer/prior_bucket.h"
#include "mixer/slot_table.h"
#include "mixer/weight_sets.h"

namespace lmzip {

/// The contexts that a prior has: what differs from file to file is not worth its slots.
inline constexpr uint32_t kInPrior = 1u << 17 | 1u << 9 | 1u << 8 | 0x7F;  // a bit each
inline constexpr uint32_t kEmptyContext = 1;  // the one of them that does not tell the byte before

/// Where the blob's parts begin; little-endian integers throughout.
struct PriorLayout {
  static constexpr std::array<uint8_t, 8> kMagic = {'L', 'M', 'Z', 'P', 'R', 'I', 'O', 'R'};
  static constexpr uint32_t kVersion = 4;
  static constexpr uint32_t kMaxBuckets = uint32_t{1} << 20;

  /// The bucket of a context among `buckets`; its top 16 bits are not used here.
  static constexpr size_t BucketOf(uint64_t hash, uint64_t buckets) noexcept {
    return static_cast<size_t>((hash & (kMaxBuckets - 1)) * buckets / kMaxBuckets);
  }

  // Header: magic, u32 version, u32 number of buckets, zeros.
  static constexpr size_t kCells = 64;
  static constexpr size_t kCellCount = kSlots * ContextBank::kCells;
  static constexpr size_t kMatchCells = kCells + 4 * kCellCount;
  static constexpr size_t kMatchCellCount = kMatches * MatchPredictor::kCells;
  static constexpr size_t kCurves = kMatchCells + 4 * kMatchCellCount;
  static constexpr size_t kCurveCount = 2 * 256;  // by prefix; without the network, then with it
  static constexpr size_t kRows = kCurves + 2 * kCurveCount * ProbabilityMap::kPoints;
  static constexpr size_t kFinalRowsBegin = kRows + 2 * kAllRows * kInputs;
  static constexpr size_t kBucketsBegin = kFinalRowsBegin + 2 * kAllFinalRows * kSets;
};

/// Checked views into a blob, which must outlive them; it is copied only where it is not aligned to
/// 8 bytes, or the host's order of bytes is another.
class Prior {
 public:
  /// Throws Error{kModelLoad} when the blob is no prior of this version.
  explicit Prior(std::span<const uint8_t> blob);
  Prior(const Prior&) = delete;
  Prior& operator=(const Prior&) = delete;

  void PrefetchSlot(uint64_t hash) const noexcept { PrefetchLine(Bucket(hash)); }

  /// Gives a fresh slot of a first nibble the history of its context, if the prior has it.
  void FillSlot(uint64_t hash, Slot& slot) const noexcept {
    FillFromBucket(Bucket(hash), Check(hash), slot);
  }

  /// Likewise of a second nibble: `hash` and `byte_hash` are its own and the first nibble's,
  /// `first` that nibble.
  void FillSecondSlot(uint64_t byte_hash, uint32_t first, uint64_t hash,
                      Slot& slot) const noexcept {
    if (!FillFromBytes(Bucket(byte_hash), Check(byte_hash), first, slot)) FillSlot(hash, slot);
  }

  std::span<const Cell> cells() const noexcept { return cells_; }
  std::span<const Cell> match_cells() const noexcept { return match_cells_; }
  /// What the maps of the result start from.
  const ProbabilityMap::Curve& result_curve(bool network, uint32_t partial) const noexcept {
    return curves_[(network ? 256 : 0) + partial];
  }
  const FirstWeights& weights() const noexcept { return weights_; }

 private:
  static uint16_t Check(uint64_t hash) noexcept { return static_cast<uint16_t>(hash >> 48); }
  const uint8_t* Bucket(uint64_t hash) const noexcept {
    return buckets_ + PriorLayout::BucketOf(hash, bucket_count_) * BucketLayout::kBytes;
  }

  std::vector<uint64_t> copy_;  // of a blob that cannot be used in place
  std::span<const Cell> cells_, match_cells_;
  std::span<const ProbabilityMap::Curve> curves_;
  FirstWeights weights_;
  const uint8_t* buckets_ = nullptr;
  uint64_t bucket_count_ = 0;
};

}  // namespace lmzip
