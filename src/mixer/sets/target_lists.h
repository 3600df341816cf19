// Expects distances between addresses by the addresses that they led to before (MIXER.md, "Lists of
// targets").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/counters.h"

namespace lmzip {

/// A byte of a distance. The address that it leads to, its target, is where the distance counts from
/// plus itself; from the lowest byte on, every byte of the target follows from that of the distance.
struct TargetField {
  static constexpr int kKinds = 3;  // calls, jumps, data
  static constexpr size_t kLists = 8;

  int kind = 0;
  uint32_t index = 0;  // of the byte, 0 the lowest
  uint32_t sum = 0;    // where it counts from plus the bytes known
  std::array<uint64_t, kLists> contexts{};

  /// Of the target's byte, less that of the distance.
  uint8_t offset() const noexcept { return static_cast<uint8_t>(sum >> (8 * index)); }
  /// The target's bytes that are known.
  uint32_t known() const noexcept {
    return index == 0 ? 0 : sum & ((uint32_t{1} << (8 * index)) - 1);
  }
};

/// For every context a short list of the values that a target's byte had, with counts.
class TargetLists {
 public:
  static constexpr size_t kInputs = 2 * TargetField::kLists;

  explicit TargetLists(uint64_t size);
  static size_t Bytes(uint64_t size) noexcept;

  /// The byte in progress is of no distance.
  void BeginNone() noexcept { active_ = false; }
  void Begin(const TargetField& field) noexcept;
  /// Writes kInputs inputs for the next bit.
  void Predict(uint32_t partial, int depth, int32_t* inputs) noexcept;
  void Update(int bit) noexcept;
  void EndByte(uint8_t byte) noexcept;

 private:
  static constexpr size_t kLength = 28;
  static constexpr int kCountLevels = 12;

  struct alignas(64) List {
    uint32_t check = 0;
    uint8_t size = 0;
    std::array<uint8_t, kLength> values{};  // the latest first
    std::array<uint8_t, kLength> counts{};

    void Add(uint8_t value) noexcept;
  };
  static_assert(sizeof(List) == 64);
  // By the levels of the counts for a one and for a zero, whether it is the lowest byte, and what
  // the latest value says.
  using Cells = std::array<Cell, static_cast<size_t>(kCountLevels * kCountLevels * 4)>;

  static size_t ListsFor(uint64_t size) noexcept;
  static Cells FirstCells() noexcept;

  ZeroedArray<List> lists_;
  std::array<Cells, TargetField::kLists> cells_;

  // The byte in progress.
  bool active_ = false;
  uint8_t offset_ = 0;
  bool lowest_ = false;
  std::array<List*, TargetField::kLists> used_lists_{};
  std::array<Cell*, TargetField::kLists> used_cells_{};  // of its bit; null where a list is silent
};

}  // namespace lmzip
