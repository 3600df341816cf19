// Costs in integers against logarithms.
#include "coder/cost_of.h"

#include <gtest/gtest.h>

#include <cmath>

#include "coder/range_coder.h"

namespace lmzip {
namespace {

void ExpectLogarithm(uint32_t p, int bits) {
  const double exact = (bits - std::log2(p)) * (1 << kCostBits);
  const uint32_t cost = CostOf(p, bits);
  ASSERT_NEAR(cost, exact, 5) << p << " of 2^" << bits;
  ASSERT_GE(cost, 1u);
}

TEST(CostOf, IsALogarithm) {
  for (const int bits : {kBitProbabilityBits, kSymbolFrequencyBits}) {
    const uint32_t all = uint32_t{1} << bits;
    for (uint32_t p = 1; p < all; p += 1 + p / 997) ExpectLogarithm(p, bits);
    for (uint32_t p = 1; p < 3000; ++p) {
      ExpectLogarithm(p, bits);
      ExpectLogarithm(all - p, bits);
    }
    for (int shift = 0; shift < bits; ++shift) {
      EXPECT_EQ(CostOf(uint32_t{1} << shift, bits), static_cast<uint32_t>(bits - shift)
                                                        << kCostBits);
    }
    EXPECT_EQ(CostOf(all, bits), 1u);
  }
}

// What is likelier never costs more.
TEST(CostOf, Falls) {
  uint32_t before = CostOf(1, kBitProbabilityBits);
  for (uint32_t p = 2; p <= uint32_t{1} << kBitProbabilityBits; ++p) {
    const uint32_t cost = CostOf(p, kBitProbabilityBits);
    ASSERT_LE(cost, before) << p;
    before = cost;
  }
}

TEST(CostSum, BytesAreRoundedUp) {
  CostSum sum;
  EXPECT_EQ(sum.bytes(), 0u);
  sum.Add(SymbolCost{.network = 7, .mixed = 8, .result = 1});
  EXPECT_EQ(sum.bytes(), 1u);
  sum.Add(SymbolCost{.network = 7, .mixed = 8, .result = (8u << kCostBits) - 1});
  EXPECT_EQ(sum.bytes(), 1u);
  sum.Add(SymbolCost{.network = 0, .mixed = 0, .result = 1});
  EXPECT_EQ(sum.bytes(), 2u);
  EXPECT_EQ(sum.network, 14u);
  EXPECT_EQ(sum.mixed, 16u);
}

}  // namespace
}  // namespace lmzip
