// Every kernel set computes what the portable one does, however the work is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "engine/native.h"
#include "engine/packed.h"
#include "support/random_exact1.h"

namespace lmzip {
namespace {

constexpr uint64_t kSeed = 20240229;

struct Case {
  Exact1Shape shape;
  int tokens;  // of each stream; more than the window where that is affordable
};

std::vector<Case> Cases() {
  return {
      {{64, 1, 64, 1, 2, {}}, 40},
      {{64, 1, 64, 2, 17, {{1, 2, 4}}}, 40},
      {{64, 2, 128, 31, 256, {{2, 1024, 12}, {3, 64, 52}}}, 150},
      {{128, 2, 64, 32, 256, {{8, 4096, 4}}}, 150},
      {{128,
        1,
        192,
        33,
        257,
        {{1, 16, 4},
         {2, 16, 8},
         {3, 16, 12},
         {4, 16, 16},
         {5, 16, 20},
         {6, 16, 24},
         {7, 16, 28},
         {8, 16, 16}}},
       150},
      {{192, 3, 576, 128, 256, {{2, 256, 48}, {3, 256, 48}, {4, 256, 48}, {5, 256, 48}}}, 300},
      {{256, 1, 64, 63, 63, {{4, 65536, 36}}}, 150},
      {{320, 1, 320, 64, 100, {}}, 150},
      {{384, 1, 128, 65, 1000, {{5, 2, 100}}}, 150},
      {{448, 1, 64, 100, 15, {}}, 220},
      {{128, 1, 64, 511, 33, {}}, 1100},
      {{64, 1, 64, 512, 16, {}}, 1100},
      {{64, 1, 2048, 16, 5, {}}, 60},
      {{1024, 1, 1984, 20, 300, {{3, 64, 1000}}}, 30},
      {{4096, 1, 2048, 7, 40, {}}, 12},
  };
}

std::vector<int32_t> RandomStream(int count, int vocabulary, Random& random) {
  std::vector<int32_t> tokens = {vocabulary};
  // Few distinct tokens, so that contexts repeat.
  const int used = std::min(vocabulary, 6);
  while (std::ssize(tokens) < count) tokens.push_back(random.Between(0, used - 1));
  return tokens;
}

/// The logits of a whole stream, from a predictor of its own.
std::vector<int16_t> Whole(const Model& model, const std::vector<int32_t>& tokens) {
  std::vector<int16_t> logits(tokens.size() * model.vocabulary());
  const int lane[] = {0};
  model.NewPredictor(1)->Run(lane, static_cast<int>(tokens.size()), tokens.data(), logits.data());
  return logits;
}

/// Streams of one length that run in the lanes of one predictor, in calls of any shape.
class Interleaved {
 public:
  Interleaved(const Model& model, const std::vector<std::vector<int32_t>>& streams, Random& random)
      : vocabulary_(model.vocabulary()),
        streams_(streams),
        predictor_(model.NewPredictor(static_cast<int>(streams.size()))),
        done_(streams.size()),
        logits_(streams.size()),
        random_(random) {}

  const std::vector<std::vector<int16_t>>& Run() {
    AbandonAStream();
    while (*std::min_element(done_.begin(), done_.end()) < Length()) RunSome();
    return logits_;
  }

 private:
  int Length() const { return static_cast<int>(streams_[0].size()); }

  /// Leaves keys and values in every lane's cache.
  void AbandonAStream() {
    std::vector<int> lanes(streams_.size());
    std::iota(lanes.begin(), lanes.end(), 0);
    std::vector<int32_t> tokens(lanes.size() * Length(), 0);
    std::vector<int16_t> ignored(tokens.size() * vocabulary_);
    predictor_->Run(lanes, Length(), tokens.data(), ignored.data());
    for (int lane : lanes) predictor_->Reset(lane);
  }

  /// A few lanes, in any order, take as many tokens each.
  void RunSome() {
    std::vector<int> lanes;
    for (int lane = 0; lane < std::ssize(streams_); ++lane) {
      if (done_[lane] < Length() && !random_.OneIn(3)) {
        lanes.insert(lanes.begin() + random_.Between(0, static_cast<int>(lanes.size())), lane);
      }
    }
    if (lanes.empty()) return;
    int count = random_.OneIn(2) ? 1 : random_.Between(1, 40);
    for (int lane : lanes) count = std::min(count, Length() - done_[lane]);

    std::vector<int32_t> tokens;
    for (int lane : lanes) {
      const auto first = streams_[lane].begin() + done_[lane];
      tokens.insert(tokens.end(), first, first + count);
    }
    std::vector<int16_t> logits(tokens.size() * vocabulary_);
    predictor_->Run(lanes, count, tokens.data(), logits.data());
    const int row_size = count * vocabulary_;
    for (size_t i = 0; i < lanes.size(); ++i) {
      const auto first = logits.begin() + static_cast<ptrdiff_t>(i) * row_size;
      logits_[lanes[i]].insert(logits_[lanes[i]].end(), first, first + row_size);
      done_[lanes[i]] += count;
    }
  }

  const int vocabulary_;
  const std::vector<std::vector<int32_t>>& streams_;
  const std::unique_ptr<Predictor> predictor_;
  std::vector<int> done_;
  std::vector<std::vector<int16_t>> logits_;
  Random& random_;
};

TEST(VectorKernels, ComputeWhatPortableOnesDo) {
  uint64_t seed = kSeed;
  for (const Case& c : Cases()) {
    for (const Extremes extremes :
         {Extremes::kNone, Extremes::kSome, Extremes::kSome, Extremes::kSome, Extremes::kAll}) {
      SCOPED_TRACE(Describe(c.shape) + ", seed " + std::to_string(++seed));
      Random random(seed);
      const auto weights = RandomExact1::Make(c.shape, extremes, seed);
      const auto tokens = RandomStream(c.tokens, c.shape.vocabulary, random);
      const auto expected = Whole(*NewNativeModel(weights, Isa::kPortable), tokens);
      for (const Isa isa : AvailableIsas().subspan(1)) {
        ASSERT_EQ(Whole(*NewNativeModel(weights, isa), tokens), expected) << IsaName(isa);
      }
    }
  }
}

// Inputs of a product, each quad of which is all 0 with the given chance; at most 127.
std::vector<uint8_t> SparseInputs(int count, int percent_zero, Random& random) {
  std::vector<uint8_t> inputs(count);
  for (int i = 0; i < count; i += 4) {
    if (random.Between(0, 99) < percent_zero) continue;
    for (int j = 0; j < 4; ++j) {
      inputs[i + j] = static_cast<uint8_t>(random.OneIn(4) ? 127 : random.Between(0, 2));
    }
  }
  return inputs;
}

TEST(VectorKernels, SkipInputsThatAreZeroWithoutADifference) {
  Random random(kSeed);
  for (const Case& c : Cases()) {
    if (c.shape.width > 1024) continue;
    const auto weights = RandomExact1::Make(c.shape, Extremes::kSome, random.Next());
    const PackedWeights reference(weights, PortableKernels());
    for (const Isa isa : AvailableIsas().subspan(1)) {
      const PackedWeights packed(weights, KernelsFor(isa));
      for (const int percent_zero : {0, 10, 20, 25, 30, 45, 50, 55, 60, 80, 90, 97, 100}) {
        const int rows = random.Between(1, kMaxBatchRows);
        SCOPED_TRACE(Describe(c.shape) + ", rows " + std::to_string(rows) + ", " + IsaName(isa));
        const auto inputs = SparseInputs(rows * c.shape.hidden, percent_zero, random);
        std::vector<int32_t> x(rows * c.shape.width);
        for (int32_t& value : x) value = random.Between(-kMaxResidual, kMaxResidual);
        auto expected = x;
        PortableKernels().AddProduct(reference.layers()[0].down, rows, inputs.data(),
                                     expected.data());
        packed.kernels().AddSparseProduct(packed.layers()[0].down, rows, inputs.data(), x.data());
        ASSERT_EQ(x, expected) << percent_zero;
      }
    }
  }
}

class EveryIsa : public testing::TestWithParam<Isa> {};

TEST_P(EveryIsa, GivesTheSameHoweverStreamsAreCut) {
  uint64_t seed = kSeed + 1000;
  for (const Case& c : Cases()) {
    if (c.shape.width > 512) continue;
    SCOPED_TRACE(Describe(c.shape) + ", seed " + std::to_string(++seed));
    Random random(seed);
    const auto weights = RandomExact1::Make(c.shape, Extremes::kNone, seed);
    const auto model = NewNativeModel(weights, GetParam());
    std::vector<std::vector<int32_t>> streams;
    for (int lane = random.Between(1, 20); lane > 0; --lane) {
      streams.push_back(RandomStream(c.tokens / 2, c.shape.vocabulary, random));
    }
    Interleaved interleaved(*model, streams, random);
    const auto& logits = interleaved.Run();
    for (size_t lane = 0; lane < streams.size(); ++lane) {
      ASSERT_EQ(logits[lane], Whole(*model, streams[lane])) << "lane " << lane;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engine, EveryIsa,
                         testing::ValuesIn(AvailableIsas().begin(), AvailableIsas().end()),
                         [](const auto& test) { return std::string(IsaName(test.param)); });

// The comparisons above would mean little if logits were constant or all clamped.
TEST(RandomModels, HaveManyDistinctLogitsUnlessExtreme) {
  for (const Case& c : Cases()) {
    if (c.shape.vocabulary < 100) continue;
    SCOPED_TRACE(Describe(c.shape));
    Random random(kSeed);
    const auto weights = RandomExact1::Make(c.shape, Extremes::kNone, kSeed);
    const auto logits = Whole(*NewNativeModel(weights, Isa::kPortable),
                              RandomStream(c.tokens, c.shape.vocabulary, random));
    const std::set<int16_t> distinct(logits.begin(), logits.end());
    EXPECT_GT(distinct.size(), 1000u);
    EXPECT_LT(std::count(logits.begin(), logits.end(), int16_t{32767}), std::ssize(logits) / 100);
  }
}

}  // namespace
}  // namespace lmzip
