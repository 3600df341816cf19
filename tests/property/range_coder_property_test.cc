// Coded size against the ideal code length, on seeded sources of known probabilities.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "coder/range_coder.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

// FORMAT.md 5.3: proved for data drawn from the probabilities, in the mean.
void ExpectNearIdeal(size_t coded_bytes, double ideal_bits, size_t decisions = 0) {
  EXPECT_LE(static_cast<double>(coded_bytes),
            ideal_bits / 8 * 1.0001 + 8 + 3e-8 / 8 * static_cast<double>(decisions));
  EXPECT_GE(static_cast<double>(coded_bytes), ideal_bits / 8 * 0.9999 - 8);
}

constexpr double kOne = 1 << kBitProbabilityBits;

// Probabilities from 2^-22 to 1 - 2^-22, most of them extreme when `skew` is large.
uint32_t RandomProbability(Random& random, int skew) {
  const double u = static_cast<double>(Below(random, 1 << 20) + 1) / ((1 << 20) + 1);
  const double logit = (u - 0.5) * 2 * skew;
  return static_cast<uint32_t>(std::clamp(kOne / (1 + std::exp2(-logit)), 1.0, kOne - 1));
}

class RangeCoderBits : public ::testing::TestWithParam<int> {};

TEST_P(RangeCoderBits, RoundTripNearTheIdealSize) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const size_t count = 1 + Below(random, 200000);
    std::vector<uint32_t> p1(count);
    std::vector<uint8_t> bits(count);
    RangeEncoder encoder;
    double ideal_bits = 0;
    for (size_t i = 0; i < count; ++i) {
      p1[i] = RandomProbability(random, GetParam());
      bits[i] = Below(random, 1 << kBitProbabilityBits) < p1[i];
      ideal_bits -= std::log2((bits[i] ? p1[i] : kOne - p1[i]) / kOne);
      encoder.EncodeBit(bits[i], p1[i]);
    }
    const Bytes code = encoder.Finish();
    ExpectNearIdeal(code.size(), ideal_bits, count);
    RangeDecoder decoder(code);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(decoder.DecodeBit(p1[i]), bits[i]) << i;
    ASSERT_FALSE(decoder.Overread());
  }
}

INSTANTIATE_TEST_SUITE_P(Skews, RangeCoderBits, ::testing::Values(0, 1, 4, 16, 40));

// FORMAT.md 5.3: whatever the data, and so for data that the probabilities do not fit at all; the
// second bound where probabilities go beyond 2^-16 and 1 - 2^-16.
TEST(RangeCoderWorstCase, BoundsHoldForAnyData) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const size_t count = 1 + Below(random, 20000);
    const bool extreme = seed % 2 == 0;
    const uint32_t end = extreme ? 1 : 1 << (kBitProbabilityBits - 16);
    const uint32_t all = 1 << kBitProbabilityBits;
    const uint32_t fixed = seed % 3 == 0 ? all - end : seed % 3 == 1 ? end : 0;
    const uint32_t rare = 1 + static_cast<uint32_t>(Below(random, 2000));
    RangeEncoder encoder;
    double ideal_bits = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t p1 = fixed ? fixed : std::clamp(RandomProbability(random, 23), end, all - end);
      const int likely = p1 > all / 2;
      const int bit = Below(random, rare) == 0 ? !likely : likely;
      ideal_bits -= std::log2((bit ? p1 : kOne - p1) / kOne);
      encoder.EncodeBit(bit, p1);
    }
    const double growth = extreme ? 4.0 / 3 : 256.0 / 255;
    EXPECT_LE(static_cast<double>(encoder.Finish().size()), ideal_bits / 8 * growth + 1);
  }
}

struct Alphabet {
  int bits;                          // the frequencies sum to 2^bits
  std::vector<uint32_t> cumulative;  // one more than symbols

  int Find(uint32_t target) const {
    const auto above = std::upper_bound(cumulative.begin(), cumulative.end(), target);
    return static_cast<int>(above - cumulative.begin()) - 1;
  }
};

// Each symbol has at least `minimum`; the rest goes to randomly chosen ones.
Alphabet RandomAlphabet(Random& random, size_t symbols, int bits, uint32_t minimum) {
  std::vector<uint32_t> frequency(symbols, minimum);
  uint64_t left = (uint64_t{1} << bits) - minimum * symbols;
  while (left > 0) {
    const uint64_t part = std::min<uint64_t>(left, 1 + Below(random, left / 8 + 64));
    frequency[Below(random, symbols)] += static_cast<uint32_t>(part);
    left -= part;
  }
  Alphabet alphabet{bits, std::vector<uint32_t>(symbols + 1)};
  std::partial_sum(frequency.begin(), frequency.end(), alphabet.cumulative.begin() + 1);
  return alphabet;
}

TEST(RangeCoderSymbols, RoundTripNearTheIdealSize) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const int bits = 12 + static_cast<int>(Below(random, 13));
    const size_t symbols = 2 + Below(random, std::min<size_t>(50000, size_t{1} << (bits - 8)));
    const Alphabet alphabet = RandomAlphabet(random, symbols, bits, 1u << std::max(0, bits - 20));
    const size_t count = 1 + Below(random, 50000);
    std::vector<int> sequence(count);
    RangeEncoder encoder;
    double ideal_bits = 0;
    for (int& symbol : sequence) {
      symbol = alphabet.Find(static_cast<uint32_t>(Below(random, uint64_t{1} << bits)));
      const uint32_t left = alphabet.cumulative[symbol];
      const uint32_t frequency = alphabet.cumulative[symbol + 1] - left;
      ideal_bits += bits - std::log2(frequency);
      encoder.EncodeSymbol(left, frequency, bits);
    }
    const Bytes code = encoder.Finish();
    ExpectNearIdeal(code.size(), ideal_bits);
    RangeDecoder decoder(code);
    for (int expected : sequence) {
      const int symbol = alphabet.Find(decoder.Target(bits));
      ASSERT_EQ(symbol, expected);
      const uint32_t left = alphabet.cumulative[symbol];
      decoder.AcceptSymbol(left, alphabet.cumulative[symbol + 1] - left, bits);
    }
    ASSERT_FALSE(decoder.Overread());
  }
}

// Bits and symbols of all widths in one code.
TEST(RangeCoderMixture, RoundTrip) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto run =
        [seed](const std::function<uint32_t(uint32_t value, uint32_t p1, int bits)>& code) {
          Random random(seed);
          for (int i = 0; i < 20000; ++i) {
            const int bits = static_cast<int>(Below(random, 25));
            const uint32_t p1 = RandomProbability(random, 16);
            const auto value =
                static_cast<uint32_t>(Below(random, uint64_t{1} << std::max(bits, 1)));
            ASSERT_EQ(code(value, p1, bits), value) << i;
          }
        };
    RangeEncoder encoder;
    run([&encoder](uint32_t value, uint32_t p1, int bits) {
      bits ? encoder.EncodeSymbol(value, 1, bits) : encoder.EncodeBit(static_cast<int>(value), p1);
      return value;
    });
    const Bytes bytes = encoder.Finish();
    RangeDecoder decoder(bytes);
    run([&decoder](uint32_t, uint32_t p1, int bits) {
      if (bits == 0) return static_cast<uint32_t>(decoder.DecodeBit(p1));
      const uint32_t target = decoder.Target(bits);
      decoder.AcceptSymbol(target, 1, bits);
      return target;
    });
  }
}

}  // namespace
}  // namespace lmzip
