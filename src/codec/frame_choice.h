// What the encoder decides about a frame before it codes it: copies, typed segments, kind,
// geometry.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "chunker/weaving.h"
#include "codec/call_progress.h"
#include "codec/method.h"
#include "codec/typed_content.h"

namespace lmzip {

/// A frame's content on its way to its code.
struct FrameContent {
  Bytes content;
  FrameHeader header;
  std::vector<Copy> far;               // as the piece has them
  const ContentWindow* before = nullptr;  // what they are of, at its end; while the choice is made
  std::vector<Copy> taken;             // those that are taken
  Bytes copies;                        // their list
  Bytes residue;                       // content that is not copied, where there are copies
  std::vector<uint32_t> given;         // where it is woven, bytes between its pieces (weaving.h)
  std::vector<bool> given_places;      // [residue.size()]: which these are
  std::vector<TypedSegment> segments;  // of what is coded
  Bytes segment_list;                  // where the frame is coded with them
  std::optional<Bytes> code;           // where the choice has made it already

  const Bytes& coded() const { return header.has_copies() ? residue : content; }
  TypedView view() const {
    return {coded(), segments, header.is_woven() ? &given_places : nullptr};
  }

  /// Its code does not pay: lists of copies alone stay.
  void BecomeStored();
  /// The data: lists, then `rest`, which is the code or the residue.
  Bytes WithLists(ByteView rest) const;
};

/// Content that is to become a frame, and what is found in it.
struct ContentPiece {
  Bytes content;
  std::vector<TypedCandidate> candidates;  // their places are the piece's
  std::vector<Copy> far;                   // copies of content before it, and those between them
  bool is_searched = false;                // for them
  bool quick = false;                      // what is in none of them is for the quick set

  /// At most, whatever is taken of it.
  KindBytes kind_bytes() const;
  int kinds() const;  // of the candidates
  /// Leaves to the general set what is of the kind that has the fewest bytes.
  void DropRarestKind();
};

/// Codes for the choice.
class TrialCoder {
 public:
  virtual ~TrialCoder() = default;
  /// The size of a code, in bytes.
  virtual uint64_t Measure(const FrameHeader& header, const TypedView& content) = 0;
  /// Completes `header` by what the content tells. `progress` may be null.
  virtual Bytes Encode(FrameHeader& header, const TypedView& content, FrameProgress* progress) = 0;
};

class FrameChoice {
 public:
  /// `model_kind`: of the frames of the model alone. All arguments must outlive this.
  FrameChoice(const EncodeOptions& options, FrameKind model_kind, bool pinned, TrialCoder& trials)
      : options_(options), model_kind_(model_kind), pinned_(pinned), trials_(trials) {}

  /// Cuts content, which stands at `offset` of the input, so that long pictures and sounds, which
  /// lanes would cut to pieces, have frames of their own.
  std::vector<ContentPiece> Cut(Bytes content, uint64_t offset) const;

  /// Decides about frame.content, a piece, and fills in the rest, kind, lists and geometry in the
  /// header.
  void Make(FrameContent& frame, std::span<const TypedCandidate> candidates,
            FrameProgress& progress);

  /// Of a frame of `kind` that codes so much: kind, length and geometry.
  FrameHeader HeaderOf(FrameKind kind, uint64_t raw_bytes) const;
  bool looks_for_copies() const;
  bool looks_for_segments() const;

 private:
  struct MadeCode {
    FrameHeader header;
    Bytes code;
  };
  /// Of all that the frame is to code.
  using MadeCodes = std::map<FrameKind, MadeCode>;

  std::vector<TypedSegment> WhatPays(ByteView content, std::span<const TypedCandidate> candidates);
  std::vector<TypedCandidate> CandidatesOf(ByteView content, uint64_t offset) const;
  std::vector<uint64_t> LengthsOf(ByteView content,
                                  std::span<const TypedCandidate> candidates) const;
  bool Pays(const TypedView& content, const TypedSegment& segment);
  std::vector<Copy> TakeCopies(FrameContent& frame, std::span<const TypedSegment> segments,
                               MadeCodes& codes);
  std::vector<Copy> TakeNearCopies(FrameContent& frame, std::span<const TypedSegment> segments,
                                   MadeCodes& codes);
  std::vector<Copy> TakeFarCopies(FrameContent& frame, std::span<const TypedSegment> segments);
  void TakeThose(std::span<const Copy> copies, FrameContent& frame) const;
  void Weave(FrameContent& frame) const;
  bool CopiesPay(const Bytes& content, const Bytes& residue, uint64_t list_bytes,
                 MadeCodes& codes);
  FrameKind KindOf(FrameContent& frame, FrameProgress& progress, MadeCodes& codes);
  FrameKind KindOfMedia(FrameContent& frame, FrameProgress& progress, MadeCodes& codes);
  Geometry GeometryOf(FrameKind kind, uint64_t raw_bytes) const;

  const EncodeOptions& options_;
  const FrameKind model_kind_;
  const bool pinned_;
  TrialCoder& trials_;
};

}  // namespace lmzip
