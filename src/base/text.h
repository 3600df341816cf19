// What looks like text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lmzip {

/// Bytes that belong to printable ASCII, white space or UTF-8 sequences (MIXER.md 9).
inline size_t CountText(std::span<const uint8_t> bytes) {
  size_t count = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const uint8_t lead = bytes[i];
    const bool space = lead == ' ' || lead == '\n' || lead == '\r' || lead == '\t';
    count += (lead >= 32 && lead < 127) || space;
    const size_t rest = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 0;
    size_t found = 0;
    while (found < rest && i + found + 1 < bytes.size() && (bytes[i + found + 1] & 0xC0) == 0x80) {
      ++found;
    }
    if (rest > 0 && found == rest) {
      count += rest + 1;
      i += rest;
    }
  }
  return count;
}

}  // namespace lmzip
