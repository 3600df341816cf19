// Expects bytes of numbers by what followed the same contexts before (MIXER.md, "Lists").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/counted_list.h"

namespace lmzip {

/// A byte of a number. What a list knows of it is the byte plus an offset: a distance between
/// addresses is expected by where it leads, a number that grows by how much.
struct TargetField {
  static constexpr size_t kLists = 8;

  bool lowest = false;  // of the number's bytes
  std::array<uint64_t, kLists> contexts{};
  std::array<uint8_t, kLists> offsets{};
};

/// For every context a short list of the values that came, with counts.
class TargetLists {
 public:
  static constexpr size_t kInputs = 2 * TargetField::kLists;

  explicit TargetLists(uint64_t size) : lists_(size) {}
  static size_t Bytes(uint64_t size) noexcept { return ListTable<List>::Bytes(size); }

  /// The byte in progress is of no such number.
  void BeginNone() noexcept { active_ = false; }
  void Begin(const TargetField& field) noexcept;
  /// Writes kInputs inputs for the next bit.
  void Predict(uint32_t partial, int depth, int32_t* inputs) noexcept;
  void Update(int bit) noexcept;
  void EndByte(uint8_t byte) noexcept;

 private:
  using List = CountedList<uint8_t, 28>;
  static_assert(sizeof(List) == 64);

  ListTable<List> lists_;
  std::array<ListTrust<2>, TargetField::kLists> trust_;  // in the lowest byte, in others

  // The byte in progress.
  bool active_ = false, lowest_ = false;
  std::array<uint8_t, TargetField::kLists> offsets_{};
  std::array<List*, TargetField::kLists> used_{};
};

}  // namespace lmzip
