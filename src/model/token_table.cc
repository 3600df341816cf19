#include "model/token_table.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lmzip {

TokenTable::TokenTable(ByteView table, int vocabulary) {
  if (vocabulary < 2 || vocabulary > kMaxVocabulary) {
    throw std::invalid_argument("a vocabulary of " + std::to_string(vocabulary) + " tokens");
  }
  byte_tokens_.fill(-1);
  tokens_.reserve(static_cast<size_t>(vocabulary));
  size_t at = 0;
  for (int32_t token = 0; token < vocabulary; ++token) {
    if (at == table.size()) throw std::invalid_argument("tokens.bin: ends early");
    const size_t bytes = table[at++];
    if (bytes > kMaxTokenBytes || bytes > table.size() - at) {
      throw std::invalid_argument("tokens.bin: token " + std::to_string(token) + " has " +
                                  std::to_string(bytes) + " bytes");
    }
    tokens_.push_back(table.subspan(at, bytes));
    at += bytes;
    if (bytes != 1) continue;
    int32_t& first = byte_tokens_[tokens_.back()[0]];
    if (first < 0) first = token;
  }
  if (at != table.size()) throw std::invalid_argument("tokens.bin: too long");
  if (std::ranges::count(byte_tokens_, -1) > 0) {
    throw std::invalid_argument("tokens.bin: a byte without a token");
  }
}

}  // namespace lmzip
