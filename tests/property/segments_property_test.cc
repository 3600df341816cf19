// Lists of typed segments: what is written is read, and no list does harm.
#include <gtest/gtest.h>

#include "lmzip/error.h"
#include "segments/segment_list.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

TypedSegment SomeSegment(Random& random) {
  TypedSegment segment;
  segment.kind = DataKind{static_cast<uint8_t>(1 + Below(random, kDataKinds - 1))};
  segment.level = ModelLevel{static_cast<uint8_t>(Below(random, kModelLevels))};
  const bool picture = segment.kind == DataKind::kPicture;
  if (HasSamples(segment.kind)) {
    segment.channels = static_cast<uint8_t>(1 + Below(random, kMaxChannels));
    segment.bits = static_cast<uint8_t>(8 * (1 + Below(random, 4)));
    if (picture && Below(random, 8) == 0) segment.bits = 1;
    segment.big_endian = Below(random, 2) == 0;
    segment.is_signed = Below(random, 2) == 0;
    segment.is_float = segment.bits == 32 && Below(random, 2) == 0;
    segment.is_palette = Below(random, 2) == 0;
  }
  if (HasRows(segment.kind)) {
    segment.row_bytes =
        static_cast<uint32_t>(1 + Below(random, Below(random, 2) ? 3000 : kMaxRowBytes));
  }
  if (segment.kind == DataKind::kTable) {
    segment.layout = Layout{static_cast<uint8_t>(Below(random, kLayouts))};
  }
  if (segment.kind == DataKind::kProgram) {
    segment.machine = Machine{static_cast<uint8_t>(Below(random, kMachines))};
  }
  return segment;
}

// At least one; together with what is between them, in `coded_bytes`.
std::vector<TypedSegment> SomeSegments(Random& random, uint64_t& coded_bytes) {
  std::vector<TypedSegment> segments(1 + Below(random, 20));
  coded_bytes = 0;
  for (TypedSegment& segment : segments) {
    segment = SomeSegment(random);
    segment.begin = coded_bytes + (Below(random, 2) ? Below(random, 100000) : 0);
    segment.length = kMinTypedSegmentBytes + Below(random, 1 << 20);
    coded_bytes = segment.end();
  }
  coded_bytes += Below(random, 2) ? Below(random, 1000) : 0;
  return segments;
}

TEST(Segments, AreReadAsTheyWereWritten) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    uint64_t coded_bytes = 0;
    const auto segments = SomeSegments(random, coded_bytes);
    const Bytes list = EncodeSegments(segments, coded_bytes);
    ASSERT_LE(list.size(), kMaxSegmentListBytes);
    ASSERT_EQ(DecodeSegments(list, coded_bytes), segments);
    for (const TypedSegment& segment : segments) ASSERT_FALSE(Describe(segment).empty());
  }
}

// A list that is accepted is as it would have been written: nothing can be said in two ways.
TEST(Segments, DamagedListsAreRefusedOrSayWhatTheyWouldBeWrittenFrom) {
  size_t accepted = 0, refused = 0;
  for (uint64_t seed = 1; seed <= 20000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    uint64_t coded_bytes = 0;
    const auto written = SomeSegments(random, coded_bytes);
    Bytes list = EncodeSegments(written, coded_bytes);
    if (Below(random, 4) == 0) list.resize(Below(random, list.size()));
    if (!list.empty()) list[Below(random, list.size())] = static_cast<uint8_t>(Below(random, 256));
    if (Below(random, 4) == 0) coded_bytes = Below(random, coded_bytes + 1);
    try {
      const auto segments = DecodeSegments(list, coded_bytes);
      ++accepted;
      ASSERT_EQ(EncodeSegments(segments, coded_bytes), list);
    } catch (const Error& e) {
      ++refused;
      ASSERT_TRUE(e.code() == ErrorCode::kCorrupt || e.code() == ErrorCode::kUnsupported)
          << e.what();
    }
  }
  EXPECT_GT(accepted, 1000u);
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace lmzip
