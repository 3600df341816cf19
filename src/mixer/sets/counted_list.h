// Values that followed a context, with counts, and what the counts mean (MIXER.md, "Programs").
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/zeroed_array.h"
#include "mixer/counters.h"
#include "mixer/logistic.h"

namespace lmzip {

/// A line of memory with up to `kMost` values, the latest first.
template <typename Value, size_t kMost>
struct alignas(64) CountedList {
  static constexpr int kAdded = 2;        // to a value's count when it comes
  static constexpr int kMostCount = 250;  // beyond, all are halved

  uint32_t check = 0;
  uint8_t size = 0;
  std::array<uint8_t, kMost> counts{};
  std::array<Value, kMost> values{};

  void Add(Value value) noexcept {
    const auto end = values.begin() + size;
    size_t at = static_cast<size_t>(std::find(values.begin(), end, value) - values.begin());
    if (at < size) {
      if (counts[at] + kAdded > kMostCount) {
        for (size_t i = 0; i < size; ++i) counts[i] = static_cast<uint8_t>((counts[i] + 1) / 2);
      }
      counts[at] = static_cast<uint8_t>(counts[at] + kAdded);
    } else {
      if (size < kMost) {
        at = size++;
      } else {  // the rarest of the older half goes
        const auto older = counts.begin() + kMost / 2;
        at = static_cast<size_t>(std::min_element(older, counts.end()) - counts.begin());
      }
      values[at] = value;
      counts[at] = kAdded;
    }
    const ptrdiff_t place = static_cast<ptrdiff_t>(at);
    std::rotate(values.begin(), values.begin() + place, values.begin() + place + 1);
    std::rotate(counts.begin(), counts.begin() + place, counts.begin() + place + 1);
  }
};

/// Lists by the hashes of their contexts: one that another context had begins anew.
template <typename List>
class ListTable {
 public:
  /// For `size` bytes of content.
  explicit ListTable(uint64_t size) : lists_(CountFor(size)) {}
  /// Its memory.
  static size_t Bytes(uint64_t size) noexcept { return MappedBytes(CountFor(size) * sizeof(List)); }

  List& Find(uint64_t hash) noexcept {
    List& list = lists_[hash & (lists_.size() - 1)];
    const uint32_t check = static_cast<uint32_t>(hash >> 32) | 1;
    if (list.check != check) list = List{.check = check};
    return list;
  }

 private:
  static size_t CountFor(uint64_t size) noexcept {
    return size_t{1} << std::clamp(static_cast<int>(std::bit_width(size)) - 4, 8, 18);
  }

  ZeroedArray<List> lists_;
};

/// What a list says of a bit by its values that agree with the bits so far.
struct ListedBit {
  std::array<uint32_t, 2> seen{};  // counts of those that go on with a zero, with a one
  int latest = -1;                 // how the latest goes on; -1 without any

  /// `byte` is a value's here, `partial` the `depth` bits so far after a leading 1.
  void Add(uint8_t byte, uint8_t count, uint32_t partial, int depth) noexcept {
    const uint32_t whole = 256u | byte;
    if (whole >> (8 - depth) != partial) return;
    const uint32_t bit = whole >> (7 - depth) & 1;
    seen[bit] += count;
    if (latest < 0) latest = static_cast<int>(bit);
  }
};

/// Learns of one list how far its counts are to be trusted. `kKinds` kinds of bytes are told apart.
template <size_t kKinds>
class ListTrust {
 public:
  static constexpr size_t kInputs = 2;

  ListTrust() noexcept {
    for (uint32_t i = 0; i < cells_.size(); ++i) {
      const auto levels = static_cast<uint32_t>(i / (2 * kKinds));
      const auto ones = static_cast<uint32_t>(levels / kLevels);
      const auto zeros = static_cast<uint32_t>(levels % kLevels);
      cells_[i] = Cell(65535 * (10 * ones + 3) / (10 * (ones + zeros) + 6), 3);
    }
  }

  /// Writes kInputs inputs; zeros where nothing is listed.
  void Predict(const ListedBit& listed, size_t kind, int32_t* inputs) noexcept {
    used_ = nullptr;
    inputs[0] = inputs[1] = 0;
    const auto [zeros, ones] = listed.seen;
    if (zeros + ones == 0) return;
    const size_t levels = LevelOf(ones) * kLevels + LevelOf(zeros);
    used_ = &cells_[(levels * kKinds + kind) * 2 + static_cast<size_t>(listed.latest)];
    inputs[0] = Stretch(used_->P16());
    inputs[1] = Stretch((2 * ones + 1) * 65535 / (2 * (zeros + ones) + 2));
  }
  void Update(int bit) noexcept {
    if (used_ != nullptr) used_->Update(bit);
  }

 private:
  static constexpr size_t kLevels = 12;

  static size_t LevelOf(uint32_t count) noexcept {
    constexpr std::array<uint32_t, 6> kBegins = {6, 10, 18, 32, 64, 128};
    if (count < kBegins[0]) return count;
    const auto above = std::ranges::upper_bound(kBegins, count);
    return kBegins[0] - 1 + static_cast<size_t>(above - kBegins.begin());
  }

  std::array<Cell, kLevels * kLevels * kKinds * 2> cells_;
  Cell* used_ = nullptr;  // for the bit in progress
};

}  // namespace lmzip
