// What the lanes of a frame code: bytes, or the tokens of a model (FORMAT.md 4 and 5).
#pragma once

#include <memory>
#include <vector>

#include "chunker/block_layout.h"
#include "chunker/tokenized_content.h"
#include "codec/symbol_coder.h"
#include "format/headers.h"
#include "mixer/prior.h"

namespace lmzip {

/// Turns logits into coded symbols and symbols into content. Calls marked "in turn" are for one
/// thread at a time; the others may run beside them, about lanes whose symbols are known: all of
/// them when encoding, the caller's own when decoding.
class FrameSymbols {
 public:
  virtual ~FrameSymbols() = default;

  /// The number of symbols, that is of logits in a row.
  virtual int vocabulary() const = 0;
  /// Steps that the lane's segment in `block` has from `step` on; decoding tokens, those that it
  /// has at least. 0: the segment is complete.
  virtual uint64_t StepsFrom(const Block& block, int lane, uint64_t step) const = 0;
  /// The symbol of a step that is known.
  virtual int32_t Symbol(const Block& block, int lane, uint64_t step) const = 0;

  /// In turn.
  virtual void StartSegment(const Block& block, int lane) = 0;
  /// In turn: codes the symbol of `step` and returns how many bytes of content it is. logits:
  /// [vocabulary()]; unused in frames without the model. Throws Error{kCorrupt}.
  virtual uint64_t Code(const Block& block, int lane, uint64_t step, const int16_t* logits) = 0;
  /// In turn, decoding: bytes of the lane's segment that are there after `steps` steps.
  virtual uint64_t DecodedBytes(const Block&, int /*lane*/, uint64_t /*steps*/) const { return 0; }
  /// In turn: all symbols are coded; frees the memory that only coding needs.
  virtual void EndFrame() {}
};

/// Bytes of `content`, which the decoder fills. `coder`, `content` and `prior`, which may be null,
/// must outlive the result.
std::unique_ptr<FrameSymbols> NewByteSymbols(const FrameHeader& header, SymbolCoder& coder,
                                             std::span<uint8_t> content, const Prior* prior);

/// Tokens of `table`. `tokens` are those of the content when encoding, null when decoding into
/// `content`. All arguments must outlive the result.
std::unique_ptr<FrameSymbols> NewTokenSymbols(const FrameHeader& header, SymbolCoder& coder,
                                              std::span<uint8_t> content, const TokenTable& table,
                                              const TokenizedContent* tokens);

}  // namespace lmzip
