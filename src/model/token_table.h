// What the tokens of a model stand for (EXACT.md 7.4).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "model/exact1.h"

namespace lmzip {

inline constexpr size_t kMaxTokenBytes = 64;

/// Immutable.
class TokenTable {
 public:
  /// Reads `table`, the member tokens.bin, which must outlive this: `vocabulary` tokens, each a
  /// byte that says how many bytes follow. Throws std::invalid_argument when it is malformed or a
  /// value of a byte has no token.
  TokenTable(ByteView table, int vocabulary);

  int size() const { return static_cast<int>(tokens_.size()); }
  /// What `token` stands for; empty for one that no content uses.
  ByteView Bytes(int32_t token) const { return tokens_[token]; }
  /// The first token that stands for this one byte.
  int32_t ByteToken(uint8_t byte) const { return byte_tokens_[byte]; }
  bool IsByteToken(int32_t token) const {
    return tokens_[token].size() == 1 && byte_tokens_[tokens_[token][0]] == token;
  }

 private:
  std::vector<ByteView> tokens_;
  std::array<int32_t, 256> byte_tokens_;
};

}  // namespace lmzip
