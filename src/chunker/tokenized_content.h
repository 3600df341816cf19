// Content as tokens, segment by segment (FORMAT.md 4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chunker/tokenizer.h"
#include "format/headers.h"
#include "model/token_table.h"

namespace lmzip {

/// The tokens of a frame's content. Put together, the bytes that a segment's tokens stand for are
/// the segment.
struct TokenizedContent {
  std::vector<uint16_t> tokens;  // of all segments, in the order of the content
  std::vector<uint32_t> ends;    // of every segment's tokens in `tokens`
  uint64_t byte_tokens = 0;      // tokens that stand for a byte because no text would do

  std::span<const uint16_t> Segment(size_t index) const {
    const size_t begin = index == 0 ? 0 : ends[index - 1];
    return std::span(tokens).subspan(begin, ends[index] - begin);
  }
};

/// Valid UTF-8 goes through `tokenizer`, of which nothing is believed; what is not UTF-8, or comes
/// out changed, becomes byte tokens.
TokenizedContent TokenizeContent(const Tokenizer& tokenizer, const TokenTable& table,
                                 const Geometry& geometry, ByteView content);

}  // namespace lmzip
