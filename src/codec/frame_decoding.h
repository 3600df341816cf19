// A frame between its payload and its content.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chunker/weaving.h"
#include "codec/codec_context.h"
#include "lmzip/error.h"

namespace lmzip {

/// What the frame's copies may stand for besides its own content; none: they do not.
std::optional<FarSources> SourcesOf(const FrameHeader& header, uint64_t reference_bytes);

/// Has the pool decode what a frame codes. Content of copies, which may need that of frames before,
/// is made where it is asked for.
class FrameDecoding {
 public:
  /// `checks` and `data`, those of its payload, must outlive this. `reference_bytes`: of what
  /// stands before the stream.
  FrameDecoding(const FrameHeader& header, std::span<const uint32_t> checks, ByteView data,
                uint64_t reference_bytes);
  FrameDecoding(const FrameDecoding&) = delete;
  FrameDecoding& operator=(const FrameDecoding&) = delete;

  /// Of a woven frame, before it starts: reads its list, and what it is given of `window`, which
  /// has its references and, where there is a reach, all that it copies. What is wrong
  /// CheckBeyond() throws.
  void Weave(const ContentWindow& window);
  /// Likewise, where both are known.
  void Weave(std::vector<Copy> copies, Weaving weaving);

  /// Of a coded frame, before its content is asked for; with another model or other references,
  /// again. The arguments are used while this lives; `references` and `progress` may be null.
  void Start(CodecContext& context, std::shared_ptr<LoadedModel> model,
             const References* references, WorkClock& clock, FrameProgress* progress);
  const FrameHeader& header() const { return header_; }
  LoadedModel* model() const { return model_.get(); }

  /// Waits until more than `known` bytes of content are there and checked; returns how many are.
  /// `window`: content before the frame; null where there are no far copies.
  /// Throws what is wrong with the unit that begins at `known`, as Error{kCorrupt, kTruncated}.
  uint64_t CheckBeyond(uint64_t known, const ContentWindow* window);
  /// As far as it is there.
  ByteView content() const { return content_; }
  /// The frame is over: its content follows what is in `window`, known in these ranges, in order.
  void AppendTo(ContentWindow& window, std::span<const ByteRange> known) const;
  /// Waits for all of it, checked. REQUIRES: no far copies. Throws as CheckBeyond().
  ByteView WaitForContent();
  /// Waits for what the frame codes. REQUIRES: Start(). Throws Error{kCorrupt}.
  ByteView WaitForCoded();

  /// Whether some of the data is missing.
  bool cut() const { return data_.size() < header_.data_bytes; }
  // After an error.
  /// Whether units behind the one that failed may be sound.
  bool goes_on() const;
  /// Content that the data at hand say, whatever may be missing behind them; checked or not.
  uint64_t certain_bytes() const;

 private:
  ByteView list() const;
  void ExpandTo(uint64_t end, const ContentWindow* window);
  void CheckUnit(uint64_t begin, uint64_t end) const;

  const FrameHeader header_;
  const std::span<const uint32_t> checks_;
  const ByteView data_;
  const uint64_t reference_bytes_;
  std::shared_ptr<LoadedModel> model_;
  // Not touched before they are written to.
  std::unique_ptr<uint8_t[]> decoded_;   // [coded_bytes] of a coded frame; that of others is data
  std::unique_ptr<uint8_t[]> expanded_;  // [raw_bytes] of one with copies
  std::vector<Copy> copies_;
  std::vector<uint32_t> given_;     // of a woven frame
  std::vector<bool> given_places_;  // likewise
  std::optional<CopyExpander> expander_;  // uses what is above
  std::optional<Error> error_;            // of the list of copies, or of the residue
  uint64_t coded_end_ = 0;                // of what is coded and there
  ByteView content_;
  std::optional<JobOwner> job_;  // goes before what it uses
};

}  // namespace lmzip
