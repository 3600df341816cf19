// What the contexts of a font's glyphs are made of.
#include <algorithm>

#include "mixer/sets/glyph_outlines.h"
#include "mixer/sets/joined.h"

namespace lmzip {
namespace {

// What the parts' contexts are told apart by, beside the parts' own numbers.
constexpr uint32_t kOfCode = 64, kOfFlags = 96, kOfSteps = 128;

// The lowest `count` bytes, at most eight.
constexpr uint64_t LowBytes(uint64_t value, int count) {
  return value & (~uint64_t{0} >> (64 - 8 * count));
}

}  // namespace

void GlyphOutlines::View(const BytesBehind& bytes, StructureView& view) const noexcept {
  switch (part_) {
    case Part::kCode: return ViewCode(bytes, view);
    case Part::kFlags:
    case Part::kRepeats: return ViewFlags(bytes, view);
    case Part::kX: return ViewStep(0, view);
    case Part::kY: return ViewStep(1, view);
    default: return ViewNumbers(bytes, view);
  }
}

// All that is in numbers of two bytes.
void GlyphOutlines::ViewNumbers(const BytesBehind& bytes, StructureView& view) const noexcept {
  const uint32_t number = std::min(index_ / 2, 15u), part = static_cast<uint32_t>(part_);
  const bool low = index_ % 2 != 0;
  const uint32_t known = low ? 1 + (value_ & 255) : 0;
  const uint64_t at =
      Joined(part, number, known, part_ == Part::kComponentPlace ? component_flags_ : 0u);
  const auto header = [&](size_t i) { return static_cast<uint16_t>(header_[i]); };
  const auto last = [&](size_t i) { return static_cast<uint16_t>(last_header_[i]); };
  const bool in_header = part_ == Part::kHeader;
  const size_t field = in_header ? number : 0;
  const uint32_t left = left_ / 2;
  const uint32_t w = bytes.Back(1), w2 = bytes.Back(2), w4 = bytes.Back(4);
  const uint32_t before = in_header ? (field > 0 ? header(field - 1) : 0u) : end_ - last_end_;
  const uint32_t before2 = in_header && field > 1 ? header(field - 2) : end_;

  view.Add(Joined(at, before));
  view.Add(Joined(at, last(field), header(0)));
  view.Add(Joined(at, header_hash_, known));
  view.Add(Joined(at, before2));
  view.Add(Joined(at, before, before2));
  view.Add(Joined(at, header(0), left));
  view.Add(Joined(at, end_, left));
  view.Add(Joined(at, w, w2));

  view.Add(at);
  view.Add(Joined(at, last(field)));
  view.Add(Joined(at, last(field), before));
  view.Add(Joined(at, last(field), before2));
  view.Add(Joined(at, header(0), before2, last(0)));
  view.Add(Joined(at, header(1), header(2)));
  view.Add(Joined(at, header(3), header(4)));
  view.Add(Joined(at, header(0), end_, last_end_));
  view.Add(Joined(at, header_hash_, end_));
  view.Add(Joined(at, w, w2, bytes.Back(3)));
  view.Add(Joined(at, w4, bytes.Back(3), w2));
  view.Add(Joined(at, component_flags_, w, w2));
  view.Add(Joined(at, points_count_));
  view.Add(Joined(at, points_count_, operations_ & 255));

  view.state = (in_header ? index_ : 16 + part * 2 + low) & 31;
  view.group = 8 * part + std::min(left, 7u);
  view.neighbour = w;
  view.detail = number;
  view.map = Joined(at, before);
}

void GlyphOutlines::ViewCode(const BytesBehind& bytes, StructureView& view) const noexcept {
  const uint32_t what = counts_ ? 1 : to_push_ == 0 ? 0 : words_ ? 2 + to_push_ % 2 : 4;
  const uint64_t at = Joined(kOfCode, what);
  const uint32_t w = bytes.Back(1), w2 = bytes.Back(2), w3 = bytes.Back(3);
  const auto operations = [&](int count) { return LowBytes(operations_, count); };

  view.Add(Joined(at, operations(2)));
  view.Add(Joined(at, operations(1), w));
  view.Add(Joined(at, operations(3)));
  view.Add(Joined(at, w, w2));
  view.Add(Joined(at, operations(4)));
  view.Add(Joined(at, std::min(to_push_, 15u), w));
  view.Add(Joined(at, operations(1), w, w2));
  view.Add(Joined(at, operations(5)));

  view.Add(Joined(at, operations(1)));
  view.Add(Joined(at, operations(6)));
  view.Add(Joined(at, operations_));
  view.Add(Joined(at, to_push_, index_));
  view.Add(Joined(at, to_push_, w, w2));
  view.Add(Joined(at, w2, w3));
  view.Add(Joined(at, w2));
  view.Add(Joined(at, w3));
  view.Add(Joined(at, w, w3));
  view.Add(Joined(at, w, w2, w3));
  view.Add(Joined(at, (w - w2) & 255, w));
  view.Add(Joined(at, points_count_, w));
  view.Add(Joined(at, points_count_, index_));
  view.Add(Joined(at, left_, w));
  view.Add(Joined(at, header_[0], index_, w));
  view.Add(Joined(at, w, w2, w3, bytes.Back(4)));

  view.state = 32 + what;
  view.group = 256 + static_cast<uint32_t>(operations(1)) * 4 + std::min(what, 3u);
  view.neighbour = w;
  view.detail = 8 + what;
  view.map = Joined(at, operations(2));
}

void GlyphOutlines::ViewFlags(const BytesBehind& bytes, StructureView& view) const noexcept {
  constexpr uint32_t kFar = 12;
  const auto starts = [&](size_t point) { return (points_[point].flags & kContour) != 0; };
  uint64_t flags = 0, on = 0;
  uint32_t since = 0, to_end = 0;  // points from the contour's begin, and before its last one
  for (uint32_t back = 1; back <= std::min<size_t>(point_, 16); ++back) {
    const uint32_t point = points_[point_ - back].flags;
    if (back <= 8) flags |= static_cast<uint64_t>(point) << (8 * (back - 1));
    on |= (point & kOnCurve) << (back - 1);
    if (since == 0 && (point & kContour) != 0) since = back;
  }
  const bool begins = point_ < points_count_ && starts(point_);
  if (begins) since = 0;
  while (to_end < kFar && point_ + to_end + 1 < points_count_ && !starts(point_ + to_end + 1))
    ++to_end;
  const bool repeats = part_ == Part::kRepeats;
  const uint64_t at = Joined(kOfFlags, repeats, begins);
  const auto left = static_cast<uint32_t>(points_count_ - point_);
  const auto last = [&](int count) { return LowBytes(flags, count); };

  view.Add(Joined(at, last(1), to_end));
  view.Add(Joined(at, last(2)));
  view.Add(Joined(at, last(3), to_end));
  view.Add(Joined(at, last(4)));
  view.Add(Joined(at, last(6)));
  view.Add(Joined(at, last(1), since));
  view.Add(Joined(at, on & 255, last(1)));
  view.Add(Joined(at, last(2), since, to_end));

  view.Add(Joined(at, last(1)));
  view.Add(Joined(at, last(3)));
  view.Add(Joined(at, last(5), to_end));
  view.Add(Joined(at, last(8)));
  view.Add(Joined(at, on, since));
  view.Add(Joined(at, on & 15, last(2), to_end));
  view.Add(Joined(at, flags & 0xFF00FF));
  view.Add(Joined(at, flags & 0xFF0000FF));
  view.Add(Joined(at, flags & 0xFFFF00));
  view.Add(Joined(at, point_, points_count_));
  view.Add(Joined(at, point_, points_count_, last(1)));
  view.Add(Joined(at, left, last(1)));
  view.Add(Joined(at, bytes.Back(1), bytes.Back(2)));
  view.Add(Joined(at, header_[0], point_, last(1)));
  view.Add(Joined(at, since, to_end));

  view.state = 48 + repeats * 16 + (begins ? 8u : 0u) + std::min(to_end, 7u);
  view.group =
      1280 +
      (static_cast<uint32_t>(flags & 0x37) | static_cast<uint32_t>(flags >> 8 & 0x37) << 6) % 2048;
  view.neighbour = static_cast<uint32_t>(last(1));
  view.detail = 16 + std::min(since, 7u);
  view.map = Joined(at, last(2));
}

void GlyphOutlines::ViewStep(int axis, StructureView& view) const noexcept {
  // Four bits of what its flags say of a point: on the curve, short, same, a contour's begin.
  const auto kind = [&](size_t point) -> uint32_t {
    if (point >= points_count_) return 15;
    const uint32_t flags = points_[point].flags;
    return (flags & kOnCurve) | ((flags & kShort << axis) != 0 ? 2u : 0u) |
           ((flags & kSame << axis) != 0 ? 4u : 0u) | ((flags & kContour) != 0 ? 8u : 0u);
  };
  const auto step = [&](size_t point, int of_axis) -> uint32_t {
    return point < points_count_
               ? static_cast<uint32_t>(points_[point].step[static_cast<size_t>(of_axis)])
               : 0;
  };
  const uint32_t k = kind(point_), kb = kind(point_ - 1), kn = kind(point_ + 1);
  const uint32_t k3 = k | kb << 4 | kn << 8,
                 k5 = k3 | kind(point_ - 2) << 12 | kind(point_ + 2) << 16;
  const bool low = index_ != 0, is_short = (k & 2) != 0, same = (k & 4) != 0;
  const uint64_t at =
      Joined(kOfSteps + static_cast<uint32_t>(axis), k & 6, low ? 1 + (value_ & 255) : 0u);
  const uint32_t s1 = step(point_ - 1, axis), s2 = step(point_ - 2, axis),
                 s3 = step(point_ - 3, axis), s4 = step(point_ - 4, axis);
  // Across y stand the steps in x.
  const uint32_t x = axis == 1 ? step(point_, 0) : 0, x1 = axis == 1 ? step(point_ - 1, 0) : 0,
                 xn = axis == 1 ? step(point_ + 1, 0) : 0;
  const auto place = static_cast<uint32_t>(place_);
  const auto edge = [&](int field) {
    return static_cast<uint32_t>(header_[static_cast<size_t>(field + axis)]);
  };
  const uint32_t room =
      is_short && !same ? place - edge(1) : edge(3) - place;  // of the glyph's box
  const uint32_t back = static_cast<uint32_t>(contour_) - place;

  view.Add(Joined(at, k3, s1));
  view.Add(Joined(at, s1, s2));
  view.Add(Joined(at, room));
  view.Add(axis == 1 ? Joined(at, x, k) : Joined(at, s2, k));
  view.Add(Joined(at, k5));
  view.Add(axis == 1 ? Joined(at, x, s1) : Joined(at, s1, s3));
  view.Add(Joined(at, back, k));
  view.Add(Joined(at, place));

  view.Add(Joined(at, k3, s2));
  view.Add(Joined(at, k, s1, s2, s3));
  view.Add(Joined(at, k3));
  view.Add(Joined(at, s3, k));
  view.Add(Joined(at, s4, k));
  view.Add(Joined(at, s2, s4));
  view.Add(Joined(at, x, x1, k));
  view.Add(Joined(at, x, xn, k3));
  view.Add(Joined(at, x, s2, k));
  view.Add(Joined(at, place, k3));
  view.Add(Joined(at, room, k3));
  view.Add(Joined(at, back, s1));
  view.Add(Joined(at, s1 + s2, k));
  view.Add(Joined(at, s1 + s2 + s3, k));
  view.Add(Joined(at, k5, s1));
  view.Add(Joined(at, place, s1));
  view.Add(Joined(at, header_hash_, point_));
  view.Add(Joined(at, s1, s2, x, x1));

  view.state = 128 + static_cast<uint32_t>(axis) * 64 + (low ? 32u : 0u) + (kb & 7) + (k & 1) * 8 +
               (kn & 1) * 16;
  view.group = k3;
  view.neighbour = static_cast<uint32_t>(std::clamp(static_cast<int>(s1), -127, 127)) & 255;
  view.detail = static_cast<uint32_t>(axis) * 8 + (k & 7);
  view.map = Joined(at, k3, s1);
}

}  // namespace lmzip
