#include "codec/typed_content.h"

#include <algorithm>

#include "detect/find_segments.h"
#include "format/format.h"
#include "mixer/mixer.h"
#include "segments/segment_list.h"

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

// Tables that have to be followed from their begin are no better off in pieces than these.
bool IsMedia(const TypedSegment& segment) {
  return segment.kind == DataKind::kPicture || segment.kind == DataKind::kSound ||
         segment.layout != Layout::kEqual;
}

}  // namespace

uint64_t StepOf(const TypedSegment& segment) {
  return std::max<uint64_t>(
      {segment.row_bytes, uint64_t{segment.channels} * segment.sample_bytes(), 1});
}

ModelLevel LevelOf(Effort effort) {
  switch (effort) {
    case Effort::kTurbo:
    case Effort::kFast: return ModelLevel::kFast;
    case Effort::kDefault: return ModelLevel::kDefault;
    case Effort::kMax: break;
  }
  return ModelLevel::kMax;
}

ContentForm FormOf(const TypedView& content) {
  ContentForm form{.segments = {content.segments.begin(), content.segments.end()}};
  if (content.given) form.given = *content.given;
  return form;
}

ContentSample SampleOf(const TypedView& content, std::span<const ByteRange> pieces) {
  ContentSample sample;
  for (const ByteRange& piece : pieces) {
    for (TypedSegment segment : content.segments) {
      const uint64_t step = StepOf(segment);
      const uint64_t skipped = piece.begin - std::min(piece.begin, segment.begin);
      const uint64_t begin = segment.begin + (skipped + step - 1) / step * step;
      const uint64_t end = std::min(segment.end(), piece.end);
      if (begin + kMinTypedSegmentBytes > end) continue;
      segment.begin = sample.bytes.size() + begin - piece.begin;
      segment.length = end - begin;
      sample.segments.push_back(segment);
    }
    const ByteView bytes = content.bytes.subspan(piece.begin, piece.end - piece.begin);
    sample.bytes.insert(sample.bytes.end(), bytes.begin(), bytes.end());
    if (!content.given) continue;
    const auto given = content.given->begin();
    sample.given.insert(sample.given.end(), given + static_cast<ptrdiff_t>(piece.begin),
                        given + static_cast<ptrdiff_t>(piece.end));
  }
  return sample;
}

std::vector<TypedCandidate> TypedCandidatesOf(ByteView content, Effort effort) {
  std::vector<TypedCandidate> candidates;
  for (const FoundSegment& found : FindSegments(content)) {
    if (!HasModelSet(found.segment)) continue;
    // Nothing else looks like nucleotides, and what their set is better at, repeats far apart, no
    // short piece shows: they are not tried.
    const bool guessed = found.guessed && found.segment.kind != DataKind::kGenome;
    candidates.push_back({.segment = found.segment, .guessed = guessed});
    candidates.back().segment.level = LevelOf(effort);
  }
  return candidates;
}

std::vector<uint64_t> MediaCuts(std::span<const TypedCandidate> candidates, uint64_t size,
                                uint64_t least) {
  std::vector<Range> media;
  for (const TypedCandidate& candidate : candidates) {
    const TypedSegment& segment = candidate.segment;
    if (!IsMedia(segment)) continue;
    if (!media.empty() && segment.begin - media.back().end < least) {
      media.back().end = segment.end();
    } else {
      media.push_back({segment.begin, segment.end()});
    }
  }
  std::vector<uint64_t> lengths;
  uint64_t begin = 0;  // of the piece that is not ended yet
  const auto end_at = [&](uint64_t end) {
    if (end - begin < least || size - end < least) return;
    lengths.push_back(end - begin);
    begin = end;
  };
  for (const Range& range : media) {
    if (range.length() < least) continue;
    end_at(range.begin);
    end_at(range.end);
  }
  lengths.push_back(size - begin);
  return lengths;
}

std::vector<Copy> CopiesBeside(std::span<const TypedSegment> segments,
                               std::span<const Copy> copies) {
  const std::vector<PlacedCopy> placed = Placed(copies);
  std::vector<Range> whole;  // what is not to be copied in part
  for (const TypedSegment& segment : segments) {
    const uint64_t copied = CopiedIn(segment, placed);
    if (copied > 0 && copied < segment.length / 2) whole.push_back({segment.begin, segment.end()});
  }
  const uint64_t least = HasFarCopies(copies) ? kMinFarCopyBytes : kMinCopyBytes;
  std::vector<Copy> kept;
  uint64_t end = 0;  // of the last copy kept
  const auto keep = [&](uint64_t begin, uint64_t to, uint64_t distance) {
    if (to < begin + least) return;
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
                                            std::span<const Copy> copies,
                                            std::span<const uint32_t> given) {
  const std::vector<PlacedCopy> placed = Placed(copies);
  std::vector<TypedSegment> moved;
  for (const TypedSegment& segment : segments) {
    if (CopiedIn(segment, placed) > 0) continue;
    uint64_t copied = 0;
    size_t before = 0;  // copies
    for (; before < placed.size() && placed[before].range.end <= segment.begin; ++before) {
      copied += placed[before].range.length();
    }
    moved.push_back(segment);
    moved.back().begin -= copied;
    if (given.empty()) continue;
    for (const uint32_t bytes : given.first(before + 1)) moved.back().begin += bytes;
  }
  return moved;
}

std::vector<TypedSegment> FilledWith(DataKind kind, std::span<const TypedSegment> segments,
                                     uint64_t coded_bytes) {
  std::vector<TypedSegment> filled;
  uint64_t end = 0;  // of what is typed already
  size_t left = segments.size();
  const auto fill_to = [&](uint64_t begin) {
    if (begin < end + kMinTypedSegmentBytes || filled.size() + left >= kMaxTypedSegments) return;
    filled.push_back(
        {.kind = kind, .level = ModelLevel::kFast, .begin = end, .length = begin - end});
  };
  for (const TypedSegment& segment : segments) {
    fill_to(segment.begin);
    filled.push_back(segment);
    end = segment.end();
    --left;
  }
  fill_to(coded_bytes);
  return filled;
}

bool WantsQuick(const EncodeOptions& options) {
  return options.effort == Effort::kTurbo &&
         (options.method == Method::kAuto || options.method == Method::kMixed);
}

uint64_t MediaBytes(std::span<const TypedSegment> segments) {
  uint64_t bytes = 0;
  for (const TypedSegment& segment : segments) {
    if (IsMedia(segment)) bytes += segment.length;
  }
  return bytes;
}

}  // namespace lmzip
