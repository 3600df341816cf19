// The identity of a model: SHA-256 of what decides bytes (EXACT.md 7).
#pragma once

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace lmzip {

using ModelId = Sha256Digest;

/// The first bytes of a model id, as compressed files carry them; zeros mean "not named".
struct ShortModelId {
  std::array<uint8_t, 8> bytes{};  // zeros behind `size`
  size_t size = 8;

  bool names_model() const { return bytes != std::array<uint8_t, 8>{}; }
  bool Begins(const ModelId& id) const {
    return std::equal(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size), id.begin());
  }
  bool operator==(const ShortModelId&) const = default;
};

/// REQUIRES: size <= 8.
inline ShortModelId Shorten(const ModelId& id, size_t size = 8) {
  ShortModelId shortened{.bytes = {}, .size = size};
  std::copy_n(id.begin(), size, shortened.bytes.begin());
  return shortened;
}

inline std::string Hex(const ShortModelId& id) { return Hex(ByteView(id.bytes).first(id.size)); }

}  // namespace lmzip
