// The model set of what must be fast.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "mixer/mixer.h"
#include "support/mixer_cost.h"
#include "support/random_prior.h"

namespace lmzip {
namespace {

using Content = std::vector<uint8_t>;
using testing::CostOf;
using testing::LaneGeometry;

TypedSegment Quick(const Content& bytes) {
  return {.kind = DataKind::kQuick, .level = ModelLevel::kFast, .begin = 0, .length = bytes.size()};
}

// Sentences of few words.
Content Sentences(size_t size, uint32_t seed) {
  const std::string words[] = {"coder", "of",  "bits",   "a",     "range", "the",
                               "lane",  "has", "learns", "frame", "model", "context"};
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) {
    text += words[(random() >> 8) % 12];
    text += (random() >> 8) % 9 == 0 ? ".\n" : " ";
  }
  return {text.begin(), text.begin() + static_cast<ptrdiff_t>(size)};
}

TEST(QuickSet, IsNearlyAsGoodAsTheGeneralSet) {
  const Content text = Sentences(20000, 1);
  const TypedSegment quick = Quick(text);
  EXPECT_LT(CostOf(text, {&quick, 1}).bits, 1.1 * CostOf(text, {}).bits);
}

TEST(QuickSet, RepeatsCostLittle) {
  Content twice = Sentences(20000, 2);
  const TypedSegment once = Quick(twice);
  const double bits = CostOf(twice, {&once, 1}).bits;
  twice.insert(twice.end(), twice.begin(), twice.begin() + 20000);
  const TypedSegment both = Quick(twice);
  EXPECT_LT(CostOf(twice, {&both, 1}).bits, bits + 20000 * 0.05);
}

TEST(QuickSet, NoiseExpandsByLittle) {
  std::mt19937 random(3);
  Content noise(20000);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random() >> 24);
  const TypedSegment quick = Quick(noise);
  EXPECT_LT(CostOf(noise, {&quick, 1}).bits / 160000, 1.02);
}

TEST(QuickSet, ReadsNothingThatIsNotCoded) {
  const Content text = Sentences(9000, 4);
  TypedSegment quick = Quick(text);
  quick.begin = 1000;
  quick.length -= 2000;
  for (const LaneGeometry& geometry : {LaneGeometry{1, 4096}, LaneGeometry{4, 333}}) {
    EXPECT_EQ(CostOf(text, {&quick, 1}, geometry, 0).hash,
              CostOf(text, {&quick, 1}, geometry, 'e').hash);
  }
}

TEST(QuickSet, StartsFromThePrior) {
  const Bytes blob = testing::RandomPrior(64, 1);
  const Prior prior(blob);
  const Content text = Sentences(3000, 5);
  const TypedSegment quick = Quick(text);
  const MixerOptions options{.prior = &prior, .segments = {&quick, 1}};
  EXPECT_NE(CostOf(options, text, {}, 0, {}).hash, CostOf(text, {&quick, 1}).hash);
}

TEST(QuickSet, TakesWhatItSays) {
  const auto memory = [](uint64_t size) {
    KindBytes kinds{};
    kinds[static_cast<size_t>(DataKind::kQuick)] = size;
    return Mixer::MemoryBytes(kinds, 1);
  };
  EXPECT_LT(memory(uint64_t{16} << 20), uint64_t{32} << 20);
  EXPECT_LT(memory(2048), uint64_t{8} << 20);
}

// Bytes would change if these did.
TEST(QuickSet, ProbabilitiesArePinned) {
  const Content text = Sentences(5000, 6);
  const TypedSegment quick = Quick(text);
  EXPECT_EQ(CostOf(text, {&quick, 1}).hash, 858968607331352950u);
  EXPECT_EQ(CostOf(text, {&quick, 1}, {4, 512}).hash, 17508765477060787955u);
}

}  // namespace
}  // namespace lmzip
