// Frames with typed segments (FORMAT.md 3.6) by recipe.
#pragma once

#include <algorithm>
#include <vector>

#include "format/headers.h"
#include "fuzz/recipe.h"
#include "segments/segment_list.h"

namespace lmzip::fuzz {

inline constexpr size_t kMaxTypedContent = 700;

/// Content for segments: up to kMaxTypedContent bytes in which, like in samples, something goes on.
inline Bytes MakeTypedContent(Recipe& recipe) {
  const size_t size = static_cast<size_t>(recipe.Between(kMinTypedSegmentBytes, kMaxTypedContent));
  Bytes content = MakeContent(recipe, size);
  const size_t period = content.size();
  const uint8_t step = recipe.Byte();
  while (content.size() < size) {
    content.push_back(static_cast<uint8_t>(content[content.size() - period] + step));
  }
  return content;
}

/// Any parameters that a list can have, for `length` bytes.
inline TypedSegment AnyForm(Recipe& recipe, uint64_t begin, uint64_t length) {
  constexpr uint8_t kBits[] = {8, 16, 24, 32, 1};
  TypedSegment form{.kind = DataKind{static_cast<uint8_t>(recipe.Between(1, kDataKinds - 1))},
                    .level = ModelLevel{static_cast<uint8_t>(recipe.Below(kModelLevels))},
                    .begin = begin,
                    .length = length};
  if (HasSamples(form.kind)) {
    form.bits = kBits[recipe.Below(form.kind == DataKind::kPicture ? 5 : 4)];
    form.channels = static_cast<uint8_t>(recipe.OneIn(4) ? recipe.Between(1, kMaxChannels)
                                                         : recipe.Between(1, 4));
    const uint64_t flags = recipe.Below(16);
    form.big_endian = (flags & 1) != 0;
    form.is_signed = (flags & 2) != 0;
    form.is_palette = (flags & 4) != 0;
    form.is_float = form.bits == 32 && (flags & 8) != 0;
  }
  if (form.kind == DataKind::kProgram) {
    // Half of them of the machines that have had a set from the first.
    const uint64_t machine = recipe.Below(2 * kMachines);
    form.machine = Machine{static_cast<uint8_t>(machine < kMachines ? machine : 1 + machine % 2)};
  }
  if (HasRows(form.kind)) {
    const uint64_t row = recipe.OneIn(4) ? AnyNumber(recipe, 24) : recipe.Below(100);
    form.row_bytes = static_cast<uint32_t>(
        std::clamp<uint64_t>(row, form.kind == DataKind::kGenome ? 0 : 1, kMaxRowBytes));
  }
  if (form.kind == DataKind::kTable && recipe.OneIn(2)) {
    form.layout = Layout{static_cast<uint8_t>(recipe.Below(kLayouts))};
  }
  return form;
}

/// Of forms that `models` says yes to, at least one. REQUIRES: size >= kMinTypedSegmentBytes.
template <typename Models>
std::vector<TypedSegment> MakeSegments(Recipe& recipe, uint64_t size, Models models) {
  std::vector<TypedSegment> segments;
  uint64_t begin = 0;
  do {
    const uint64_t spare = size - begin - kMinTypedSegmentBytes;
    begin += recipe.OneIn(2) ? recipe.Below(std::min<uint64_t>(spare, 80) + 1) : 0;
    const uint64_t most = size - begin;
    const uint64_t length =
        recipe.OneIn(2) ? most
                        : kMinTypedSegmentBytes + recipe.Below(most - kMinTypedSegmentBytes + 1);
    const TypedSegment form = AnyForm(recipe, begin, length);
    // Pictures of bytes have had a set from the first.
    const TypedSegment bytes{.kind = DataKind::kPicture,
                             .level = form.level,
                             .begin = begin,
                             .length = length,
                             .row_bytes = 9};
    segments.push_back(models(form) ? form : bytes);
    begin += length;
  } while (size - begin >= kMinTypedSegmentBytes);
  return segments;
}

/// A list that most likely is none, or another one than that of `segments`.
inline Bytes ForgeSegments(Recipe& recipe, std::vector<TypedSegment> segments, uint64_t size) {
  TypedSegment& one = recipe.OneOf(segments);
  switch (recipe.Below(5)) {
    case 0: {
      const ByteView noise = recipe.Take(1 + recipe.Below(30));
      return {noise.begin(), noise.end()};
    }
    case 1: one = AnyForm(recipe, one.begin, one.length); break;
    case 2:  // beyond what is defined
      one.kind = DataKind{static_cast<uint8_t>(recipe.Below(16))};
      one.level = ModelLevel{static_cast<uint8_t>(recipe.Below(16))};
      one.bits = recipe.Byte();
      one.channels = recipe.Byte();
      one.row_bytes = static_cast<uint32_t>(AnyNumber(recipe, 32));
      one.machine = Machine{recipe.Byte()};
      one.layout = Layout{recipe.Byte()};
      break;
    case 3: size += recipe.Between(1, 100); break;  // its last length is not that which is left
    default: {
      Bytes list = EncodeSegments(segments, size);
      DamageBytes(recipe, list);
      return list;
    }
  }
  return EncodeSegments(segments, size);
}

/// Puts a list of typed segments before `data`, the frame's others; `header` says so.
inline void PrependSegments(ByteView list, FrameHeader& header, Bytes& data) {
  header.segments_bytes = list.size();
  data.insert(data.begin(), list.begin(), list.end());
  header.data_bytes = data.size();
}

}  // namespace lmzip::fuzz
