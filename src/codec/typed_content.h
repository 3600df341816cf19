// A frame's typed segments: which of those that are found are coded as such.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "chunker/copy_list.h"
#include "lmzip/lmzip.h"
#include "segments/typed_segment.h"

namespace lmzip {

/// What is found in `content` and has a model set, for the `effort`; in the order of their places,
/// which are those of the content.
std::vector<TypedSegment> TypedSegmentsOf(ByteView content, Effort effort);

/// Copies without what lies in segments that are for the most part not copied: behind a copy a
/// picture's rows would be out of step.
std::vector<Copy> CopiesBeside(std::span<const TypedSegment> segments, std::span<const Copy> copies);

/// Segments of the content as segments of its residue; without those that copies are part of.
std::vector<TypedSegment> SegmentsOfResidue(std::span<const TypedSegment> segments,
                                            std::span<const Copy> copies);

/// Bytes of segments that lanes would cut to pieces, and a network knows nothing of.
uint64_t MediaBytes(std::span<const TypedSegment> segments);

/// What lies in no typed segment.
Bytes GeneralBytes(ByteView content, std::span<const TypedSegment> segments);

}  // namespace lmzip
