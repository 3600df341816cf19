#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/hash.h"
#include "engine/native.h"
#include "engine/peak.h"
#include "model/model_file.h"
#include "support/random_exact1.h"

namespace lmzip {
namespace {

constexpr int kLane[] = {0};

/// EXACT.md 7.3.
std::vector<int32_t> SelfTestTokens(int count, int vocabulary) {
  std::vector<int32_t> tokens = {vocabulary};
  for (uint32_t s = 1; std::ssize(tokens) < count;) {
    s = s * 1664525u + 1013904223u;
    tokens.push_back(static_cast<int32_t>((s >> 16) % static_cast<uint32_t>(vocabulary)));
  }
  return tokens;
}

std::vector<int16_t> Logits(Predictor& predictor, const std::vector<int32_t>& tokens,
                            int vocabulary) {
  std::vector<int16_t> logits(tokens.size() * vocabulary);
  predictor.Run(kLane, static_cast<int>(tokens.size()), tokens.data(), logits.data());
  return logits;
}

std::string HashOfSelfTest(const Model& model, int count) {
  const auto tokens = SelfTestTokens(count, model.vocabulary());
  const auto logits = Logits(*model.NewPredictor(1), tokens, model.vocabulary());
  Sha256 hash;
  for (const int16_t logit : logits) {
    const auto value = static_cast<uint16_t>(logit);
    const uint8_t bytes[] = {static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8)};
    hash.Add(bytes);
  }
  return Hex(hash.Finish());
}

class EngineTest : public testing::TestWithParam<Isa> {};

// The hashes come from the numpy reference, scripts/exact1/reference.py.
TEST_P(EngineTest, ShippedModelsPassTheirSelfTests) {
  for (const char* name : {"tiny.pt", "base.pt"}) {
    SCOPED_TRACE(name);
    const auto file = ModelFile::Open(std::filesystem::path(LMZIP_MODELS_DIR) / name);
    const auto model = NewNativeModel({file, &file->weights()}, GetParam());
    for (const SelfTest& test : {file->info().short_test, file->info().long_test}) {
      EXPECT_EQ(HashOfSelfTest(*model, test.tokens), test.sha256);
    }
  }
}

// Likewise: the reference's logits for models whose parameters lie at their limits.
TEST_P(EngineTest, ExtremeModelsMatchTheReference) {
  const Exact1Shape shape = {128, 2, 192, 40, 100, {{2, 64, 20}, {5, 1024, 64}}};
  const struct {
    Extremes extremes;
    uint64_t seed;
    const char* hash;
  } kCases[] = {
      {Extremes::kNone, 1, "4c358d364bbaeec9d2bcfb4b433ee1bcfe0a076715cb9da8ee215543873aa566"},
      {Extremes::kSome, 2, "a4e9f52f5d4e6cbed33173ef46608ebac6bd74a43ffbe3d0546f58e8b4eccd94"},
      {Extremes::kSome, 3, "aa5fcb300855808c9172669a5962a4da857a716ad6e46b15a1dc596d6fd525ac"},
      {Extremes::kSome, 4, "5ed9b5db9ed2fad64e47eb99263ea40f6493674c39a4cd60058fa2a5d194cdf8"},
      {Extremes::kSome, 5, "7f9a4846d13eb98d40cd68b09322a66300d8c54f5476d52f87abbee98f14fa60"},
      {Extremes::kAll, 6, "4b1412d6c436e69704c6d54df12b234ce0138d19a5286a9ab0a1b37cf322752e"},
  };
  for (const auto& c : kCases) {
    const auto model = NewNativeModel(RandomExact1::Make(shape, c.extremes, c.seed), GetParam());
    EXPECT_EQ(HashOfSelfTest(*model, 200), c.hash) << "seed " << c.seed;
  }
}

TEST_P(EngineTest, ResetMakesAFreshStream) {
  const Exact1Shape shape = {64, 2, 64, 32, 50, {{3, 64, 16}}};
  const auto model = NewNativeModel(RandomExact1::Make(shape, Extremes::kNone, 1), GetParam());
  const auto predictor = model->NewPredictor(1);
  const auto tokens = SelfTestTokens(100, shape.vocabulary);
  const auto first = Logits(*predictor, tokens, shape.vocabulary);
  EXPECT_NE(Logits(*predictor, tokens, shape.vocabulary), first);
  predictor->Reset(0);
  EXPECT_EQ(Logits(*predictor, tokens, shape.vocabulary), first);
}

TEST_P(EngineTest, TimedPredictorComputesTheSameAndChargesEveryPhase) {
  const Exact1Shape shape = {64, 2, 64, 32, 50, {}};
  const auto model = NewNativeModel(RandomExact1::Make(shape, Extremes::kNone, 1), GetParam());
  const auto tokens = SelfTestTokens(100, shape.vocabulary);
  PhaseSeconds phases;
  EXPECT_EQ(Logits(*NewTimedPredictor(*model, 1, &phases), tokens, shape.vocabulary),
            Logits(*model->NewPredictor(1), tokens, shape.vocabulary));
  EXPECT_GT(phases.products, 0);
  EXPECT_GT(phases.attention, 0);
  EXPECT_GT(phases.other, 0);
}

TEST_P(EngineTest, SaysWhatItIsAndNeeds) {
  const Exact1Shape shape = {128, 3, 64, 100, 50, {}};
  const auto model = NewNativeModel(RandomExact1::Make(shape, Extremes::kNone, 1), GetParam());
  EXPECT_EQ(model->engine(), std::string("native ") + IsaName(GetParam()));
  EXPECT_EQ(model->vocabulary(), 50);
  EXPECT_GE(model->lane_bytes(), size_t{3} * 100 * 2 * kHeadWidth);
  EXPECT_LE(model->lane_bytes(), size_t{3} * 128 * 2 * kHeadWidth);
  EXPECT_GT(model->predictor_bytes(), 0u);
  EXPECT_GE(model->preferred_lanes(), 1);
  EXPECT_EQ(model->NewPredictor(7)->lanes(), 7);
}

TEST_P(EngineTest, ImpossibleTokensAndLanesAreBugs) {
  const Exact1Shape shape = {64, 1, 64, 8, 50, {}};
  const auto model = NewNativeModel(RandomExact1::Make(shape, Extremes::kNone, 1), GetParam());
  const auto predictor = model->NewPredictor(1);
  std::vector<int16_t> logits(50);
  for (const int32_t token : {-1, 51}) {
    EXPECT_THROW(predictor->Run(kLane, 1, &token, logits.data()), std::logic_error);
  }
  const int32_t token = 50;
  for (const int lane : {-1, 1}) {
    EXPECT_THROW(predictor->Run({&lane, 1}, 1, &token, logits.data()), std::logic_error);
    EXPECT_THROW(predictor->Reset(lane), std::logic_error);
  }
}

TEST_P(EngineTest, PeakIsPlausible) {
  EXPECT_GT(MeasureInt8Peak(GetParam()), 1e7);
  EXPECT_LT(MeasureInt8Peak(GetParam()), 1e14);
}

INSTANTIATE_TEST_SUITE_P(Isa, EngineTest,
                         testing::ValuesIn(AvailableIsas().begin(), AvailableIsas().end()),
                         [](const auto& test) { return std::string(IsaName(test.param)); });

}  // namespace
}  // namespace lmzip
