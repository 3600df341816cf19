// The list of a frame's typed segments in bytes (FORMAT.md 3.6).
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "segments/typed_segment.h"

namespace lmzip {

inline constexpr uint64_t kMaxTypedSegments = 1024;     // of a frame
inline constexpr uint64_t kMinTypedSegmentBytes = 64;
inline constexpr uint64_t kMaxRowBytes = uint64_t{1} << 24;
inline constexpr int kMaxChannels = 16;
/// Of the longest list.
inline constexpr uint64_t kMaxSegmentListBytes = 2 + kMaxTypedSegments * 16;

/// REQUIRES: segments in order, apart, within limits and the `coded_bytes` of the frame.
Bytes EncodeSegments(std::span<const TypedSegment> segments, uint64_t coded_bytes);

/// Throws Error{kCorrupt} unless `list` is the encoding of such segments, Error{kUnsupported} for a
/// kind, a level or parameters that FORMAT.md does not define.
std::vector<TypedSegment> DecodeSegments(ByteView list, uint64_t coded_bytes);

}  // namespace lmzip
