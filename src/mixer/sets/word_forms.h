// Machines whose instructions are words of four bytes (PROGRAMS.md, "Words").
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "segments/typed_segment.h"

namespace lmzip {

/// One form of a machine's instructions.
struct WordForm {
  uint32_t mask, value;  // a word has the form if its masked bits are these
  uint32_t operation;    // what remains of a word without its operands
  // Where its distance to an address is: the lowest bit, how many (0: it has none), log2 of the
  // bytes that one of it stands for.
  uint8_t shift = 0, width = 0, unit = 0;
  bool split = false;  // the distance's two lowest bits are apart, from bit 29 on

  bool Fits(uint32_t word) const noexcept { return (word & mask) == value; }

  /// `word` at `position` with the address that it leads to in the distance's place.
  uint32_t Absolute(uint32_t word, uint32_t position) const noexcept {
    return Moved(word, position >> unit);
  }
  /// The word that is `absolute` at `position`.
  uint32_t Relative(uint32_t absolute, uint32_t position) const noexcept {
    return Moved(absolute, 0 - (position >> unit));
  }

 private:
  uint32_t Moved(uint32_t word, uint32_t by) const noexcept;
};

struct WordMachine {
  bool big_endian;
  std::array<uint8_t, 3> registers;  // where numbers of registers stand, that of the result first
  uint8_t register_bits;
  std::span<const WordForm> forms;   // a word has the first that fits; the last one fits all

  const WordForm& FormOf(uint32_t word) const noexcept;
  /// Where byte `index` of a word stands in it.
  int ShiftOf(uint32_t index) const noexcept {
    return static_cast<int>(8 * (big_endian ? 3 - index : index));
  }
  uint32_t Register(size_t which, uint32_t word) const noexcept {
    return word >> registers[which] & ((1u << register_bits) - 1);
  }
};

/// Null where a machine's instructions are no words.
const WordMachine* WordMachineOf(Machine machine) noexcept;

}  // namespace lmzip
