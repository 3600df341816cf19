// The hashed contexts' share of the inputs (MIXER.md, "Slots").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/counters.h"
#include "mixer/mix_kernels.h"
#include "mixer/slot_table.h"

namespace lmzip {

/// The cells that learn what a node's state means, one group a context, and the slots in use.
template <size_t kContextCount>
class BankOf {
 public:
  static constexpr size_t kLevels = 64;           // of a probability, 1/4 nat apart
  static constexpr size_t kCells = 16 * kLevels;  // of a context: count x level

  explicit BankOf(const MixKernels& kernels);

  /// Between bits.
  void CopyFrom(const BankOf& other) noexcept { cells_ = other.cells_; }

  /// Makes `slots` the ones in use; they must stay valid until the next call.
  void Use(const std::array<Slot*, kContextCount>& slots) noexcept { slots_ = slots; }

  /// Writes 2 * kContextCount inputs for the next bit after the nibble's prefix (1..15, leading 1).
  void Predict(uint32_t prefix, int32_t* inputs) noexcept;

  void Update(int bit) noexcept;

  /// Updates the nodes after `prefix` alone.
  void Observe(uint32_t prefix, int bit) noexcept {
    for (Slot* slot : slots_) slot->nodes[prefix - 1].Update(bit);
  }

  std::span<Cell> cells() noexcept { return {cells_.front().data(), kContextCount * kCells}; }

  /// How much context `i` has seen at this bit, 0..15.
  uint32_t Count(size_t i) const noexcept { return states_.nodes[i] & 15u; }

 private:
  const MixKernels& kernels_;
  std::array<std::array<Cell, kCells>, kContextCount> cells_;
  std::array<Slot*, kContextCount> slots_{};
  std::array<Cell*, kContextCount> used_cells_{};
  CounterStates states_{};  // of the slots' nodes after prefix_, and of used_cells_
  uint32_t prefix_ = 1;
};

inline constexpr size_t kSlots = 18;      // hashed contexts of a byte in sets of many contexts
inline constexpr size_t kQuickSlots = 5;  // in that of few
using ContextBank = BankOf<kSlots>;
using QuickBank = BankOf<kQuickSlots>;

extern template class BankOf<kSlots>;
extern template class BankOf<kQuickSlots>;

}  // namespace lmzip
