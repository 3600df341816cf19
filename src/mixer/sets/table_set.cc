#include "mixer/sets/table_set.h"

#include <algorithm>

#include "mixer/sets/joined.h"

namespace lmzip {

TableSet::TableSet(uint64_t size, int lanes, const History& history)
    : WideSet({.size = size, .lanes = lanes}, history), lanes_(static_cast<size_t>(lanes)) {}

size_t TableSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return WideSet::MemoryBytes({.size = size, .lanes = lanes}) + sizeof(TableSet) +
         static_cast<size_t>(lanes) * sizeof(Lane);
}

void TableSet::StartLane(int lane, int before, const LanePlace& place) {
  WideSet::StartLane(lane, before, place);
  LaneAt(lane) = before != kNoLane ? Lane(LaneAt(before)) : Lane{};
}

void TableSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  WideSet::Enter(lane, place, segment);
  const uint64_t offset = place.position - segment.begin;
  const size_t row = std::max<size_t>(segment.row_bytes, 1);
  LaneAt(lane) = {.equal = {.row = row, .column = static_cast<size_t>(offset % row)},
                  .tagged = TaggedRecords(place.position),
                  .glyphs = GlyphOutlines(static_cast<uint32_t>(row), offset)};
}

void TableSet::EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept {
  Lane& at = LaneAt(lane);
  const uint32_t above = BytesOf(lane, place).Back(at.equal.row);
  WideSet::EndByte(lane, place, byte);
  switch (segment(lane).layout) {
    case Layout::kEqual: return at.equal.Update(byte, above);
    case Layout::kTagged: return at.tagged.Update(byte, place.position);
    case Layout::kGlyphs: return at.glyphs.Update(byte);
  }
}

void TableSet::Records::Update(uint8_t byte, uint32_t above) noexcept {
  repeats = repeats << 1 | (byte == above ? 1u : 0u);
  record = Combine(record, byte);
  if (++column < row) return;
  column = 0;
  previous = record;
  record = 0;
}

BytesBehind TableSet::BytesOf(int lane, const LanePlace& place) const noexcept {
  return {history(), context(lane).recent, place.position};
}

void TableSet::View(int lane, const LanePlace& place, StructureView& view) noexcept {
  const BytesBehind bytes = BytesOf(lane, place);
  const Lane& at = LaneAt(lane);
  switch (segment(lane).layout) {
    case Layout::kEqual: return ViewEqual(at.equal, bytes, view);
    case Layout::kTagged: return at.tagged.View(bytes, view);
    case Layout::kGlyphs: return at.glyphs.View(bytes, view);
  }
}

void TableSet::ViewEqual(const Records& records, const BytesBehind& bytes,
                         StructureView& view) noexcept {
  const size_t row = records.row;
  const auto at = [&](size_t back) { return bytes.Back(back); };
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
  view.Add(Joined(n, column));
  view.Add(Joined(n, nn, column));
  view.Add(Joined(n, w, column));
  view.Add(Joined(w, w2, column));
  view.Add(Joined(low(n + w - nw), w));
  view.Add(Joined(records.repeats & 255, n, column));
  view.Add(Joined(w4, w, rank));
  view.Add(Joined(low(2 * n - nn), column));

  view.Add(Joined(records.record, n, column));
  view.Add(Joined(n, ne, w));
  view.Add(Joined(w4, w8, rank));
  view.Add(Joined(w2, w4, w, column & 1));
  view.Add(Joined(n, w, w2));
  view.Add(Joined(n, nw, w));
  view.Add(Joined(low(n + w - nw), column));
  view.Add(Joined(w, column));
  view.Add(Joined(n, nn, nnn));
  view.Add(Joined(low(n - nn), low(nw - nnw), low(w - nw)));
  view.Add(Joined(low(w - nw), low(w2 - nw2), n));
  view.Add(Joined(records.previous, n, records.record));
  view.Add(Joined(records.repeats & 0xFFFF, n, nn));
  view.Add(Joined(low(next_low), (next_low >> 8 & 255) != ne, column));
  view.Add(Joined(low(next_high >> 8), low(w - next_high), column));
  view.Add(Joined(n, low(w - nw), w, column));
  view.Add(Joined(w4, at(5), w, rank));
  view.Add(Joined(w8, n, column));
  view.Add(Joined(w2, w, w3, n));
  view.Add(Joined(n, nw4, w4, rank));
  view.Add(Joined(low(n + w4 - nw4), column));
  view.Add(Joined(n >> 4, w4 >> 4, nw4 >> 4, column));

  view.state = static_cast<uint32_t>(std::min<size_t>(column, 255));
  view.group = records.repeats & 255;
  view.neighbour = n;
  view.detail = records.repeats & 15;
  view.map = Joined(view.state, n);
}

}  // namespace lmzip
