// A frame's typed segments: which of those that are found are coded as such.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "chunker/copy_list.h"
#include "chunker/tokenized_content.h"
#include "lmzip/lmzip.h"
#include "segments/typed_segment.h"

namespace lmzip {

/// Bytes with what the mixer is told of them.
struct TypedView {
  ByteView bytes;
  std::span<const TypedSegment> segments;
  const std::vector<bool>* given = nullptr;  // [bytes.size()]: which are not coded; null: all are
};

/// What is known of content before it is coded.
struct ContentForm {
  TokenizedContent tokens;             // for frames of tokens
  std::vector<TypedSegment> segments;  // for frames with a mixer
  std::vector<bool> given;             // of woven ones: which bytes are not coded
};
/// Without tokens.
ContentForm FormOf(const TypedView& content);

/// Pieces of what a frame codes, one behind the other, with what is in them of its segments: of
/// pictures and others in rows whole rows.
struct ContentSample {
  Bytes bytes;
  std::vector<TypedSegment> segments;
  std::vector<bool> given;  // empty: nothing is

  TypedView view() const { return {bytes, segments, given.empty() ? nullptr : &given}; }
};
ContentSample SampleOf(const TypedView& content, std::span<const ByteRange> pieces);

/// Bytes after which what follows is like the segment's begin: a row, or a sample of each channel.
uint64_t StepOf(const TypedSegment& segment);

struct TypedCandidate {
  TypedSegment segment;
  bool guessed = false;  // by what it looks like alone
};

ModelLevel LevelOf(Effort effort);

/// What is found in `content` and has a model set, for the `effort`; in the order of their places,
/// which are those of the content.
std::vector<TypedCandidate> TypedCandidatesOf(ByteView content, Effort effort);

/// Lengths of pieces of `size` bytes: pictures and sounds that lie together and are `least` bytes
/// together, and what is between them, if that is `least` bytes, too.
std::vector<uint64_t> MediaCuts(std::span<const TypedCandidate> candidates, uint64_t size,
                                uint64_t least);

/// Copies without what lies in segments that are for the most part not copied: behind a copy a
/// picture's rows would be out of step.
std::vector<Copy> CopiesBeside(std::span<const TypedSegment> segments,
                               std::span<const Copy> copies);

/// Segments of the content as segments of its residue, or of that between what is `given`
/// (weaving.h); without those that copies are part of.
std::vector<TypedSegment> SegmentsOfResidue(std::span<const TypedSegment> segments,
                                            std::span<const Copy> copies,
                                            std::span<const uint32_t> given = {});

/// The segments, and between them others of `kind` where there is room for them.
std::vector<TypedSegment> FilledWith(DataKind kind, std::span<const TypedSegment> segments,
                                     uint64_t coded_bytes);

/// Whether the options want kQuick wherever no other kind is.
bool WantsQuick(const EncodeOptions& options);

/// Bytes of segments that lanes would cut to pieces, and a network knows nothing of.
uint64_t MediaBytes(std::span<const TypedSegment> segments);

}  // namespace lmzip
