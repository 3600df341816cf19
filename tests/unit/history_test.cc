#include "mixer/history.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace lmzip {
namespace {

/// What is coded, position by position, and where the run before each begins.
struct Oracle {
  std::vector<bool> coded;
  std::vector<size_t> run_begin;  // of position + 1
};

void ExpectSame(const History& history, const Oracle& oracle, size_t block, size_t lanes) {
  ASSERT_EQ(history.block_begin(), block);
  for (size_t position = 0; position < oracle.coded.size(); ++position) {
    ASSERT_EQ(history.Readable(position), oracle.coded[position])
        << position << ", lanes " << lanes;
    if (!oracle.coded[position]) continue;
    const size_t run = position < block ? 0 : oracle.run_begin[position];
    ASSERT_EQ(history.RunBegin(position + 1), run) << position << ", lanes " << lanes;
  }
  EXPECT_EQ(history.RunBegin(0), 0u);
  EXPECT_FALSE(history.Readable(oracle.coded.size()));
}

// Blocks, then steps, then lanes (FORMAT.md 4); after every step all is compared.
void CodeAndCompare(size_t size, size_t lanes, size_t segment) {
  const std::vector<uint8_t> content(size);
  History history(content, static_cast<int>(lanes));
  Oracle oracle{std::vector<bool>(size), std::vector<size_t>(size)};
  for (size_t block = 0; block < size; block += lanes * segment) {
    const size_t bytes = std::min(size - block, lanes * segment);
    const size_t steps = (bytes + lanes - 1) / lanes;
    const auto begin = [&](size_t lane) { return block + std::min(lane * steps, bytes); };
    for (size_t lane = 0; lane < lanes; ++lane) {
      history.StartSegment(static_cast<int>(lane), begin(lane), begin(lane + 1));
      ASSERT_NO_FATAL_FAILURE(ExpectSame(history, oracle, block, lanes));
    }
    for (size_t step = 0; step < steps; ++step) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        const size_t position = begin(lane) + step;
        if (position >= begin(lane + 1)) continue;
        history.Advance(static_cast<int>(lane));
        oracle.coded[position] = true;
        oracle.run_begin[position] = lane == 0 ? 0 : begin(lane);
      }
      ASSERT_NO_FATAL_FAILURE(ExpectSame(history, oracle, block, lanes));
    }
  }
}

TEST(HistoryTest, ReadsWhatLanesHaveCoded) {
  for (const size_t lanes : {1, 2, 7, 64}) {
    for (const size_t segment : {1, 2, 5, 16}) {
      for (const size_t size : {size_t{1}, size_t{2}, lanes - 1, lanes, lanes + 1, lanes * segment,
                                lanes * segment + 1, 2 * lanes * segment + lanes / 2 + 1}) {
        if (size > 0 && size < 600) CodeAndCompare(size, lanes, segment);
      }
    }
  }
}

TEST(HistoryTest, ReadsZeroWhereNothingIsCoded) {
  const std::vector<uint8_t> content = {1, 2, 3, 4};
  History history(content, 2);
  history.StartSegment(0, 0, 2);
  history.StartSegment(1, 2, 4);
  history.Advance(1);
  EXPECT_EQ(history.At(0), 0);
  EXPECT_EQ(history.At(2), 3);
  EXPECT_EQ(history.At(3), 0);
}

}  // namespace
}  // namespace lmzip
