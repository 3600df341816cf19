// Finds out which contexts are worth a place in a prior (MIXER.md, "Making a prior").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mixer/context_bank.h"
#include "mixer/slot_table.h"

namespace lmzip {

/// The contexts that a prior has: what differs from file to file is not worth its slots.
inline constexpr std::array<bool, kSlots> kInPrior = {true,  true,  true,  true,  true,  true,
                                                      true,  false, true,  true,  false, false,
                                                      false, false, false, false, false, true};

/// For every slot of a counting table: in how many pieces of text its context occurred, and how
/// many bits it would have saved at its first use in each, had it been in a prior.
class SlotCensus {
 public:
  explicit SlotCensus(const SlotTable& table) : table_(table), entries_(table.size()) {}

  /// Pieces stand for the files to come: a context of the prior counts once in each.
  void StartPiece() noexcept { ++piece_; }

  /// `slots` of the contexts in kInPrior were found for `nibble` and have not learned it.
  void Visit(const std::array<Slot*, kSlots>& slots, uint32_t nibble) noexcept;

  /// What slot i is worth, in 1/256 bit; 0 or less when it is not worth a place.
  int32_t Worth(size_t i) const noexcept;

 private:
  struct Entry {
    uint16_t last_piece = 0;
    uint16_t pieces = 0;
    int32_t saved = 0;  // 1/256 bit
  };

  const SlotTable& table_;
  std::vector<Entry> entries_;
  uint16_t piece_ = 0;
};

}  // namespace lmzip
