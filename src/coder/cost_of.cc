#include "coder/cost_of.h"

#include <cstddef>

namespace lmzip::cost_internal {
namespace {

// Bit by bit: squaring doubles a logarithm. The mantissa has 31 bits behind the point; what is cut
// off from them weighs less with every bit.
constexpr uint32_t Log2(uint64_t mantissa) {
  uint32_t log = 0;
  for (int bit = 0; bit <= kCostBits; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    const uint32_t one = static_cast<uint32_t>(mantissa >> 32);
    mantissa >>= one;
    log = 2 * log + one;
  }
  return (log + 1) / 2;
}

}  // namespace

constexpr std::array<uint32_t, (1 << kLog2Bits) + 1> kLog2 = [] {
  std::array<uint32_t, (1 << kLog2Bits) + 1> table{};
  for (size_t i = 0; i < table.size() - 1; ++i) {
    table[i] = Log2((uint64_t{1} << 31) + (uint64_t{i} << (31 - kLog2Bits)));
  }
  table.back() = uint32_t{1} << kCostBits;
  return table;
}();

}  // namespace lmzip::cost_internal
