// A byte's hashed contexts in the table of slots, and where the prior knows them (MIXER.md,
// "Slots").
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/prior.h"
#include "mixer/sets/general_contexts.h"
#include "mixer/slot_table.h"

namespace lmzip {

/// Finds the slots of kCount contexts, once for each nibble of a byte.
template <size_t kCount>
class SlotFinder {
 public:
  using Hashes = std::array<uint64_t, kCount>;
  static constexpr uint32_t kAll = ~0u;  // of the contexts, a bit each

  /// `prior` may be null; bit i of `in_prior`: it may know context i.
  SlotFinder(int table_bits, const Prior* prior, uint32_t in_prior)
      : prior_(prior), in_prior_(in_prior), table_(table_bits) {}

  /// Between bytes. REQUIRES: `other` has a table of the same size, and the same prior.
  void CopyFrom(const SlotFinder& other) noexcept { table_.CopyFrom(other.table_); }

  void Prefetch(uint64_t hash) const noexcept { table_.Prefetch(hash); }

  void BeginByte(const Hashes& hashes) noexcept {
    byte_hashes_ = hashes_ = hashes;
    prepared_ = 0;
  }

  /// Fetches the second nibble's slots early. `partial` is the first nibble after a leading 1, or a
  /// guess, which does no harm.
  void PrepareSecond(uint32_t partial, uint32_t contexts = kAll) noexcept {
    if (partial == prepared_) return;
    prepared_ = partial;
    for (size_t i = 0; i < kCount; ++i) {
      if (!Has(contexts, i)) continue;
      hashes_[i] = ContextHash(64 + static_cast<int>(partial), byte_hashes_[i]);
      table_.Prefetch(hashes_[i]);
    }
  }

  /// Finds the slots of the nibble that begins: of the first one after no bits (`partial` is 1), of
  /// the second one after it. Contexts that are not among `contexts`, a bit each, get an idle slot.
  void Find(uint32_t partial, uint32_t contexts = kAll) noexcept {
    const bool second = partial > 1;
    uint32_t fresh = 0;
    for (size_t i = 0; i < kCount; ++i) {
      if (!Has(contexts, i)) {
        slots_[i] = &unused_;
        continue;
      }
      slots_[i] = table_.Find(hashes_[i]);
      if (prior_ != nullptr && Has(in_prior_, i) && slots_[i]->nodes[0].empty()) {
        prior_->PrefetchSlot(hashes_[i]);
        if (second) prior_->PrefetchSlot(byte_hashes_[i]);
        fresh |= 1u << i;
      }
    }
    for (; fresh != 0; fresh &= fresh - 1) {
      Fill(static_cast<size_t>(std::countr_zero(fresh)), partial, second);
    }
  }

  const std::array<Slot*, kCount>& slots() const noexcept { return slots_; }
  const SlotTable& table() const noexcept { return table_; }

 private:
  static bool Has(uint32_t contexts, size_t i) noexcept { return (contexts >> i & 1) != 0; }

  void Fill(size_t i, uint32_t partial, bool second) noexcept {
    if (second) {
      prior_->FillSecondSlot(byte_hashes_[i], partial & 15, hashes_[i], *slots_[i]);
    } else {
      prior_->FillSlot(hashes_[i], *slots_[i]);
    }
  }

  const Prior* prior_;
  const uint32_t in_prior_;
  SlotTable table_;
  Slot unused_;

  // The byte in progress.
  Hashes byte_hashes_{};   // of its contexts
  Hashes hashes_{};        // of the nibble's contexts, and
  uint32_t prepared_ = 0;  // of the second nibble's after this first one, or 0
  std::array<Slot*, kCount> slots_{};
};

/// What the last of `slots`, the longest contexts last, that knows the bit after `prefix` says of
/// it; 0 where none does.
inline uint32_t LikelyBit(std::span<Slot* const> slots, uint32_t prefix) noexcept {
  for (size_t i = slots.size(); i > 0; --i) {
    const Node& node = slots[i - 1]->nodes[prefix - 1];
    if (!node.empty()) return node.P12() >= 2048;
  }
  return 0;
}

}  // namespace lmzip
