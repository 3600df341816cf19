// Typed segments beside copies, in samples and in pieces of content: they stay where their data
// are.
#include <gtest/gtest.h>

#include <numeric>

#include "codec/frame_choice.h"
#include "format/format.h"
#include "segments/segment_list.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

constexpr uint64_t kSize = 300000;

// Every byte tells its place.
Bytes Places() {
  Bytes bytes(kSize);
  for (uint64_t i = 0; i < kSize; ++i) {
    bytes[i] = static_cast<uint8_t>((i * 0x9E3779B97F4A7C15u) >> 56);
  }
  return bytes;
}

std::vector<TypedSegment> SomeSegments(Random& random, uint64_t most) {
  std::vector<TypedSegment> segments;
  for (uint64_t position = Below(random, most); position + most + 1000 < kSize;) {
    TypedSegment segment{.kind = DataKind{static_cast<uint8_t>(1 + Below(random, 5))},
                         .begin = position,
                         .length = kMinTypedSegmentBytes + Below(random, most),
                         .row_bytes = static_cast<uint32_t>(1 + Below(random, 300))};
    position = segment.end() + Below(random, 2) * Below(random, most);
    segments.push_back(segment);
  }
  return segments;
}

std::vector<Copy> SomeCopies(Random& random) {
  std::vector<Copy> copies;
  for (uint64_t position = 1000; position < kSize - 20000;) {
    const Copy copy{.gap = Below(random, 10000),
                    .length = kMinCopyBytes + Below(random, 9000),
                    .distance = 1 + Below(random, 500)};
    copies.push_back(copy);
    if (copies.size() == 1) copies.back().gap += 1000;
    position += copy.gap + copy.length;
  }
  return copies;
}

std::string_view Text(ByteView bytes, uint64_t begin, uint64_t length) {
  return {reinterpret_cast<const char*>(bytes.data()) + begin, length};
}

TEST(TypedContent, CopiesLeaveWholeWhatTheyDoNotCopyForTheMostPart) {
  const Bytes content = Places();
  size_t kept = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto segments = SomeSegments(random, 30000);
    const auto copies = CopiesBeside(segments, SomeCopies(random));
    for (const Copy& copy : copies) ASSERT_GE(copy.length, kMinCopyBytes);
    ASSERT_LE(CopiedBytes(copies), kSize);
    const Bytes residue = Residue(content, copies);
    uint64_t end = 0;
    size_t original = 0;
    for (const TypedSegment& segment : SegmentsOfResidue(segments, copies)) {
      ASSERT_GE(segment.begin, end);
      end = segment.end();
      ASSERT_LE(end, residue.size());
      while (segments[original].length != segment.length ||
             Text(content, segments[original].begin, segment.length) !=
                 Text(residue, segment.begin, segment.length)) {
        ASSERT_LT(++original, segments.size());
      }
      ++kept;
    }
  }
  EXPECT_GT(kept, 500u);
}

TEST(TypedContent, GapsAreFilledWhereTheyHaveRoom) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    auto segments = SomeSegments(random, seed % 4 == 0 ? 70 : 30000);
    segments.resize(std::min<size_t>(segments.size(), kMaxTypedSegments - 24));
    const auto filled = FilledWith(DataKind::kQuick, segments, kSize);
    ASSERT_LE(filled.size(), kMaxTypedSegments);
    EXPECT_EQ(DecodeSegments(EncodeSegments(filled, kSize), kSize).size(), filled.size());
    auto kept = segments.begin();
    uint64_t end = 0;
    for (const TypedSegment& segment : filled) {
      if (filled.size() < kMaxTypedSegments) {
        ASSERT_LT(segment.begin - end, kMinTypedSegmentBytes);
      }
      end = segment.end();
      if (kept != segments.end() && segment == *kept) ++kept;
    }
    EXPECT_EQ(kept, segments.end());
  }
  EXPECT_TRUE(FilledWith(DataKind::kQuick, {}, kMinTypedSegmentBytes - 1).empty());
}

TEST(TypedContent, SamplesHaveWholeRows) {
  const Bytes content = Places();
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto segments = SomeSegments(random, 30000);
    std::vector<ByteRange> pieces;
    for (uint64_t position = 0; position < kSize - 60000;) {
      const uint64_t begin = position + Below(random, 30000);
      pieces.push_back({begin, begin + 1 + Below(random, 30000)});
      position = pieces.back().end;
    }
    const ContentSample sample = SampleOf({content, segments}, pieces);
    uint64_t end = 0;
    for (const TypedSegment& segment : sample.segments) {
      ASSERT_GE(segment.begin, end);
      ASSERT_GE(segment.length, kMinTypedSegmentBytes);
      end = segment.end();
      ASSERT_LE(end, sample.bytes.size());
      // Found again, it begins at a row of one that is like it.
      const auto like = std::ranges::find_if(segments, [&](const TypedSegment& other) {
        if (other.kind != segment.kind || other.row_bytes != segment.row_bytes) return false;
        for (uint64_t row = other.begin; row + segment.length <= other.end();
             row += other.row_bytes) {
          if (Text(content, row, segment.length) ==
              Text(sample.bytes, segment.begin, segment.length)) {
            return true;
          }
        }
        return false;
      });
      ASSERT_NE(like, segments.end());
    }
  }
}

TEST(TypedContent, PiecesAddUpAndCutNoMedia) {
  size_t cut = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::vector<TypedCandidate> candidates;
    for (const TypedSegment& segment : SomeSegments(random, 60000)) {
      candidates.push_back({.segment = segment, .guessed = Below(random, 2) == 0});
    }
    const auto lengths = MediaCuts(candidates, kSize, 10000);
    ASSERT_EQ(std::accumulate(lengths.begin(), lengths.end(), uint64_t{0}), kSize);
    uint64_t begin = 0;
    for (const uint64_t length : lengths) {
      ASSERT_GE(length, 10000u);
      begin += length;
      for (const TypedCandidate& candidate : candidates) {
        ASSERT_FALSE(candidate.segment.begin < begin && begin < candidate.segment.end());
      }
    }
    cut += lengths.size() > 1;
  }
  EXPECT_GT(cut, 200u);
}

}  // namespace
}  // namespace lmzip
