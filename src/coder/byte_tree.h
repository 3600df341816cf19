// A distribution over bytes as eight binary decisions (FORMAT.md, "From logits to bits").
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/cpu.h"
#include "coder/range_coder.h"

namespace lmzip {

/// Node i holds the weight of all bytes whose leading bits, after a leading 1, are i: node[1] is
/// the total, node[i] = node[2i] + node[2i + 1], and node[256 + b] is the weight of byte b.
/// Invariant once filled: every weight is in [1, 2^23], so node[1] <= 2^31.
struct ByteTree {
  std::array<uint32_t, 512> node;

  /// P(next bit = 1) in 1/2^bits, in 1..2^bits - 1, after the bits in `context` (1..255, leading
  /// 1). REQUIRES: bits <= 32.
  uint32_t P1(uint32_t context, int bits = kBitProbabilityBits) const noexcept {
    const uint64_t ones = node[2 * context + 1];
    const uint64_t all = node[context];
    const uint64_t most = (uint64_t{1} << bits) - 1;
    return static_cast<uint32_t>(std::clamp<uint64_t>(((ones << bits) + all / 2) / all, 1, most));
  }
  uint32_t P16(uint32_t context) const noexcept { return P1(context, 16); }
};

/// Fills `tree` from `logits` (256 values in 1/256 bit): weight = max(1, 2^(23 - d/256)), d the
/// distance to the largest logit, by a literal table.
/// REQUIRES: the machine has `isa`.
void FillByteTree(const int16_t* logits, ByteTree& tree, Isa isa = ActiveIsa()) noexcept;

}  // namespace lmzip
