// Hashed contexts that remember more than a node tells: the last bits and the last bytes (MIXER.md,
// "Wide slots").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/counters.h"
#include "mixer/mix_kernels.h"
#include "mixer/slot_table.h"

namespace lmzip {

/// The histories of one context for the 15 prefixes of a nibble; a first nibble's has the last byte
/// too.
struct alignas(64) WideSlot {
  Slot slot;
  std::array<uint8_t, 15> last_bits;  // of every node, behind a leading 1; 0: none
  uint8_t last_byte;
  uint8_t repeats;  // how often it came in a row; 0: none came
};
static_assert(sizeof(WideSlot) == 64);

/// A 64-bit hash names a slot, like SlotTable's.
class WideSlotTable {
 public:
  /// `size_bits`: log2 of its bytes.
  explicit WideSlotTable(int size_bits)
      : slots_(size_t{1} << (size_bits - 6)), mask_((uint64_t{1} << (size_bits - 6)) - 2) {}

  void Prefetch(uint64_t hash) const noexcept {
    PrefetchLine(&slots_[hash & mask_]);
    PrefetchLine(&slots_[(hash & mask_) + 1]);
  }

  /// The context's slot, cleared when it is new; valid until a later call claims the same slot.
  WideSlot* Find(uint64_t hash) noexcept;

 private:
  ZeroedArray<WideSlot> slots_;
  uint64_t mask_;
};

/// The inputs of many hashed contexts, four of each.
class WideBank {
 public:
  static constexpr size_t kInputsOfContext = 4;

  WideBank(const MixKernels& kernels, size_t contexts, int table_bits);
  static size_t Bytes(size_t contexts, int table_bits) noexcept;

  void Prefetch(uint64_t hash) const noexcept { table_.Prefetch(hash); }

  /// The first nibble of a byte begins, in the contexts of these hashes.
  void BeginByte(std::span<const uint64_t> hashes) noexcept;
  /// The second one begins; `hashes` are its own.
  void BeginSecondNibble(std::span<const uint64_t> hashes) noexcept;

  /// Writes the inputs for the next bit: `partial` are the byte's bits so far after a leading 1.
  void Predict(uint32_t partial, int depth, int32_t* inputs) noexcept;
  void Update(int bit) noexcept;
  /// The byte is known.
  void EndByte(uint8_t byte) noexcept;

  /// How much context `i` has seen at this bit, 0..15.
  uint32_t Count(size_t i) const noexcept { return NodeOf(i).count(); }

  /// The node of context `i` after `prefix` of the nibble in progress.
  Node NextNode(size_t i, uint32_t prefix) const noexcept {
    return slots_[i]->slot.nodes[prefix - 1];
  }

 private:
  Node NodeOf(size_t i) const noexcept {
    return Node::FromState(node_states_[i / kMostCounters].nodes[i % kMostCounters]);
  }

  static constexpr size_t kLevels = 64;  // of a probability, 1/4 nat apart
  static constexpr size_t kRepeats = 32;
  // What a context's state means, learned.
  struct Cells {
    std::array<Cell, 16 * kLevels> nodes;
    std::array<Cell, 256> last_bits;
    std::array<Cell, kRepeats * 8> repeats;
  };
  static const Cells& FirstCells();
  // The byte that a context saw last.
  struct Expected {
    uint32_t byte = 0;  // after a leading 1; 0: none
    Cell* cells = nullptr;  // of how often it came
    Cell* used = nullptr;  // of this bit, null where the byte disagrees
  };

  void PredictRepeat(size_t i, uint32_t partial, int depth, int32_t& input) noexcept;

  static constexpr size_t kMostContexts = 64;
  static constexpr size_t kGroups = kMostContexts / kMostCounters;

  const MixKernels& kernels_;
  WideSlotTable table_;
  std::vector<Cells> cells_;
  size_t used_ = 0;  // contexts of this byte
  std::array<WideSlot*, kMostContexts> slots_{}, first_slots_{};
  std::array<uint16_t, kMostContexts> checks_{};  // of the first slots
  std::array<Expected, kMostContexts> expected_{};

  // The bit in progress: what was used of every context, its states in groups.
  uint32_t prefix_ = 1;  // the nibble's bits so far after a leading 1
  int expected_shift_ = 0;
  std::array<Cell*, kMostContexts> node_cells_{}, bit_cells_{};
  std::array<CounterStates, kGroups> node_states_{}, bit_states_{};
};

}  // namespace lmzip
