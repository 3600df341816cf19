// What the lanes of a frame code: bytes, or the tokens of a model (FORMAT.md 4 and 5).
#pragma once

#include <memory>

#include "chunker/tokenized_content.h"
#include "codec/bit_coder.h"
#include "codec/frame_cursor.h"
#include "codec/mixer_prime.h"
#include "mixer/prior.h"

namespace lmzip {

/// What a frame codes, its content or the residue: known, or room for what is found out.
struct CodedContent {
  ByteView bytes;
  uint8_t* found = nullptr;  // the same bytes, where they are not known
  bool drawn = false;        // these are a sample
  const std::vector<bool>* given = nullptr;  // [bytes.size()]: which are known to both sides

  static CodedContent Known(ByteView bytes) { return {.bytes = bytes}; }
  static CodedContent Unknown(std::span<uint8_t> room) {
    return {.bytes = room, .found = room.data()};
  }
  /// Tokens may be drawn that no encoder writes: those that stand for nothing, and those that do
  /// not fit their segment, of which as much is taken as fits.
  static CodedContent Drawn(std::span<uint8_t> room) {
    return {.bytes = room, .found = room.data(), .drawn = true};
  }
};

/// Turns logits into coded symbols and symbols into content. Calls marked "in turn" are for one
/// thread at a time; the others may run beside them, about lanes whose symbols are known: all of
/// them where content is known, else the caller's own.
class FrameSymbols {
 public:
  virtual ~FrameSymbols() = default;

  /// The number of symbols, that is of logits in a row.
  virtual int vocabulary() const = 0;
  /// Steps that the lane's segment in `block` has from `step` on; of tokens that are not known,
  /// those that it has at least. 0: the segment is complete.
  virtual uint64_t StepsFrom(const Block& block, int lane, uint64_t step) const = 0;
  /// The symbol of a step that is known.
  virtual int32_t Symbol(const Block& block, int lane, uint64_t step) const = 0;

  /// In turn: the lanes of the cursor's block, one after the other, before their symbols.
  virtual void StartSegment(int /*lane*/) {}
  /// In turn: codes the lane's symbol at the cursor and returns how many bytes of content it is.
  /// logits: [vocabulary()]; unused in frames without the model. Throws Error{kCorrupt}.
  virtual uint64_t Code(int lane, const int16_t* logits) = 0;
  /// In turn: all symbols are coded; frees the memory that only coding needs.
  virtual void EndFrame() {}
};

/// Bytes of `content`. `cursor`, `coder`, the content and what `mixer` names must outlive the
/// result.
std::unique_ptr<FrameSymbols> NewByteSymbols(const FrameHeader& header, const FrameCursor& cursor,
                                             BitCoder& coder, const CodedContent& content,
                                             const MixerParts& mixer);

/// Tokens of `table`: `tokens` where they are known, null where they become `content`. All
/// arguments must outlive the result.
std::unique_ptr<FrameSymbols> NewTokenSymbols(const FrameCursor& cursor, BitCoder& coder,
                                              const CodedContent& content, const TokenTable& table,
                                              const TokenizedContent* tokens);

}  // namespace lmzip
