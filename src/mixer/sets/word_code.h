// Instructions that are words of four bytes, byte by byte (PROGRAMS.md, "Words").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/wide_set.h"
#include "mixer/sets/word_forms.h"
#include "mixer/sets/word_lists.h"

namespace lmzip {

/// Follows words. One that holds a distance is remembered with the address that it leads to in the
/// distance's place: it is absolute.
class WordCode {
 public:
  /// `phase`: bytes of the first word that are not seen.
  WordCode(const WordMachine& machine, uint32_t phase) : machine_(&machine), index_(phase % 4) {}

  /// `byte` is the next one; `position` is where.
  void Update(uint8_t byte, size_t position) noexcept;

  /// What is known of the byte behind `recent`.
  void View(uint64_t recent, StructureView& view) const noexcept;

  /// The word in progress, whose next byte is at `position`.
  WordField Field(size_t position) const noexcept;

  /// Whether the last byte ended a word that leads to an address.
  bool EndedDistance() const noexcept { return ended_distance_; }
  /// The latest word, absolute.
  uint32_t last_word() const noexcept { return absolute_[0]; }

 private:
  void FinishWord(size_t position) noexcept;
  uint32_t Registers(uint32_t word) const noexcept;

  const WordMachine* machine_;
  uint32_t index_;           // bytes of the word in progress that are known
  uint32_t bytes_ = 0;       // these, where they stand in the word
  bool ended_distance_ = false;

  // The words before, latest first.
  std::array<uint32_t, 2> words_{}, distances_{};  // all; those that lead to an address, absolute
  std::array<uint32_t, 4> absolute_{};
  std::array<uint32_t, 6> operations_{};
  uint32_t form_ = 0;  // the number of the latest word's form
  // By register: the latest word that names it first, that names it second; absolute.
  std::array<std::array<uint32_t, 32>, 2> named_{};
};

}  // namespace lmzip
