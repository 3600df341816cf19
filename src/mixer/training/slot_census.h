// Finds out which contexts are worth a place in a prior (MIXER.md, "Making a prior").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/context_bank.h"
#include "mixer/prior.h"
#include "mixer/slot_table.h"

namespace lmzip {

/// For every slot of a counting table: in how many pieces of text its context occurred, and how
/// many bits it would have saved at its first use in each, had it been in a prior.
class SlotCensus {
 public:
  explicit SlotCensus(const SlotTable& table) : table_(table), entries_(table.size()) {}

  /// Pieces stand for the files to come: a context of the prior counts once in each.
  void StartPiece() noexcept { ++piece_; }

  /// `slots` of `contexts`, a bit each, all of kInPrior or some with the shorter ones that they go
  /// on from, were found for a byte's first nibble and have not learned it, then for its second
  /// one.
  void VisitFirst(const std::array<Slot*, kSlots>& slots, uint32_t contexts,
                  uint32_t first) noexcept;
  void VisitSecond(const std::array<Slot*, kSlots>& slots, uint32_t contexts, uint32_t first,
                   uint32_t second) noexcept;

  /// What slot i is worth, in 1/256 bit; 0 or less when it is not worth a place.
  int32_t Worth(size_t i) const noexcept;

  /// A slot of a second nibble belongs to the slot of the byte's first nibble.
  struct Child {
    uint32_t parent;  // number of that slot
    uint8_t first;    // that nibble
    uint32_t slot;
  };
  /// The slots that belong to others which are worth a place, in the order of these.
  std::vector<Child> Children() const;

 private:
  struct Entry {
    uint32_t last_piece = 0;
    uint16_t pieces = 0;
    int32_t saved = 0;    // 1/256 bit, in the first 65,535 pieces
    uint32_t parent = 0;  // 1 + 16 times its slot + the first nibble; 0 where there is none
    uint32_t born = 0;    // in which piece
  };

  using Parents = std::array<uint32_t, kSlots>;
  void Visit(const std::array<Slot*, kSlots>& slots, uint32_t contexts, uint32_t nibble,
             const Parents& parents) noexcept;

  const SlotTable& table_;
  ZeroedArray<Entry> entries_;
  uint32_t piece_ = 0;
  Parents first_slots_{};  // of the byte in progress
};

}  // namespace lmzip
