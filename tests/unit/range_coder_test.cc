#include "coder/range_coder.h"

#include <gtest/gtest.h>

#include "support/damage.h"

namespace lmzip {
namespace {

using testing::FromText;

struct Decision {
  int bit;
  uint32_t p1;
};

Bytes Encode(const std::vector<Decision>& decisions) {
  RangeEncoder encoder;
  for (const Decision& d : decisions) encoder.EncodeBit(d.bit, d.p1);
  return encoder.Finish();
}

void ExpectDecodes(const std::vector<Decision>& decisions, const Bytes& code) {
  RangeDecoder decoder(code);
  for (size_t i = 0; i < decisions.size(); ++i) {
    ASSERT_EQ(decoder.DecodeBit(decisions[i].p1), decisions[i].bit) << "decision " << i;
  }
  EXPECT_FALSE(decoder.Overread()) << decisions.size() << " decisions";
}

TEST(RangeCoder, NothingTakesNoBytes) {
  RangeEncoder encoder;
  EXPECT_TRUE(encoder.Finish().empty());
}

// The bytes that FORMAT.md, "Range coder", derives by hand.
TEST(RangeCoder, KnownCodes) {
  EXPECT_EQ(Encode({{0, 0x200000}}), (Bytes{0x80}));
  EXPECT_EQ(Encode({{1, 0x200000}}), Bytes{});
  EXPECT_EQ(Encode({{0, 0x200000}, {0, 0x200000}, {1, 0x200000}}), (Bytes{0xc0}));
  EXPECT_EQ(Encode({{1, 1}}), Bytes{});
  EXPECT_EQ(Encode({{0, 0x3fffc0}, {0, 0x3fffc0}}), (Bytes{0xff, 0xff, 0xff, 0xfe}));
}

TEST(RangeCoder, ExtremeProbabilities) {
  for (uint32_t p1 : {1u, 2u, 0x200000u, 0x3ffffeu, 0x3fffffu}) {
    for (int bit : {0, 1}) {
      const std::vector<Decision> same(3000, {bit, p1});
      ExpectDecodes(same, Encode(same));
    }
  }
}

// The low end of the interval stays where it is, so the code is a number with any number of
// trailing zero bytes; a decoder counts those that it must imagine.
TEST(RangeCoder, LongRunsOfOnesStayDecodable) {
  for (size_t before : {0, 1, 7, 100}) {
    for (size_t run : {8, 64, 72, 73, 100, 10000}) {
      std::vector<Decision> decisions;
      for (size_t i = 0; i < before; ++i) decisions.push_back({static_cast<int>(i & 1), 1280000});
      decisions.insert(decisions.end(), run, {1, 0x200000});
      ExpectDecodes(decisions, Encode(decisions));
    }
  }
}

// 0xff bytes that wait for a carry, which then comes, or does not.
TEST(RangeCoder, CarriesRunThroughPendingBytes) {
  for (int carry : {0, 1}) {
    for (size_t pending : {0, 1, 2, 3, 255, 4096}) {
      // Half the interval at its middle: low = 0x7fff..., range small; then up to the top or not.
      std::vector<Decision> decisions = {{1, 0x200000}};
      decisions.insert(decisions.end(), 8 * pending + 16, {0, 0x200000});
      decisions.insert(decisions.end(), 40, {carry, 0x200000});
      decisions.insert(decisions.end(), 40, {1 - carry, 3});
      ExpectDecodes(decisions, Encode(decisions));
    }
  }
}

TEST(RangeCoder, CodeNeedsAllItsBytes) {
  std::vector<Decision> decisions;
  for (int i = 0; i < 2000; ++i) decisions.push_back({(i * i) % 7 < 3, 28000});
  const Bytes code = Encode(decisions);
  RangeDecoder cut(ByteView(code).first(code.size() - 1));
  bool differs = false;
  for (const Decision& d : decisions) differs |= cut.DecodeBit(d.p1) != d.bit;
  EXPECT_TRUE(differs);
}

TEST(RangeCoder, OverreadSticks) {
  RangeDecoder decoder({});
  EXPECT_FALSE(decoder.Overread());  // four zeros so far
  for (int i = 0; i < 8 * 4 + 7; ++i) decoder.DecodeBit(0x200000);
  EXPECT_FALSE(decoder.Overread());  // eight
  for (int i = 0; i < 8; ++i) decoder.DecodeBit(0x200000);
  EXPECT_TRUE(decoder.Overread());
  for (int i = 0; i < 100000; ++i) decoder.DecodeBit(0x200000);
  EXPECT_TRUE(decoder.Overread());
}

TEST(RangeCoder, ArbitraryInputIsDecodedWithoutHarm) {
  const Bytes noise(100, 0xff);
  RangeDecoder decoder(noise);
  for (int i = 0; i < 20000; ++i) {
    decoder.DecodeBit(static_cast<uint32_t>(i % 65535) * 64 + 1);
    const uint32_t target = decoder.Target(kSymbolFrequencyBits);
    ASSERT_LT(target, 1u << kSymbolFrequencyBits);
    decoder.AcceptSymbol(target, 1, kSymbolFrequencyBits);
  }
  EXPECT_TRUE(decoder.Overread());
}

TEST(RangeCoder, SymbolsAtTheEndsOfTheRange) {
  constexpr int kBits = kSymbolFrequencyBits;
  constexpr uint32_t kTotal = 1u << kBits;
  struct Symbol {
    uint32_t cumulative, frequency;
  };
  const std::vector<Symbol> symbols = {{0, 1}, {1, kTotal - 2}, {kTotal - 1, 1}};
  RangeEncoder encoder;
  for (int i = 0; i < 3000; ++i) {
    const Symbol& s = symbols[i % symbols.size()];
    encoder.EncodeSymbol(s.cumulative, s.frequency, kBits);
  }
  const Bytes code = encoder.Finish();
  RangeDecoder decoder(code);
  for (int i = 0; i < 3000; ++i) {
    const Symbol& s = symbols[i % symbols.size()];
    const uint32_t target = decoder.Target(kBits);
    ASSERT_GE(target, s.cumulative);
    ASSERT_LT(target, s.cumulative + s.frequency);
    decoder.AcceptSymbol(s.cumulative, s.frequency, kBits);
  }
  EXPECT_FALSE(decoder.Overread());
}

// What is as long as its content is of no use: the code is whole, or it has that length at least.
TEST(RangeCoder, CodesAreKeptAsFarAsTheyAreOfUse) {
  for (const bool zeros : {false, true}) {
    const auto code = [&](RangeEncoder encoder) {
      for (int i = 0; i < 1000; ++i)
        encoder.EncodeBit(zeros || i % 3 == 0, zeros ? (1u << 22) - 1 : 1u << 20);
      for (int i = 0; i < 400; ++i) encoder.EncodeBit(i % 7 == 0, 5u << 19);
      return encoder.Finish();
    };
    const Bytes whole = code(RangeEncoder());
    for (size_t most = 0; most < whole.size() + 10; ++most) {
      const Bytes kept = code(RangeEncoder(most));
      if (whole.size() < most) {
        EXPECT_EQ(kept, whole) << most;
      } else {
        EXPECT_GE(kept.size(), most);
        EXPECT_LE(kept.size(), most + kMaxOverread);
      }
    }
  }
}

}  // namespace
}  // namespace lmzip
