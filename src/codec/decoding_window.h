// What a decoder's frames need of what stands before them: references and the content of frames.
#pragma once

#include <memory>
#include <optional>

#include "chunker/content_window.h"
#include "codec/codec_context.h"
#include "codec/stream_window.h"
#include "format/stream_reader.h"

namespace lmzip {

/// What a stream was coded by.
struct CodedBy {
  ShortModelId model;  // may name none
  std::shared_ptr<const References> references;  // null where there are none
};

/// Throws Error{kUnsupported} for a stream of another version of the mixer; 0: it names none.
void RequireMixer(int version);

/// As the header has it. Throws Error{kModelMismatch} for references that are not at hand, naming
/// them.
CodedBy FindCodedBy(CodecContext& context, const StreamHeader& header);

/// Of one stream after the other. Content comes in its order.
class DecodingWindow {
 public:
  /// `context` must outlive this.
  explicit DecodingWindow(CodecContext& context) : context_(context) {}

  /// The next frame is in the stream that `reader` is in. False, and nothing happens, when `busy`
  /// frames still need the window of the one before. `beside`: memory that a frame takes. Throws
  /// Error{kModelMismatch} as FindCodedBy(), Error{kLimit}.
  bool Enter(const StreamReader& reader, uint64_t stream, bool busy, uint64_t beside);
  /// Before waiting for a lease of `bytes`: what does not fit beside it is given back.
  void MakeWay(uint64_t bytes) { room_.MakeWay(context_.budget(), bytes); }

  /// This frame's content comes next, behind what was passed over or lost.
  void Place(const FrameInfo& frame);

  /// Null where frames copy from nothing.
  ContentWindow* content() { return window_ ? &*window_ : nullptr; }
  const CodedBy& coded_by() const { return coded_by_; }
  /// Null where there are none.
  const References* references() const { return coded_by_.references.get(); }
  uint64_t reference_bytes() const { return references() ? references()->bytes() : 0; }
  uint64_t prime_bytes() const { return references() ? references()->prime().bytes().size() : 0; }
  /// Of those who wait for memory.
  MemoryBudget::Turn turn() const {
    return room_.memory ? MemoryBudget::Turn::kFirst : MemoryBudget::Turn::kLast;
  }

 private:
  CodecContext& context_;
  std::optional<uint64_t> stream_;
  CodedBy coded_by_;
  WindowRoom room_;
  std::optional<ContentWindow> window_;
  bool may_move_ = false;  // more was lost than anybody knows
};

}  // namespace lmzip
