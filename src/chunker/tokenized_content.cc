#include "chunker/tokenized_content.h"

#include <algorithm>

#include "chunker/block_layout.h"

namespace lmzip {
namespace {

constexpr size_t kMaxPieceBytes = size_t{64} << 10;  // of text, given to the tokenizer at once

bool IsContinuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

// SentencePiece's sign for a space: its tokenizers take it for one.
bool IsSpaceSign(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xe2 && bytes[1] == 0x96 && bytes[2] == 0x81;
}

// The length of the UTF-8 character at the start of `bytes`; 0 when there is none.
size_t CharacterBytes(ByteView bytes) {
  const uint8_t lead = bytes[0];
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xc2 ? 0
                        : lead < 0xe0 ? 2
                        : lead < 0xf0 ? 3
                        : lead < 0xf5 ? 4
                                      : 0;
  if (length < 2) return length;
  if (bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(bytes[i])) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  const uint8_t second = bytes[1];
  const bool valid = lead == 0xe0   ? second >= 0xa0
                     : lead == 0xed ? second < 0xa0
                     : lead == 0xf0 ? second >= 0x90
                     : lead == 0xf4 ? second < 0x90
                                    : true;
  return valid ? length : 0;
}

// The length of the longest start of `bytes` that is UTF-8 and at most kMaxPieceBytes.
size_t TextBytes(ByteView bytes) {
  size_t length = 0;
  while (length < bytes.size()) {
    const size_t character = CharacterBytes(bytes.subspan(length));
    if (character == 0 || length + character > kMaxPieceBytes) break;
    if (IsSpaceSign(bytes.subspan(length))) break;
    length += character;
  }
  return length;
}

class ContentTokenizer {
 public:
  ContentTokenizer(const Tokenizer& tokenizer, const TokenTable& table, TokenizedContent& out)
      : tokenizer_(tokenizer), table_(table), out_(out) {}

  void AddSegment(ByteView segment) {
    while (!segment.empty()) {
      const size_t text = TextBytes(segment);
      if (text > 0) {
        AddText(segment.first(text));
      } else {
        AddBytes(segment.first(1));
      }
      segment = segment.subspan(std::max<size_t>(text, 1));
    }
    out_.ends.push_back(static_cast<uint32_t>(out_.tokens.size()));
  }

 private:
  // Bisects text that the tokenizer changes, so that a character costs its neighbours little.
  void AddText(ByteView text) {
    tokenizer_.Tokenize({reinterpret_cast<const char*>(text.data()), text.size()}, proposal_);
    if (StandsFor(text)) {
      out_.tokens.insert(out_.tokens.end(), proposal_.begin(), proposal_.end());
      out_.byte_tokens +=
          std::ranges::count_if(proposal_, [this](int token) { return table_.IsByteToken(token); });
      return;
    }
    size_t half = text.size() / 2;
    while (half > 0 && IsContinuation(text[half])) --half;
    if (half == 0) {
      half = CharacterBytes(text);
      AddBytes(text.first(half));
    } else {
      AddText(text.first(half));
    }
    if (half < text.size()) AddText(text.subspan(half));
  }

  bool StandsFor(ByteView text) const {
    for (int token : proposal_) {
      if (token < 0 || token >= table_.size()) return false;
      const ByteView bytes = table_.Bytes(token);
      if (bytes.empty() || bytes.size() > text.size() ||
          !std::ranges::equal(bytes, text.first(bytes.size())))
        return false;
      text = text.subspan(bytes.size());
    }
    return text.empty();
  }

  void AddBytes(ByteView bytes) {
    for (uint8_t byte : bytes) out_.tokens.push_back(static_cast<uint16_t>(table_.ByteToken(byte)));
    out_.byte_tokens += bytes.size();
  }

  const Tokenizer& tokenizer_;
  const TokenTable& table_;
  TokenizedContent& out_;
  std::vector<int> proposal_;
};

}  // namespace

TokenizedContent TokenizeContent(const Tokenizer& tokenizer, const TokenTable& table,
                                 const Geometry& geometry, ByteView content) {
  TokenizedContent out;
  out.tokens.reserve(content.size());  // at most; what is not used costs addresses only
  ContentTokenizer chunker(tokenizer, table, out);
  for (Block block; block.end() < content.size();) {
    block = BlockAt(geometry, content.size(), block.end());
    for (int lane = 0; lane < block.lanes; ++lane) {
      chunker.AddSegment(content.subspan(block.LaneBegin(lane), block.LaneBytes(lane)));
    }
  }
  return out;
}

}  // namespace lmzip
