#include "mixer/sets/table_set.h"

#include <algorithm>

namespace lmzip {

TableSet::TableSet(uint64_t size, int lanes, const History& history)
    : WideSet({.size = size, .lanes = lanes}, history), records_(static_cast<size_t>(lanes)) {}

size_t TableSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return WideSet::MemoryBytes({.size = size, .lanes = lanes}) + sizeof(TableSet) +
         static_cast<size_t>(lanes) * sizeof(Records);
}

void TableSet::StartLane(int lane, int before, const LanePlace& place) {
  WideSet::StartLane(lane, before, place);
  auto& records = records_[static_cast<size_t>(lane)];
  records = before != kNoLane ? Records(records_[static_cast<size_t>(before)]) : Records{};
}

void TableSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  WideSet::Enter(lane, place, segment);
  const size_t row = std::max<size_t>(segment.row_bytes, 1);
  records_[static_cast<size_t>(lane)] = {
      .row = row, .column = (place.position - static_cast<size_t>(segment.begin)) % row};
}

void TableSet::EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept {
  Records& records = records_[static_cast<size_t>(lane)];
  const uint32_t above = Back(lane, place, records.row);
  WideSet::EndByte(lane, place, byte);
  records.repeats = records.repeats << 1 | (byte == above ? 1u : 0u);
  records.record = Combine(records.record, byte);
  if (++records.column < records.row) return;
  records.column = 0;
  records.previous = records.record;
  records.record = 0;
}

uint32_t TableSet::Back(int lane, const LanePlace& place, size_t back) const noexcept {
  if (back <= 8) return context(lane).Byte(static_cast<int>(back));
  return place.position >= back ? history().At(place.position - back) : 0u;
}

void TableSet::View(int lane, const LanePlace& place, StructureView& view) noexcept {
  const Records& records = records_[static_cast<size_t>(lane)];
  const size_t row = records.row;
  const auto at = [&](size_t back) { return Back(lane, place, back); };
  const auto join = [](auto first, auto... rest) {
    uint64_t all = static_cast<uint64_t>(first);
    ((all = Combine(all, static_cast<uint64_t>(rest))), ...);
    return all;
  };
  const auto low = [](uint32_t value) { return value & 255; };

  const uint32_t w = at(1), w2 = at(2), w3 = at(3), w4 = at(4), w8 = at(8);
  const uint32_t n = at(row), nw = at(row + 1), nw2 = at(row + 2), nw4 = at(row + 4);
  const uint32_t ne = row > 1 ? at(row - 1) : 0;
  const uint32_t nn = at(2 * row), nnw = at(2 * row + 1), nnn = at(3 * row);
  const size_t column = std::min<size_t>(records.column, 65535);
  const size_t rank = column & 3;
  // What the 16-bit fields of the two records above let expect, this byte being the low or the high
  // one.
  const uint32_t next_low = 2 * (n | ne << 8) - (nn | at(2 * row - 1) << 8);
  const uint32_t next_high = 2 * (n << 8 | nw) - (nn << 8 | nnw);

  // The first ones are those of every level.
  view.Add(join(n, column));
  view.Add(join(n, nn, column));
  view.Add(join(n, w, column));
  view.Add(join(w, w2, column));
  view.Add(join(low(n + w - nw), w));
  view.Add(join(records.repeats & 255, n, column));
  view.Add(join(w4, w, rank));
  view.Add(join(low(2 * n - nn), column));

  view.Add(join(records.record, n, column));
  view.Add(join(n, ne, w));
  view.Add(join(w4, w8, rank));
  view.Add(join(w2, w4, w, column & 1));
  view.Add(join(n, w, w2));
  view.Add(join(n, nw, w));
  view.Add(join(low(n + w - nw), column));
  view.Add(join(w, column));
  view.Add(join(n, nn, nnn));
  view.Add(join(low(n - nn), low(nw - nnw), low(w - nw)));
  view.Add(join(low(w - nw), low(w2 - nw2), n));
  view.Add(join(records.previous, n, records.record));
  view.Add(join(records.repeats & 0xFFFF, n, nn));
  view.Add(join(low(next_low), (next_low >> 8 & 255) != ne, column));
  view.Add(join(low(next_high >> 8), low(w - next_high), column));
  view.Add(join(n, low(w - nw), w, column));
  view.Add(join(w4, at(5), w, rank));
  view.Add(join(w8, n, column));
  view.Add(join(w2, w, w3, n));
  view.Add(join(n, nw4, w4, rank));
  view.Add(join(low(n + w4 - nw4), column));
  view.Add(join(n >> 4, w4 >> 4, nw4 >> 4, column));

  view.state = static_cast<uint32_t>(std::min<size_t>(column, 255));
  view.group = records.repeats & 255;
  view.neighbour = n;
  view.detail = records.repeats & 15;
  view.map = join(view.state, n);
}

}  // namespace lmzip
