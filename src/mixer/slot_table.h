// The shared hash table of contexts (MIXER.md, "Slots").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/counters.h"

namespace lmzip {

/// The bits so far of the nibble in progress after a leading 1; `partial`: of its byte, likewise,
/// of which `depth` are known.
constexpr uint32_t NibblePrefix(uint32_t partial, int depth) noexcept {
  const uint32_t first = depth < 4 ? 1u << depth : 1u << (depth - 4);
  return (partial & (first - 1)) | first;
}

/// The bit histories of one context for the 15 prefixes of a nibble; prefix i (1..15, leading 1) is
/// nodes[i - 1].
struct Slot {
  uint16_t check = 0;
  std::array<Node, 15> nodes;
};
static_assert(sizeof(Slot) == 32);

/// A 64-bit hash names a slot: its low bits the bucket, its top 16 the check. Two slots share a
/// bucket, one cache line; the one that has seen less is given up for a new context.
class SlotTable {
 public:
  static constexpr int kMinBits = 12;  // of the size in bytes

  explicit SlotTable(int size_bits)
      : buckets_(size_t{1} << (size_bits - 6)), mask_((uint64_t{1} << (size_bits - 6)) - 1) {}

  /// REQUIRES: `other` is of the same size.
  void CopyFrom(const SlotTable& other) noexcept { buckets_.CopyFrom(other.buckets_); }

  void Prefetch(uint64_t hash) const noexcept { PrefetchLine(&buckets_[hash & mask_]); }

  /// The context's slot, cleared when it is new (its first node is empty then); valid until a later
  /// call claims the same slot.
  Slot* Find(uint64_t hash) noexcept {
    Bucket& bucket = buckets_[hash & mask_];
    const uint16_t check = static_cast<uint16_t>(hash >> 48);
    for (Slot& slot : bucket.slots) {
      if (slot.check == check && !slot.nodes[0].empty()) return &slot;
    }
    Slot& victim =
        bucket.slots[bucket.slots[0].nodes[0].count() > bucket.slots[1].nodes[0].count()];
    victim = Slot{.check = check, .nodes = {}};
    return &victim;
  }

  /// For making a prior: slot i, whose context's hash ends in i / 2.
  size_t size() const noexcept { return 2 * buckets_.size(); }
  const Slot& operator[](size_t i) const noexcept { return buckets_[i / 2].slots[i % 2]; }

 private:
  struct alignas(64) Bucket {
    std::array<Slot, 2> slots;
  };

  ZeroedArray<Bucket> buckets_;
  uint64_t mask_;
};

}  // namespace lmzip
