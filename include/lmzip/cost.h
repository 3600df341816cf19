// What bytes cost: logarithms of probabilities, as integers, the same on every machine.
#pragma once

#include <array>
#include <cstdint>

namespace lmzip {

inline constexpr int kCostBits = 24;  // costs are in 1/2^24 bit

/// What a symbol costs by what each part says of it, in 1/2^24 bit; 0 for a part that is not there.
struct SymbolCost {
  uint32_t network = 0;  // alone
  uint32_t mixed = 0;    // by the mixer, before its last correction
  uint32_t result = 0;   // by what codes it
};

/// The bytes that the network, alone, takes for the likeliest in a byte's place.
struct LikelyBytes {
  static constexpr int kCount = 5;

  std::array<uint8_t, kCount> bytes{};    // the likeliest first; of equal ones the lesser value
  std::array<uint16_t, kCount> shares{};  // their probabilities in 1/65535; 0, 0, ...: not told
};

/// The costs of many symbols.
struct CostSum {
  uint64_t network = 0, mixed = 0, result = 0;

  void Add(const SymbolCost& cost) {
    network += cost.network;
    mixed += cost.mixed;
    result += cost.result;
  }
  void Add(const CostSum& other) {
    network += other.network;
    mixed += other.mixed;
    result += other.result;
  }
  /// Of the result, rounded up.
  uint64_t bytes() const { return (result + (uint64_t{8} << kCostBits) - 1) >> (kCostBits + 3); }
};

/// Costs in bits.
inline double Bits(uint64_t cost) {
  return static_cast<double>(cost) / static_cast<double>(uint64_t{1} << kCostBits);
}

}  // namespace lmzip
