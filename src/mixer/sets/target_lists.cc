#include "mixer/sets/target_lists.h"

#include <algorithm>
#include <bit>

#include "mixer/logistic.h"
#include "mixer/sets/general_contexts.h"

namespace lmzip {
namespace {

constexpr int kFirstContextId = 160;
constexpr int kAdded = 2;        // to a value's count when it comes
constexpr int kMostCount = 250;  // beyond, all are halved

// 0..11.
int LevelOf(uint32_t count) {
  static constexpr std::array<uint32_t, 6> kBegins = {6, 10, 18, 32, 64, 128};
  if (count < kBegins[0]) return static_cast<int>(count);
  const auto above = std::ranges::upper_bound(kBegins, count);
  return static_cast<int>(kBegins[0]) - 1 + static_cast<int>(above - kBegins.begin());
}

}  // namespace

void TargetLists::List::Add(uint8_t value) noexcept {
  const auto end = values.begin() + size;
  size_t at = static_cast<size_t>(std::find(values.begin(), end, value) - values.begin());
  if (at < size) {
    if (counts[at] + kAdded > kMostCount) {
      for (size_t i = 0; i < size; ++i) counts[i] = static_cast<uint8_t>((counts[i] + 1) / 2);
    }
    counts[at] = static_cast<uint8_t>(counts[at] + kAdded);
  } else {
    if (size < kLength) {
      ++size;
    } else {  // the rarest of the older half goes
      const auto older = counts.begin() + kLength / 2;
      at = static_cast<size_t>(std::min_element(older, counts.end()) - counts.begin());
    }
    values[at] = value;
    counts[at] = kAdded;
  }
  const ptrdiff_t place = static_cast<ptrdiff_t>(at);
  std::rotate(values.begin(), values.begin() + place, values.begin() + place + 1);
  std::rotate(counts.begin(), counts.begin() + place, counts.begin() + place + 1);
}

size_t TargetLists::ListsFor(uint64_t size) noexcept {
  return size_t{1} << std::clamp(static_cast<int>(std::bit_width(size)) - 4, 8, 18);
}

size_t TargetLists::Bytes(uint64_t size) noexcept {
  return MappedBytes(ListsFor(size) * sizeof(List));
}

TargetLists::Cells TargetLists::FirstCells() noexcept {
  Cells cells;
  for (uint32_t i = 0; i < cells.size(); ++i) {
    const uint32_t ones = i / 4 / kCountLevels, zeros = i / 4 % kCountLevels;
    cells[i] = Cell(65535 * (10 * ones + 3) / (10 * (ones + zeros) + 6), 3);
  }
  return cells;
}

TargetLists::TargetLists(uint64_t size) : lists_(ListsFor(size)) {
  cells_.fill(FirstCells());
}

void TargetLists::Begin(const TargetField& field) noexcept {
  active_ = true;
  offset_ = field.offset();
  lowest_ = field.index == 0;
  const uint64_t known = Combine(Combine(static_cast<uint64_t>(field.kind), field.index),
                                 field.known());
  for (size_t i = 0; i < TargetField::kLists; ++i) {
    const uint64_t hash =
        ContextHash(kFirstContextId + static_cast<int>(i), Combine(known, field.contexts[i]));
    List& list = lists_[hash & (lists_.size() - 1)];
    const uint32_t check = static_cast<uint32_t>(hash >> 32) | 1;
    if (list.check != check) list = List{.check = check};
    used_lists_[i] = &list;
  }
}

void TargetLists::Predict(uint32_t partial, int depth, int32_t* inputs) noexcept {
  std::fill_n(inputs, kInputs, 0);
  if (!active_) return;
  for (size_t i = 0; i < TargetField::kLists; ++i) {
    const List& list = *used_lists_[i];
    std::array<uint32_t, 2> seen{};
    int latest = -1;
    for (size_t j = 0; j < list.size; ++j) {
      const uint32_t byte = 256u | static_cast<uint8_t>(list.values[j] - offset_);
      if (byte >> (8 - depth) != partial) continue;
      const uint32_t bit = byte >> (7 - depth) & 1;
      seen[bit] += list.counts[j];
      if (latest < 0) latest = static_cast<int>(bit);
    }
    used_cells_[i] = nullptr;
    const uint32_t all = seen[0] + seen[1];
    if (all == 0) continue;
    const size_t levels =
        static_cast<size_t>(LevelOf(seen[1]) * kCountLevels + LevelOf(seen[0]));
    const size_t kind = (lowest_ ? 0u : 2u) + static_cast<size_t>(latest);
    used_cells_[i] = &cells_[i][levels * 4 + kind];
    inputs[2 * i] = Stretch(used_cells_[i]->P16());
    inputs[2 * i + 1] = Stretch((2 * seen[1] + 1) * 65535 / (2 * all + 2));
  }
}

void TargetLists::Update(int bit) noexcept {
  if (!active_) return;
  for (Cell* cell : used_cells_) {
    if (cell != nullptr) cell->Update(bit);
  }
}

void TargetLists::EndByte(uint8_t byte) noexcept {
  if (!active_) return;
  // Two contexts may share a list: it learns twice.
  for (List* list : used_lists_) list->Add(static_cast<uint8_t>(byte + offset_));
}

}  // namespace lmzip
