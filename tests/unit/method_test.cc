// What the encoder chooses for a frame, by costs that the tests make up.
#include "codec/method.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "lmzip/error.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::ErrorOf;
using testing::UniformBytes;
using testing::WordyBytes;

constexpr uint64_t kKiB = 1024;

/// Costs in per mille of the sample, by kind and by whether the sample is longer than 128 KiB.
struct Costs {
  std::map<FrameKind, uint64_t> per_mille;
  std::map<FrameKind, uint64_t> long_per_mille = per_mille;
  std::vector<uint64_t> samples = {};  // the lengths that were asked for

  CostFunction Function() {
    return [this](const FrameHeader& header, const TypedView& sample) {
      const uint64_t size = sample.bytes.size();
      EXPECT_EQ(header.raw_bytes, size);
      samples.push_back(size);
      const auto& costs = size > 128 * kKiB ? long_per_mille : per_mille;
      return size * costs.at(header.kind) / 1000;
    };
  }
};

FrameKind Choose(ByteView content, FrameKind model_kind, Costs& costs,
                 Effort effort = Effort::kDefault) {
  EncodeOptions options;
  options.effort = effort;
  return ChooseKind({content, {}}, model_kind, options, costs.Function());
}

TEST(ChooseKind, SmallContentIsCodedBothWays) {
  for (const FrameKind model : {FrameKind::kModel, FrameKind::kTokens}) {
    const FrameKind best = model == FrameKind::kModel ? FrameKind::kModelMixed : FrameKind::kTokens;
    for (const size_t size : {size_t{1}, size_t{4 * kKiB}, size_t{128 * kKiB}}) {
      const Bytes content = WordyBytes(size, 2);
      Costs wins{{{best, 290}, {FrameKind::kMixed, 300}}};
      EXPECT_EQ(Choose(content, model, wins), size > 1 ? best : FrameKind::kMixed);
      EXPECT_EQ(wins.samples, std::vector<uint64_t>(2, size));
      Costs loses{{{best, 1010}, {FrameKind::kMixed, 10}}};
      EXPECT_EQ(Choose(content, model, loses), FrameKind::kMixed);
    }
  }
}

TEST(ChooseKind, TheModelHasToEarnItsTime) {
  const Bytes content = WordyBytes(16 * kKiB, 1);
  Costs little{{{FrameKind::kModelMixed, 299}, {FrameKind::kMixed, 300}}};
  EXPECT_EQ(Choose(content, FrameKind::kModel, little), FrameKind::kMixed);
  Costs enough{{{FrameKind::kModelMixed, 298}, {FrameKind::kMixed, 300}}};
  EXPECT_EQ(Choose(content, FrameKind::kModel, enough), FrameKind::kModelMixed);
  EXPECT_EQ(Choose(content, FrameKind::kModel, little, Effort::kMax), FrameKind::kModelMixed);
  EXPECT_EQ(Choose(content, FrameKind::kModel, enough, Effort::kFast), FrameKind::kMixed);
  Costs none{{{FrameKind::kModelMixed, 300}, {FrameKind::kMixed, 300}}};
  EXPECT_EQ(Choose(content, FrameKind::kModel, none, Effort::kMax), FrameKind::kMixed);
}

TEST(ChooseKind, ClearSamplesDecideAndTheWholeWhereTheyAreNot) {
  const std::vector<uint64_t> looks(4, 64 * kKiB);
  for (const uint64_t size : {200 * kKiB, 4096 * kKiB}) {
    const Bytes content = WordyBytes(size, 3);
    Costs clear{{{FrameKind::kModelMixed, 500}, {FrameKind::kMixed, 600}}};
    EXPECT_EQ(Choose(content, FrameKind::kModel, clear), FrameKind::kModelMixed);
    EXPECT_EQ(clear.samples, looks);
    Costs close{{{FrameKind::kModelMixed, 495}, {FrameKind::kMixed, 500}},
                {{FrameKind::kModelMixed, 510}, {FrameKind::kMixed, 500}}};
    EXPECT_EQ(Choose(content, FrameKind::kModel, close), FrameKind::kMixed);
    EXPECT_EQ(close.samples.size(), 6u);
    EXPECT_EQ(close.samples.back(), size);
  }
}

TEST(ChooseKind, SamplesAreBelievedForTheModelInTextAlone) {
  Bytes content = WordyBytes(300 * kKiB, 3);
  for (uint8_t& byte : content) byte = static_cast<uint8_t>(byte - 'a');
  Costs model{{{FrameKind::kModelMixed, 500}, {FrameKind::kMixed, 600}},
              {{FrameKind::kModelMixed, 510}, {FrameKind::kMixed, 500}}};
  EXPECT_EQ(Choose(content, FrameKind::kModel, model), FrameKind::kMixed);
  EXPECT_EQ(model.samples.back(), 300 * kKiB);
  Costs mixer{{{FrameKind::kModelMixed, 600}, {FrameKind::kMixed, 500}}};
  EXPECT_EQ(Choose(content, FrameKind::kModel, mixer), FrameKind::kMixed);
  EXPECT_EQ(mixer.samples.size(), 4u);
}

TEST(ChooseKind, LongContentIsNeverCodedWhole) {
  Costs close{{{FrameKind::kModelMixed, 495}, {FrameKind::kMixed, 500}},
              {{FrameKind::kModelMixed, 510}, {FrameKind::kMixed, 500}}};
  EXPECT_EQ(Choose(WordyBytes(4096 * kKiB + 1, 3), FrameKind::kModel, close), FrameKind::kMixed);
  EXPECT_EQ(std::ranges::max(close.samples), 512 * kKiB);
}

// Samples favour tokens: the mixer goes on learning.
TEST(ChooseKind, TokensHaveToWinWhereTheMixerHasLearnt) {
  for (const uint64_t size : {200 * kKiB, 2000 * kKiB, 5000 * kKiB}) {
    const Bytes content = WordyBytes(size, 4);
    Costs costs{{{FrameKind::kTokens, 300}, {FrameKind::kMixed, 400}},
                {{FrameKind::kTokens, 300}, {FrameKind::kMixed, 200}}};
    EXPECT_EQ(Choose(content, FrameKind::kTokens, costs), FrameKind::kMixed);
    EXPECT_EQ(costs.samples.back(), size <= 4096 * kKiB ? size : 512 * kKiB);
    costs.long_per_mille = costs.per_mille;
    EXPECT_EQ(Choose(content, FrameKind::kTokens, costs), FrameKind::kTokens);
  }
}

TEST(ChooseKind, NoiseIsStored) {
  Costs costs{{{FrameKind::kModelMixed, 1000}, {FrameKind::kMixed, 1001}}};
  for (const Effort effort : {Effort::kFast, Effort::kDefault, Effort::kMax}) {
    EXPECT_EQ(Choose(UniformBytes(100 * kKiB, 5), FrameKind::kModel, costs, effort),
              FrameKind::kStored);
  }
}

// FORMAT.md, 4.2.
TEST(ChooseGeometry, LanesAndSegmentsFollowKindSizeAndEffort) {
  struct Case {
    FrameKind kind;
    uint64_t bytes;
    Effort effort;
    int lanes;
    uint64_t segment;
  };
  constexpr auto kMixed = FrameKind::kMixed, kBoth = FrameKind::kModelMixed;
  for (const Case& c : {Case{kMixed, 16384 * kKiB, Effort::kDefault, 1, 1024 * kKiB},
                        Case{kBoth, 256 * kKiB - 1, Effort::kDefault, 1, 64 * kKiB},
                        Case{kBoth, 256 * kKiB, Effort::kDefault, 4, 8 * kKiB},
                        Case{kBoth, 4096 * kKiB - 1, Effort::kDefault, 4, 8 * kKiB},
                        Case{kBoth, 4096 * kKiB, Effort::kDefault, 8, 4 * kKiB},
                        Case{kBoth, 4096 * kKiB, Effort::kMax, 1, 64 * kKiB},
                        Case{FrameKind::kModel, 256 * kKiB - 1, Effort::kMax, 1, 64 * kKiB},
                        Case{FrameKind::kModel, 256 * kKiB, Effort::kMax, 8, 16 * kKiB},
                        Case{FrameKind::kTokens, 256 * kKiB, Effort::kDefault, 8, 16 * kKiB}}) {
    EncodeOptions options;
    options.effort = c.effort;
    const Geometry geometry = ChooseGeometry(c.kind, c.bytes, options);
    EXPECT_EQ(geometry.lanes(), c.lanes) << c.bytes;
    EXPECT_EQ(geometry.segment_bytes(), c.segment) << c.bytes;
    options.lanes = 16;
    options.segment_bytes = 512;
    EXPECT_EQ(ChooseGeometry(c.kind, c.bytes, options).lanes(), 16);
    EXPECT_EQ(ChooseGeometry(c.kind, c.bytes, options).segment_bytes(), 512u);
  }
}

TEST(ChooseKind, NoModelOfTokensJoinsTheMixer) {
  EncodeOptions options;
  options.method = Method::kModelMixed;
  EXPECT_EQ(ErrorOf([&] { ChooseKind({}, FrameKind::kTokens, options, {}); }), ErrorCode::kUsage);
}

}  // namespace
}  // namespace lmzip
