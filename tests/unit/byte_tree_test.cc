#include "coder/byte_tree.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/random_bytes.h"

namespace lmzip {
namespace {

using Logits = std::array<int16_t, 256>;

// The same on every instruction set.
ByteTree TreeOf(const Logits& logits) {
  ByteTree tree;
  tree.node.fill(0);
  FillByteTree(logits.data(), tree, Isa::kPortable);
  for (Isa isa : AvailableIsas()) {
    ByteTree other;
    other.node.fill(0);
    FillByteTree(logits.data(), other, isa);
    EXPECT_EQ(other.node, tree.node) << IsaName(isa);
  }
  return tree;
}

double BitsOf(const ByteTree& tree, int byte) {
  double bits = 0;
  for (int shift = 7, context = 1; shift >= 0; --shift) {
    const int bit = (byte >> shift) & 1;
    const double p1 = tree.P1(static_cast<uint32_t>(context)) / double{1 << kBitProbabilityBits};
    bits -= std::log2(bit ? p1 : 1 - p1);
    context = 2 * context + bit;
  }
  return bits;
}

TEST(ByteTree, EqualLogitsAreUniform) {
  for (int16_t level : {int16_t{-32768}, int16_t{0}, int16_t{32767}}) {
    Logits logits;
    logits.fill(level);
    const ByteTree tree = TreeOf(logits);
    EXPECT_EQ(tree.node[1], 1u << 31);
    for (uint32_t context = 1; context < 256; ++context) EXPECT_EQ(tree.P1(context), 1u << 21);
  }
}

// The literals of FORMAT.md's table against the formula they come from: 2^(23 - b/256), nearest.
TEST(ByteTree, WeightsAreRoundedPowersOfTwo) {
  for (int distance = 0; distance < 256; ++distance) {
    Logits logits;
    logits.fill(0);
    logits[7] = static_cast<int16_t>(-distance);
    const auto expected = static_cast<uint32_t>(std::llround(std::exp2(23 - distance / 256.0)));
    EXPECT_EQ(TreeOf(logits).node[256 + 7], expected) << distance;
  }
}

TEST(ByteTree, WeightsHalveByOctaveDownToOne) {
  Logits logits;
  logits.fill(-32768);
  for (int octave = 0; octave < 24; ++octave)
    logits[octave] = static_cast<int16_t>(6000 - 256 * octave);
  const ByteTree tree = TreeOf(logits);
  for (int octave = 0; octave < 24; ++octave)
    EXPECT_EQ(tree.node[256 + octave], 1u << (23 - octave));
  EXPECT_EQ(tree.node[256 + 200], 1u);  // 38,768 below the largest
}

TEST(ByteTree, ExtremesStayInRange) {
  Logits logits;
  logits.fill(-32768);
  logits[255] = 32767;
  const ByteTree tree = TreeOf(logits);
  EXPECT_EQ(tree.P1(1), (1u << 22) - 64);  // 128 : 2^23 + 127
  EXPECT_EQ(tree.P1(255), (1u << 22) - 1);
  EXPECT_EQ(tree.P16(255), 65535u);
  EXPECT_EQ(tree.P1(2), 1u << 21);  // only weights of 1
}

TEST(ByteTree, SumsAndProbabilitiesHold) {
  testing::Random random(3);
  for (int round = 0; round < 200; ++round) {
    const auto spread = 1 + testing::Below(random, 65535);
    Logits logits;
    for (int16_t& logit : logits) {
      logit = static_cast<int16_t>(static_cast<int>(testing::Below(random, spread)) - 32768);
    }
    const ByteTree tree = TreeOf(logits);
    double kraft = 0;
    for (uint32_t i = 1; i < 256; ++i) {
      ASSERT_EQ(tree.node[i], tree.node[2 * i] + tree.node[2 * i + 1]);
      ASSERT_GE(tree.P1(i), 1u);
      ASSERT_LT(tree.P1(i), 1u << kBitProbabilityBits);
    }
    for (int byte = 0; byte < 256; ++byte) {
      ASSERT_GE(tree.node[256 + byte], 1u);
      ASSERT_LE(tree.node[256 + byte], 1u << 23);
      kraft += std::exp2(-BitsOf(tree, byte));
    }
    ASSERT_NEAR(kraft, 1, 1e-9);  // every distribution sums to one, whatever the rounding
  }
}

// What the rounding to 16 bits costs: little against the distribution's own entropy.
TEST(ByteTree, RoundingCostsLittle) {
  testing::Random random(4);
  Logits logits;
  for (int16_t& logit : logits) logit = static_cast<int16_t>(testing::Below(random, 2560));
  const ByteTree tree = TreeOf(logits);
  double entropy = 0, cost = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const double p = tree.node[256 + byte] / static_cast<double>(tree.node[1]);
    entropy -= p * std::log2(p);
    cost += p * BitsOf(tree, byte);
  }
  EXPECT_GE(cost, entropy);
  EXPECT_LE(cost, entropy * 1.00001);
}

}  // namespace
}  // namespace lmzip
