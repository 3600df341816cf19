// What symbols cost, without coding them: logarithms in integers, the same everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "lmzip/cost.h"

namespace lmzip {

namespace cost_internal {

inline constexpr int kLog2Bits = 10;  // of a mantissa, looked up; between them lines
/// kLog2[i] = log2(1 + i/1024) in 1/2^24, to the nearest but for the last unit.
extern const std::array<uint32_t, (1 << kLog2Bits) + 1> kLog2;

}  // namespace cost_internal

/// -log2(p / 2^bits), within 5/2^24 bit; at least 1/2^24, for nothing that is coded is free.
/// REQUIRES: 1 <= p <= 2^bits, bits <= 24.
inline uint32_t CostOf(uint32_t p, int bits) noexcept {
  constexpr int kRestBits = kCostBits - cost_internal::kLog2Bits;
  const int exponent = std::bit_width(p) - 1;
  const uint32_t mantissa = (p << (kCostBits - exponent)) & ((1u << kCostBits) - 1);
  const uint32_t* const log2 = &cost_internal::kLog2[mantissa >> kRestBits];
  const uint32_t rest = mantissa & ((1u << kRestBits) - 1);
  const uint32_t fraction = log2[0] + ((log2[1] - log2[0]) * rest >> kRestBits);
  const uint32_t cost = (static_cast<uint32_t>(bits - exponent) << kCostBits) - fraction;
  return std::max(cost, 1u);
}

}  // namespace lmzip
