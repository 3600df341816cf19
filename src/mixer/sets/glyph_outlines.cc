#include "mixer/sets/glyph_outlines.h"

#include <algorithm>

#include "mixer/sets/joined.h"

namespace lmzip {

void GlyphOutlines::Update(uint8_t byte) noexcept {
  value_ = value_ << 8 | byte;
  ++index_;
  --left_;
  phase_ = (phase_ + 1) % alignment_;
  const bool number_ends = index_ % 2 == 0;
  const uint32_t number = value_ & 0xFFFF;
  if (part_ == Part::kHeader) {
    header_hash_ = static_cast<uint32_t>(Joined(header_hash_, byte) >> 16);
    if (number_ends) header_[index_ / 2 - 1] = static_cast<int16_t>(number);
  }
  if (part_ == Part::kEnds && number_ends) {
    last_end_ = end_;
    end_ = number;
    if (end_ + 1 < kMostPoints) points_[end_ + 1].flags = kContour;
  }
  if (part_ == Part::kCode) FollowCode(byte);
  if (left_ == 0) EndPart();
}

void GlyphOutlines::Begin(Part part, uint32_t bytes) noexcept {
  part_ = part;
  left_ = bytes;
  index_ = 0;
  value_ = 0;
}

void GlyphOutlines::EndPart() noexcept {
  const uint32_t number = value_ & 0xFFFF;
  switch (part_) {
    case Part::kHeader: return EndHeader();
    case Part::kEnds:
      points_count_ = end_ + 1;
      return points_count_ <= kMostPoints ? Begin(Part::kCodeLength, 2) : EndOutline();
    case Part::kCodeLength:
      to_push_ = 0;
      counts_ = false;
      return number > 0 ? Begin(Part::kCode, number) : EndCode();
    case Part::kCode: return EndCode();
    case Part::kFlags:
      AddFlags(value_, 1);
      return value_ & kRepeat ? Begin(Part::kRepeats, 1) : BeginFlags();
    case Part::kRepeats:
      AddFlags(points_[point_ - 1].flags, value_);
      return BeginFlags();
    case Part::kX: return EndStep(0);
    case Part::kY: return EndStep(1);
    case Part::kComponentFlags:
      component_flags_ = number;
      return Begin(Part::kComponentGlyph, 2);
    case Part::kComponentGlyph: {
      const uint32_t f = component_flags_;
      const uint32_t scale = f & 8 ? 2 : f & 64 ? 4 : f & 128 ? 8 : 0;
      return Begin(Part::kComponentPlace, (f & 1 ? 4 : 2) + scale);
    }
    case Part::kComponentPlace:
      if (component_flags_ & 32) return Begin(Part::kComponentFlags, 2);
      return component_flags_ & 256 ? Begin(Part::kCodeLength, 2) : EndOutline();
    case Part::kPadding: return BeginGlyph();
  }
}

void GlyphOutlines::BeginGlyph() noexcept {
  points_.fill({});
  last_header_ = header_;
  header_hash_ = 0;
  points_count_ = 0;
  Begin(Part::kHeader, kHeaderBytes);
}

void GlyphOutlines::EndHeader() noexcept {
  const auto& [contours, left, low, right, high] = header_;
  if (left > right || low > high || contours > 255) return EndOutline();
  if (contours < 0) return Begin(Part::kComponentFlags, 2);
  if (contours == 0) return Begin(Part::kCodeLength, 2);
  points_[0].flags = kContour;
  end_ = last_end_ = 0;
  Begin(Part::kEnds, 2 * static_cast<uint32_t>(contours));
}

void GlyphOutlines::EndCode() noexcept {
  if (points_count_ == 0) return EndOutline();
  point_ = 0;
  BeginFlags();
}

void GlyphOutlines::BeginFlags() noexcept {
  if (point_ < points_count_) return Begin(Part::kFlags, 1);
  BeginSteps(0);
}

void GlyphOutlines::AddFlags(uint32_t flags, uint32_t count) noexcept {
  for (; count > 0 && point_ < points_count_; --count) {
    points_[point_++].flags |= static_cast<uint8_t>(flags & kKept);
  }
}

uint32_t GlyphOutlines::StepBytes(uint32_t flags, int axis) noexcept {
  if (flags & kShort << axis) return 1;
  return flags & kSame << axis ? 0 : 2;
}

void GlyphOutlines::BeginSteps(int axis) noexcept {
  point_ = 0;
  place_ = contour_ = 0;
  NextStep(axis);
}

// Goes to the next point whose number is kept.
void GlyphOutlines::NextStep(int axis) noexcept {
  for (; point_ < points_count_; ++point_) {
    const uint32_t bytes = StepBytes(points_[point_].flags, axis);
    if (bytes > 0) return Begin(axis == 0 ? Part::kX : Part::kY, bytes);
    if (points_[point_].flags & kContour) contour_ = place_;
  }
  axis == 0 ? BeginSteps(1) : EndOutline();
}

void GlyphOutlines::EndStep(int axis) noexcept {
  Point& point = points_[point_];
  int step = static_cast<int16_t>(value_);
  if (point.flags & kShort << axis) {
    step = static_cast<int>(value_) * (point.flags & kSame << axis ? 1 : -1);
  }
  point.step[static_cast<size_t>(axis)] = static_cast<int16_t>(step);
  place_ += step;
  if (point.flags & kContour) contour_ = place_;
  ++point_;
  NextStep(axis);
}

void GlyphOutlines::EndOutline() noexcept {
  if (phase_ == 0) return BeginGlyph();
  Begin(Part::kPadding, alignment_ - phase_);
}

void GlyphOutlines::FollowCode(uint8_t byte) noexcept {
  if (counts_) {
    counts_ = false;
    to_push_ = words_ ? 2u * byte : byte;
  } else if (to_push_ > 0) {
    --to_push_;
  } else {
    operations_ = operations_ << 8 | byte;
    counts_ = byte == 0x40 || byte == 0x41;
    words_ = byte == 0x41 || byte >= 0xB8;
    if (byte >= 0xB0 && byte <= 0xBF) to_push_ = ((byte & 7u) + 1) << (words_ ? 1 : 0);
  }
}

}  // namespace lmzip
