// What references are made of: pieces of the samples, apart, no more than was asked for, the same
// every time, and such as help.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "lmzip/choose_reference.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::FromText;
using testing::Random;
using testing::UniformBytes;
using testing::WordyBytes;

TEST(ChooseReference, TakesPiecesThatAreThere) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::vector<Bytes> samples(Below(random, 30));
    uint64_t all = 0;
    for (Bytes& sample : samples) {
      const size_t bytes = Below(random, Below(random, 4) ? 600 : 20000);
      sample = Below(random, 3) ? WordyBytes(bytes, 1) : UniformBytes(bytes, random());
      all += bytes;
    }
    const uint64_t size = 1 + Below(random, 30000);
    const auto pieces = ChooseReference(samples, size);
    uint64_t chosen = 0;
    std::multimap<size_t, std::pair<uint64_t, uint64_t>> places;
    for (const ReferencePiece& piece : pieces) {
      ASSERT_LT(piece.sample, samples.size());
      ASSERT_GT(piece.bytes, 0u);
      ASSERT_LE(piece.begin + piece.bytes, samples[piece.sample].size());
      for (auto [at, end] = places.equal_range(piece.sample); at != end; ++at) {
        ASSERT_TRUE(piece.begin >= at->second.second ||
                    piece.begin + piece.bytes <= at->second.first);
      }
      places.insert({piece.sample, {piece.begin, piece.begin + piece.bytes}});
      chosen += piece.bytes;
    }
    ASSERT_EQ(chosen, std::min(size, all));
    const auto again = ChooseReference(samples, size);
    ASSERT_TRUE(
        std::ranges::equal(pieces, again, [](const ReferencePiece& a, const ReferencePiece& b) {
          return a.sample == b.sample && a.begin == b.begin && a.bytes == b.bytes;
        }));
  }
}

// A record of each form is taken before a second one of any.
TEST(ChooseReference, PrefersWhatManyHaveAndNoPieceHasYet) {
  std::vector<Bytes> samples;
  for (int i = 0; i < 90; ++i) {
    samples.push_back(FromText("{\"customer\": " + std::to_string(i * 7919) +
                               ", \"currency\": \"EUR\", \"positions\": []}"));
    if (i % 3 == 0)
      samples.push_back(
          FromText("<entry><title>news " + std::to_string(i) + "</title><body/></entry>"));
    if (i % 30 == 0) samples.push_back(UniformBytes(80, uint64_t(i)));
  }
  const auto pieces = ChooseReference(samples, 150);
  ASSERT_GE(pieces.size(), 2u);
  EXPECT_EQ(samples[pieces.back().sample][0], '{');  // the best one is the nearest
  EXPECT_EQ(samples[pieces[pieces.size() - 2].sample][0], '<');
}

TEST(ChooseReference, CutsBehindLines) {
  Bytes lines;
  while (lines.size() < 20000) {
    const Bytes line = FromText("line " + std::to_string(lines.size()) + " of many\n");
    lines.insert(lines.end(), line.begin(), line.end());
  }
  const auto pieces = ChooseReference({{lines}}, lines.size());
  EXPECT_GT(pieces.size(), 4u);
  for (const ReferencePiece& piece : pieces) EXPECT_EQ(lines[piece.begin + piece.bytes - 1], '\n');
}

}  // namespace
}  // namespace lmzip
