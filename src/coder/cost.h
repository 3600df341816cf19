// What symbols cost, without coding them: logarithms in integers, the same everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace lmzip {

inline constexpr int kCostBits = 24;  // costs are in 1/2^24 bit

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

/// What a symbol costs by what each part says of it, in 1/2^24 bit; 0 for a part that is not there.
struct SymbolCost {
  uint32_t network = 0;  // alone
  uint32_t mixed = 0;    // by the mixer, before its last correction
  uint32_t result = 0;   // by what codes it
};

/// The costs of many symbols.
struct CostSum {
  uint64_t network = 0, mixed = 0, result = 0;

  void Add(const SymbolCost& cost) {
    network += cost.network;
    mixed += cost.mixed;
    result += cost.result;
  }
  /// Of the result, rounded up.
  uint64_t bytes() const { return (result + (uint64_t{8} << kCostBits) - 1) >> (kCostBits + 3); }
};

}  // namespace lmzip
