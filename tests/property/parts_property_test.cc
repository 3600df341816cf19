// Streams made in parts: joined they are, byte for byte, what one call writes, wherever they are
// divided, and nothing else is taken for a part of them.
#include <gtest/gtest.h>

#include "format/stream_writer.h"
#include "lmzip/stream_joiner.h"
#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Compressed;
using testing::Decompressed;
using testing::ErrorOf;
using testing::Flipped;
using testing::Joined;
using testing::Random;
using testing::RepeatingBytes;
using testing::UniformBytes;

Codec& TinyCodec() {
  static Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 2});
  return codec;
}

Bytes PartOf(ByteView content, ByteRange part, const EncodeOptions& options) {
  MemorySource source(content);
  MemorySink sink;
  const EncodeReport report = TinyCodec().CompressPart(source, part, sink, options);
  EXPECT_EQ(report.raw_bytes, std::min<uint64_t>(part.end, content.size()) - part.begin);
  return sink.Take();
}

Bytes JoinedParts(const std::vector<Bytes>& parts) {
  MemorySink sink;
  StreamJoiner joiner(sink);
  for (const Bytes& part : parts) {
    MemorySource source(part);
    joiner.Add(source);
  }
  const uint64_t coded_bytes = joiner.Finish().coded_bytes;
  EXPECT_EQ(coded_bytes, sink.bytes().size());
  return sink.Take();
}

// Divided anywhere.
std::vector<ByteRange> AnyParts(Random& random, uint64_t bytes, uint64_t frame_bytes) {
  std::vector<ByteRange> parts;
  for (uint64_t begin = 0; begin < bytes || parts.empty();) {
    const uint64_t end = begin + frame_bytes * (1 + Below(random, 4));
    parts.push_back({.begin = begin, .end = end});
    begin = end;
  }
  if (Below(random, 2)) parts.back().end = ByteRange().end;
  return parts;
}

TEST(Parts, JoinedAreWhatOneCallWrites) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Bytes content = RepeatingBytes(random, Below(random, 8) ? 1 + Below(random, 15000) : 0);
    EncodeOptions options;
    options.effort = Effort::kFast;
    options.method = seed % 8 == 0   ? Method::kModelMixed
                     : seed % 8 == 1 ? Method::kStore
                                     : Method::kAuto;
    options.frame_bytes = 400 + Below(random, 5000);
    if (seed % 10 == 0) options.frame_bytes = std::max<uint64_t>(content.size(), 1);
    if (seed % 5 == 0) options.data_kind = "table:20";
    options.window_bytes = Below(random, 4) ? 1 + Below(random, 20000) : 0;
    std::vector<Bytes> parts;
    for (const ByteRange& part : AnyParts(random, content.size(), options.frame_bytes)) {
      parts.push_back(PartOf(content, part, options));
    }
    ASSERT_EQ(JoinedParts(parts), Compressed(TinyCodec(), content, options));
  }
}

TEST(Parts, WithoutAFrameOfTheirOwnAreRefused) {
  const Bytes content = UniformBytes(1000, 1);
  const EncodeOptions options{.effort = Effort::kFast, .frame_bytes = 100};
  for (const ByteRange part : {ByteRange{.begin = 50}, ByteRange{.begin = 0, .end = 150},
                               ByteRange{.begin = 100, .end = 100}, ByteRange{.begin = 1000},
                               ByteRange{.begin = 5000, .end = 5100}}) {
    EXPECT_EQ(ErrorOf([&] { PartOf(content, part, options); }), ErrorCode::kUsage) << part.begin;
  }
}

TEST(Parts, NeedMemoryForWholeFrames) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 1, .memory_bytes = 30 << 20});
  const auto compress = [&](size_t bytes) {
    const Bytes content(bytes, 'a');
    MemorySource source(content);
    NullSink sink;
    constexpr uint64_t kFrameBytes = 64 << 20;
    codec.CompressPart(source, {.begin = 0, .end = kFrameBytes}, sink,
                       {.effort = Effort::kFast, .frame_bytes = kFrameBytes});
  };
  EXPECT_EQ(ErrorOf([&] { compress(100); }), std::nullopt);  // it is all there is
  EXPECT_EQ(ErrorOf([&] { compress(200'000); }), ErrorCode::kLimit);
}

TEST(Parts, OfOtherStreamsAndOthersOrdersAreRefused) {
  Random random(7);
  const Bytes content = RepeatingBytes(random, 6000);
  const EncodeOptions options{.effort = Effort::kFast, .frame_bytes = 1000, .window_bytes = 6000};
  EncodeOptions other = options;
  other.window_bytes = 5000;
  const Bytes first = PartOf(content, {.begin = 0, .end = 2000}, options);
  const Bytes second = PartOf(content, {.begin = 2000, .end = 4000}, options);
  const Bytes third = PartOf(content, {.begin = 4000}, options);
  const Bytes whole = Compressed(TinyCodec(), Bytes(100, 'a'), options);
  EXPECT_EQ(JoinedParts({first, second, third}), Compressed(TinyCodec(), content, options));
  EXPECT_EQ(ErrorOf([&] {
              JoinedParts({first, PartOf(content, {.begin = 2000}, other)});
            }),
            ErrorCode::kUsage);
  EXPECT_EQ(ErrorOf([&] { JoinedParts({first, whole}); }), ErrorCode::kUsage);
  EXPECT_TRUE(ErrorOf([&] { JoinedParts({whole, second}); }));
  EXPECT_EQ(ErrorOf([&] {
              JoinedParts({first, third});
            }),
            ErrorCode::kCorrupt);  // its copies say where it is
  EXPECT_EQ(ErrorOf([&] { JoinedParts({}); }), ErrorCode::kUsage);
  const Bytes two = Joined({second, third});
  EXPECT_TRUE(ErrorOf([&] { JoinedParts({first, two}); }));
  MemorySink empty;  // a stream of no frames, in the long form
  StreamWriter(empty, {.mixer_version = 1}).Finish();
  EXPECT_EQ(JoinedParts({empty.bytes()}), empty.bytes());
  EXPECT_TRUE(ErrorOf([&] { JoinedParts({first, empty.bytes()}); }));
}

TEST(Parts, AreCheckedWhenTheyAreJoined) {
  Random random(9);
  const Bytes content = RepeatingBytes(random, 3000);
  const EncodeOptions options{.effort = Effort::kFast, .frame_bytes = 1000};
  const Bytes first = PartOf(content, {.begin = 0, .end = 1000}, options);
  const Bytes second = PartOf(content, {.begin = 1000}, options);
  for (size_t at = 0; at < second.size(); ++at) {
    EXPECT_THROW(JoinedParts({first, Flipped(second, at, 1)}), Error) << at;
    EXPECT_THROW(JoinedParts({first, Bytes(second.begin(), second.begin() + ptrdiff_t(at))}), Error)
        << at;
  }
}

}  // namespace
}  // namespace lmzip
