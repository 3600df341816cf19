// The bytes behind a lane's position, the last ones of which may not be in the history yet.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mixer/history.h"

namespace lmzip {

struct BytesBehind {
  const History& history;
  uint64_t recent;  // the last eight bytes, the latest lowest
  size_t position;

  /// The byte `back` before the position, 0 where there is none to be read. REQUIRES: back >= 1.
  uint32_t Back(size_t back) const noexcept {
    if (back <= 8) return static_cast<uint32_t>(recent >> (8 * (back - 1)) & 255);
    return position >= back ? history.At(position - back) : 0u;
  }
  /// REQUIRES: place < position.
  uint32_t At(size_t place) const noexcept { return Back(position - place); }
};

}  // namespace lmzip
