// Frequencies of tokens: what FORMAT.md 5.5 asks for, on every instruction set, for any logits.
#include "coder/token_frequencies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "coder/exp2_table.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

constexpr uint32_t kTotal = 1u << kSymbolFrequencyBits;

// Flat, peaked, with ties, at the type's ends.
std::vector<int16_t> RandomLogits(Random& random, int vocabulary) {
  const int spreads[] = {0, 1, 300, 3000, 20000, 65535};
  const int spread = spreads[Below(random, std::size(spreads))];
  std::vector<int16_t> logits(vocabulary);
  for (int16_t& logit : logits) {
    logit = static_cast<int16_t>(
        -32768 + static_cast<int>(Below(random, static_cast<uint64_t>(spread) + 1)));
  }
  if (Below(random, 2)) logits[Below(random, logits.size())] = 32767;
  if (Below(random, 4) == 0) logits.back() = 32767;
  return logits;
}

// The formulas, token by token.
std::vector<uint32_t> Reference(const std::vector<int16_t>& logits) {
  const auto count = static_cast<uint64_t>(logits.size());
  const int top = *std::max_element(logits.begin(), logits.end());
  std::vector<uint64_t> weights;
  uint64_t sum = 0;
  for (int logit : logits) {
    const int d = top - logit;
    weights.push_back(d / 256 >= 24 ? 0 : kExp2[d % 256] >> (d / 256));
    sum += weights.back();
  }
  const uint64_t floor = (8191 + count) / count;
  const uint64_t factor = ((kTotal - count * floor) << 31) / sum;
  std::vector<uint32_t> frequencies;
  uint32_t rest = kTotal;
  for (uint64_t weight : weights) {
    frequencies.push_back(static_cast<uint32_t>(floor + ((weight * factor) >> 31)));
    rest -= frequencies.back();
  }
  frequencies[std::max_element(logits.begin(), logits.end()) - logits.begin()] += rest;
  return frequencies;
}

class Frequencies : public ::testing::TestWithParam<int> {};

TEST_P(Frequencies, FollowTheFormatOnEveryIsa) {
  const int vocabulary = GetParam();
  Random random(static_cast<uint64_t>(vocabulary));
  for (int round = 0; round < 12; ++round) {
    const std::vector<int16_t> logits = RandomLogits(random, vocabulary);
    const std::vector<uint32_t> expected = Reference(logits);
    for (Isa isa : AvailableIsas()) {
      SCOPED_TRACE(IsaName(isa));
      TokenFrequencies frequencies(vocabulary, isa);
      frequencies.Assign(logits.data());
      uint64_t cumulative = 0;
      for (int token = 0; token < vocabulary; ++token) {
        ASSERT_GE(expected[token], 1u);
        if (token < 300 || token % 97 == 0 || token > vocabulary - 300) {
          const FrequencyInterval interval = frequencies.Of(token);
          ASSERT_EQ(interval.frequency, expected[token]) << token;
          ASSERT_EQ(interval.cumulative, cumulative) << token;
          for (const uint64_t target : {cumulative, cumulative + expected[token] - 1}) {
            FrequencyInterval found;
            ASSERT_EQ(frequencies.Find(static_cast<uint32_t>(target), found), token);
            ASSERT_EQ(found.cumulative, interval.cumulative);
            ASSERT_EQ(found.frequency, interval.frequency);
          }
        }
        cumulative += expected[token];
      }
      ASSERT_EQ(cumulative, kTotal);
    }
  }
}

// A token whose probability by the logits is above 2^-20 costs at most 0.01 bits more than that.
TEST_P(Frequencies, CostLittleMoreThanTheLogitsSay) {
  const int vocabulary = GetParam();
  Random random(static_cast<uint64_t>(vocabulary) + 1);
  TokenFrequencies frequencies(vocabulary);
  for (int round = 0; round < 20; ++round) {
    const std::vector<int16_t> logits = RandomLogits(random, vocabulary);
    frequencies.Assign(logits.data());
    const int top = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (int logit : logits) sum += std::exp2((logit - top) / 256.0);
    for (int token = 0; token < vocabulary; token += 1 + vocabulary / 500) {
      const double ideal = std::log2(sum) - (logits[token] - top) / 256.0;
      if (ideal > 20) continue;
      const double cost = kSymbolFrequencyBits - std::log2(frequencies.Of(token).frequency);
      ASSERT_LE(cost, ideal + 0.01) << token;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Vocabularies, Frequencies,
                         ::testing::Values(2, 256, 257, 512, 1000, 4097, 8192, 32767, 32768));

TEST(TokenCode, IsDecodedAndNearItsIdealSize) {
  constexpr int kTokens = 20000;
  for (const int vocabulary : {256, 1000, 32768}) {
    Random random(7);
    std::vector<std::vector<int16_t>> rows;
    for (int i = 0; i < 8; ++i) rows.push_back(RandomLogits(random, vocabulary));
    std::vector<int32_t> tokens;
    TokenFrequencies frequencies(vocabulary);
    RangeEncoder encoder;
    double ideal = 0;
    for (int i = 0; i < kTokens; ++i) {
      frequencies.Assign(rows[i % 8].data());
      FrequencyInterval interval;  // drawn from the frequencies
      tokens.push_back(frequencies.Find(static_cast<uint32_t>(Below(random, kTotal)), interval));
      encoder.EncodeSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
      ideal += kSymbolFrequencyBits - std::log2(interval.frequency);
    }
    const Bytes code = encoder.Finish();
    EXPECT_LE(static_cast<double>(code.size()), ideal / 8 * 1.0001 + 8);
    RangeDecoder decoder(code);
    for (int i = 0; i < kTokens; ++i) {
      frequencies.Assign(rows[i % 8].data());
      FrequencyInterval interval;
      ASSERT_EQ(frequencies.Find(decoder.Target(kSymbolFrequencyBits), interval), tokens[i]) << i;
      decoder.AcceptSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
    }
    EXPECT_FALSE(decoder.Overread());
  }
}

}  // namespace
}  // namespace lmzip
