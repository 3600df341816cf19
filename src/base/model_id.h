// The identity of a model: SHA-256 of what decides bytes (EXACT.md 7).
#pragma once

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace lmzip {

using ModelId = Sha256Digest;

/// The first bytes of a model id, as compressed files carry it; zeros mean "no model".
using ShortModelId = std::array<uint8_t, 8>;

inline ShortModelId Shorten(const ModelId& id) {
  ShortModelId shortened;
  std::copy_n(id.begin(), shortened.size(), shortened.begin());
  return shortened;
}

}  // namespace lmzip
