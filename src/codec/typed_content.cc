#include "codec/typed_content.h"

#include <algorithm>

#include "detect/find_segments.h"
#include "format/format.h"
#include "mixer/mixer.h"

namespace lmzip {
namespace {

struct Range {
  uint64_t begin, end;

  uint64_t length() const { return end - begin; }
};

/// A copy by its place in the content.
struct PlacedCopy {
  Range range;
  uint64_t distance;
};

std::vector<PlacedCopy> Placed(std::span<const Copy> copies) {
  std::vector<PlacedCopy> placed;
  uint64_t position = 0;
  for (const Copy& copy : copies) {
    const uint64_t begin = position + copy.gap;
    placed.push_back({{begin, begin + copy.length}, copy.distance});
    position = begin + copy.length;
  }
  return placed;
}

uint64_t Overlap(const Range& a, const Range& b) {
  const uint64_t begin = std::max(a.begin, b.begin), end = std::min(a.end, b.end);
  return end > begin ? end - begin : 0;
}

// Bytes of `segment` that are copied.
uint64_t CopiedIn(const TypedSegment& segment, std::span<const PlacedCopy> copies) {
  const Range range{segment.begin, segment.end()};
  uint64_t copied = 0;
  for (const PlacedCopy& copy : copies) copied += Overlap(range, copy.range);
  return copied;
}

ModelLevel LevelOf(Effort effort) {
  switch (effort) {
    case Effort::kFast: return ModelLevel::kFast;
    case Effort::kDefault: return ModelLevel::kDefault;
    case Effort::kMax: break;
  }
  return ModelLevel::kMax;
}

}  // namespace

std::vector<TypedSegment> TypedSegmentsOf(ByteView content, Effort effort) {
  std::vector<TypedSegment> segments;
  for (const FoundSegment& found : FindSegments(content)) {
    if (!HasModelSet(found.segment)) continue;
    segments.push_back(found.segment);
    segments.back().level = LevelOf(effort);
  }
  return segments;
}

std::vector<Copy> CopiesBeside(std::span<const TypedSegment> segments,
                               std::span<const Copy> copies) {
  const std::vector<PlacedCopy> placed = Placed(copies);
  std::vector<Range> whole;  // what is not to be copied in part
  for (const TypedSegment& segment : segments) {
    const uint64_t copied = CopiedIn(segment, placed);
    if (copied > 0 && copied < segment.length / 2) whole.push_back({segment.begin, segment.end()});
  }
  std::vector<Copy> kept;
  uint64_t end = 0;  // of the last copy kept
  const auto keep = [&](uint64_t begin, uint64_t to, uint64_t distance) {
    if (to < begin + kMinCopyBytes) return;
    kept.push_back({.gap = begin - end, .length = to - begin, .distance = distance});
    end = to;
  };
  for (const PlacedCopy& copy : placed) {
    uint64_t begin = copy.range.begin;
    for (const Range& range : whole) {
      if (Overlap(range, {begin, copy.range.end}) == 0) continue;
      keep(begin, std::max(begin, range.begin), copy.distance);
      begin = range.end;
    }
    keep(begin, copy.range.end, copy.distance);
  }
  return kept;
}

std::vector<TypedSegment> SegmentsOfResidue(std::span<const TypedSegment> segments,
                                            std::span<const Copy> copies) {
  const std::vector<PlacedCopy> placed = Placed(copies);
  std::vector<TypedSegment> moved;
  for (const TypedSegment& segment : segments) {
    if (CopiedIn(segment, placed) > 0) continue;
    uint64_t copied = 0;
    for (const PlacedCopy& copy : placed) {
      if (copy.range.end <= segment.begin) copied += copy.range.length();
    }
    moved.push_back(segment);
    moved.back().begin -= copied;
  }
  return moved;
}

uint64_t MediaBytes(std::span<const TypedSegment> segments) {
  uint64_t bytes = 0;
  for (const TypedSegment& segment : segments) {
    const bool media = segment.kind == DataKind::kPicture || segment.kind == DataKind::kSound;
    if (media) bytes += segment.length;
  }
  return bytes;
}

Bytes GeneralBytes(ByteView content, std::span<const TypedSegment> segments) {
  Bytes general;
  uint64_t position = 0;
  const auto take_until = [&](uint64_t end) {
    const ByteView part = content.subspan(position, end - position);
    general.insert(general.end(), part.begin(), part.end());
  };
  for (const TypedSegment& segment : segments) {
    take_until(segment.begin);
    position = segment.end();
  }
  take_until(content.size());
  return general;
}

}  // namespace lmzip
