// StreamWriter and StreamReader, on stored frames and on coded ones whose data nobody decodes.
#include <gtest/gtest.h>

#include <unistd.h>

#include <thread>

#include "files/descriptor_io.h"
#include "format/stream_reader.h"
#include "format/stream_writer.h"
#include "lmzip/memory_io.h"
#include "support/damage.h"
#include "support/forged.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Cut;
using testing::ErrorOf;
using testing::Flipped;
using testing::FromText;
using testing::IsBadInput;
using testing::Joined;
using testing::UniformBytes;
using testing::Without;

const StreamHeader kSomeModel{.model_id = {{1, 2, 3, 4, 5, 6, 7, 8}}, .mixer_version = 3};

Bytes StoredFrame(ByteView content) {
  const FrameHeader header{.kind = FrameKind::kStored,
                           .raw_bytes = content.size(),
                           .data_bytes = content.size(),
                           .geometry = {}};
  Bytes bytes;
  AppendFrameHeader(header, bytes);
  for (uint32_t check : UnitChecks(content, header.unit_bytes())) AppendLe(check, bytes);
  bytes.insert(bytes.end(), content.begin(), content.end());
  return bytes;
}

Bytes SkippableFrame(uint8_t kind, ByteView payload) {
  Bytes bytes;
  AppendFrameHeader(
      {.kind = FrameKind{kind}, .raw_bytes = payload.size(), .data_bytes = 0, .geometry = {}},
      bytes);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

Bytes Stream(const StreamHeader& header, const std::vector<Bytes>& contents) {
  MemorySink sink;
  StreamWriter writer(sink, header);
  for (const Bytes& content : contents) {
    writer.WriteFrame({.kind = FrameKind::kStored,
                       .raw_bytes = content.size(),
                       .data_bytes = content.size(),
                       .geometry = {}},
                      UnitChecks(content, kMinUnitBytes), content);
  }
  writer.Finish();
  EXPECT_EQ(writer.bytes_written(), sink.bytes().size());
  return sink.bytes();
}

Bytes ShortStream(ByteView content) {
  MemorySink sink;
  const FrameHeader frame{
      .kind = FrameKind::kStored, .raw_bytes = content.size(), .data_bytes = content.size()};
  const uint64_t written =
      WriteShortStream(sink, {.only_frame = frame}, UnitCheck(content), content);
  EXPECT_EQ(written, sink.bytes().size());
  return sink.bytes();
}

const StreamHeader kShortCoded{
    .model_id = {.bytes = {0xc0, 0xff, 0xee, 0x11}, .size = kShortFormIdBytes},
    .mixer_version = 5,
    .only_frame = FrameHeader{.kind = FrameKind::kModelMixed, .raw_bytes = 300, .data_bytes = 71}};

struct Outcome {
  std::vector<Bytes> contents;  // of the frames read before the error
  std::optional<ErrorCode> error;
  std::string message;
};

Outcome ReadAll(ByteSource& source) {
  Outcome outcome;
  StreamReader reader(source);
  try {
    while (const auto frame = reader.Next()) {
      outcome.contents.push_back(reader.ReadPayload().data);
      EXPECT_EQ(frame->index + 1, outcome.contents.size());
    }
  } catch (const Error& e) {
    outcome.error = e.code();
    outcome.message = e.what();
  }
  return outcome;
}

Outcome ReadAll(const Bytes& bytes) {
  MemorySource source(bytes);
  return ReadAll(source);
}

// Every content frame that can be found; how often the reader had to look for one in `searches`.
// As if every payload were found to be damaged, when `inside_payloads`.
std::vector<Bytes> Recover(const Bytes& bytes, int& searches, bool inside_payloads = false) {
  MemorySource source(bytes);
  StreamReader reader(source, inside_payloads);
  std::vector<Bytes> contents;
  for (searches = 0;;) {
    try {
      const auto frame = reader.Next();
      if (!frame) return contents;
      contents.push_back(reader.ReadPayload().data);
    } catch (const Error&) {
      ++searches;
      if (!reader.Resynchronize(inside_payloads)) return contents;
    }
  }
}

const std::vector<Bytes> kContents = {FromText("one"), UniformBytes(700, 1), FromText("three")};

TEST(Stream, RoundTrip) {
  const Outcome outcome = ReadAll(Stream(kSomeModel, kContents));
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.contents, kContents);
}

TEST(Stream, EmptyStreamIsTwentyBytes) {
  const Bytes bytes = Stream({}, {});
  EXPECT_EQ(bytes.size(), 20u);
  EXPECT_EQ(ReadAll(bytes).error, std::nullopt);
  EXPECT_TRUE(ReadAll(bytes).contents.empty());
}

TEST(Stream, WriterEqualsTheLayout) {
  const Bytes content = FromText("hello");
  Bytes expected;
  AppendStreamHeader(kSomeModel, expected);
  const Bytes frame = StoredFrame(content);
  expected.insert(expected.end(), frame.begin(), frame.end());
  Bytes covered;  // length, then payload: checks and data
  AppendLe(uint64_t{5}, covered);
  covered.insert(covered.end(), frame.begin() + 4, frame.end());
  expected.push_back(0x00);
  AppendLe(static_cast<uint32_t>(Xxh3(covered)), expected);
  EXPECT_EQ(Stream(kSomeModel, {content}), expected);
}

// The examples of FORMAT.md 7.
TEST(Stream, DocumentedExamples) {
  EXPECT_EQ(Hex(Stream({}, {FromText("hello\n")})),
            "d14c5a400000000000000000006fee"
            "0106d3b52a46a2ab68656c6c6f0a"
            "002c408e5e");
  EXPECT_EQ(Hex(ShortStream(FromText("hello\n"))), "d14c5a4906f71fe72da368656c6c6f0a");
  EXPECT_EQ(Hex(ShortStream({})), "d14c5a49003e147dae33");
  Bytes header;
  AppendStreamHeader(kShortCoded, header);
  EXPECT_EQ(Hex(header), "d14c5a4c05c0ffee11ac024724");
  Bytes headers;
  AppendFrameHeader({.kind = FrameKind::kModel,
                     .raw_bytes = 1000,
                     .data_bytes = 200,
                     .geometry = {.lanes_log2 = 0, .segment_log2 = 16}},
                    headers);
  AppendFrameHeader({.kind = FrameKind::kModelMixed,
                     .raw_bytes = 16 << 20,
                     .data_bytes = 3000000,
                     .geometry = {.lanes_log2 = 2, .segment_log2 = 14}},
                    headers);
  EXPECT_EQ(Hex(headers),
            "02e807c80180e6cd"
            "0480808008c08db701721840");
}

TEST(ShortStream, RoundTrip) {
  for (size_t size : {0, 1, 127, 128, 16384, 65535}) {
    const Bytes content = UniformBytes(size, size);
    const Bytes bytes = ShortStream(content);
    EXPECT_LE(bytes.size(), size + 12);
    const Outcome outcome = ReadAll(bytes);
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.contents, size > 0 ? std::vector<Bytes>{content} : std::vector<Bytes>{});
  }
}

// As a frame of the one unit whose check is that of the content.
TEST(ShortStream, IsAFrameToItsReader) {
  MemorySink sink;
  const Bytes data = UniformBytes(71, 1);
  WriteShortStream(sink, kShortCoded, 0x1234567, data);
  MemorySource source(sink.bytes());
  StreamReader reader(source);
  const auto frame = reader.Next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->header.kind, FrameKind::kModelMixed);
  EXPECT_EQ(frame->header.raw_bytes, 300u);
  EXPECT_EQ(frame->header.geometry, Geometry{});
  EXPECT_EQ(frame->offset, 0u);
  EXPECT_EQ(frame->payload_offset, 13u);
  EXPECT_EQ(Hex(reader.stream_header().model_id), "c0ffee11");
  const FramePayload payload = reader.ReadPayload();
  EXPECT_EQ(payload.data, data);
  EXPECT_EQ(payload.checks, std::vector<uint32_t>{0x1234567});
  EXPECT_FALSE(reader.Next());
  EXPECT_EQ(reader.offset(), sink.bytes().size());
}

TEST(ShortStream, StandsAmongOthersAndZeros) {
  const Bytes zeros(700);
  const Bytes all = Joined({ShortStream(kContents[0]), ShortStream({}), zeros,
                            Stream(kSomeModel, {kContents[1]}), ShortStream(kContents[2]), zeros});
  const Outcome outcome = ReadAll(all);
  EXPECT_EQ(outcome.error, std::nullopt) << outcome.message;
  EXPECT_EQ(outcome.contents, kContents);
  MemorySource source(all);
  StreamReader reader(source);
  std::vector<uint64_t> streams;
  while (const auto frame = reader.Next()) {
    streams.push_back(frame->stream);
    reader.SkipPayload();
  }
  EXPECT_EQ(streams, (std::vector<uint64_t>{0, 2, 3}));
  EXPECT_EQ(ReadAll(Joined({ShortStream(kContents[0]), FromText("x")})).error, ErrorCode::kCorrupt);
}

// Behind the data an input may end; what it lacks before is missed.
TEST(ShortStream, CutsAndDamageAreNoticed) {
  for (const Bytes& content : {Bytes{}, FromText("hello\n"), UniformBytes(200, 2)}) {
    const Bytes bytes = ShortStream(content);
    const auto is_noticed = [&](const Bytes& damaged) {
      MemorySource source(damaged);
      StreamReader reader(source);
      const auto error = ErrorOf([&] {
        while (const auto frame = reader.Next()) {
          const FramePayload payload = reader.ReadPayload();
          if (payload.data.size() < frame->header.data_bytes) {
            throw Error(ErrorCode::kTruncated, "cut");
          }
          CompareCheck(payload.data, payload.checks[0]);
        }
      });
      return IsBadInput(error);
    };
    EXPECT_FALSE(is_noticed(bytes));
    for (size_t cut = 0; cut < bytes.size(); ++cut) ASSERT_TRUE(is_noticed(Cut(bytes, cut))) << cut;
    for (size_t at = 0; at < bytes.size(); ++at) {
      for (int mask = 1; mask < 256; ++mask) {
        ASSERT_TRUE(is_noticed(Flipped(bytes, at, static_cast<uint8_t>(mask))))
            << at << " " << mask;
      }
      ASSERT_TRUE(is_noticed(Without(bytes, at, 1))) << at;
    }
  }
}

TEST(Stream, ConcatenatedStreamsAreReadOneAfterTheOther) {
  const Bytes both =
      Joined({Stream(kSomeModel, {kContents[0]}), Stream({}, {}), Stream({}, {kContents[1]})});
  MemorySource source(both);
  StreamReader reader(source);
  auto frame = reader.Next();
  EXPECT_EQ(frame->stream, 0u);
  EXPECT_TRUE(reader.stream_header().needs_model());
  reader.ReadPayload();
  frame = reader.Next();
  EXPECT_EQ(frame->stream, 2u);
  EXPECT_EQ(frame->index, 1u);
  EXPECT_EQ(frame->raw_offset, 3u);
  EXPECT_FALSE(reader.stream_header().needs_model());
  reader.ReadPayload();
  EXPECT_FALSE(reader.Next());
  EXPECT_EQ(reader.streams(), 3u);
  EXPECT_EQ(reader.offset(), both.size());
}

TEST(Stream, ZeroPaddingBehindAStreamIsAccepted) {
  const Bytes stream = Stream({}, {kContents[0]});
  for (size_t zeros : {1, 511, 1037, 1038, 1039, 70000}) {
    const Bytes padding(zeros);
    EXPECT_EQ(ReadAll(Joined({stream, padding})).error, std::nullopt) << zeros;
    const Outcome two = ReadAll(Joined({stream, padding, stream, padding}));
    EXPECT_EQ(two.error, std::nullopt) << zeros;
    EXPECT_EQ(two.contents.size(), 2u);
  }
  EXPECT_EQ(ReadAll(Joined({Bytes{0}, stream})).error, ErrorCode::kBadMagic);
}

TEST(Stream, TrailingBytesAreAnErrorBehindTheContent) {
  for (const Bytes& trailing :
       {FromText("x"), FromText("a longer tail"), Bytes{0, 0, 7}, UniformBytes(3000, 2)}) {
    const Outcome outcome = ReadAll(Joined({Stream({}, kContents), trailing}));
    EXPECT_EQ(outcome.error, ErrorCode::kCorrupt);
    EXPECT_EQ(outcome.contents, kContents);
  }
}

TEST(Stream, SkippableFramesAreSkipped) {
  const Bytes header = Cut(Stream({}, {}), 15);
  const Bytes whole = Stream({}, {kContents[1]});
  const Bytes frame_and_end(whole.begin() + 15, whole.end());
  for (size_t size : {0, 1, 5000}) {
    const Bytes skippable = SkippableFrame(0x55, UniformBytes(size, 3));
    const Outcome outcome = ReadAll(Joined({header, skippable, frame_and_end}));
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.contents, (std::vector<Bytes>{kContents[1]}));
  }
  EXPECT_EQ(ReadAll(Joined({header, Cut(SkippableFrame(0x40, Bytes(100)), 60)})).error,
            ErrorCode::kTruncated);
}

TEST(Stream, EveryCutIsTruncated) {
  const Bytes bytes = Stream(kSomeModel, kContents);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    ASSERT_EQ(ReadAll(Cut(bytes, cut)).error, ErrorCode::kTruncated) << cut;
  }
}

TEST(Stream, EveryDamagedByteIsNoticed) {
  const Bytes bytes = Stream(kSomeModel, kContents);
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int mask = 1; mask < 256; mask = 2 * mask + (mask == 16)) {
      ASSERT_TRUE(IsBadInput(ReadAll(Flipped(bytes, at, static_cast<uint8_t>(mask))).error))
          << "byte " << at << ", mask " << mask;
    }
  }
}

TEST(Stream, RemovedBytesAreNoticed) {
  const Bytes bytes = Stream(kSomeModel, kContents);
  for (size_t at = 0; at < bytes.size(); ++at) {
    ASSERT_TRUE(IsBadInput(ReadAll(Without(bytes, at, 1)).error)) << at;
  }
}

TEST(Stream, SwappedFramesAreNoticed) {
  const Bytes bytes = Stream({}, {kContents[0], kContents[2]});
  const Bytes first = StoredFrame(kContents[0]), second = StoredFrame(kContents[2]);
  const Bytes swapped = Joined({Cut(bytes, 15), second, first, ByteView(bytes).last(5)});
  ASSERT_EQ(swapped.size(), bytes.size());
  EXPECT_EQ(ReadAll(swapped).error, ErrorCode::kCorrupt);
}

TEST(Stream, ErrorsSayWhere) {
  const Bytes bytes = Stream({}, kContents);
  const size_t second = 15 + StoredFrame(kContents[0]).size();
  const Outcome outcome = ReadAll(Flipped(bytes, second + 1, 1));
  EXPECT_NE(outcome.message.find("frame 1 at byte " + std::to_string(second)), std::string::npos)
      << outcome.message;
}

// Skipping payloads reads as little and finds the same frames.
TEST(Stream, SkipPayloadWalksTheHeaders) {
  Bytes bytes = Stream({}, kContents);
  bytes = Flipped(bytes, bytes.size() - 1, 1);  // the end's check: not verifiable then
  MemorySource source(bytes);
  StreamReader reader(source);
  uint64_t raw_bytes = 0;
  while (const auto frame = reader.Next()) {
    EXPECT_EQ(frame->raw_offset, raw_bytes);
    raw_bytes += frame->header.raw_bytes;
    reader.SkipPayload();
  }
  EXPECT_EQ(raw_bytes, 708u);
  EXPECT_EQ(reader.raw_bytes(), 708u);
}

TEST(Resynchronize, FindsTheFrameBehindADamagedHeader) {
  const Bytes bytes = Stream({}, kContents);
  const size_t second = 15 + StoredFrame(kContents[0]).size();
  for (size_t at = second; at < second + 5; ++at) {
    int searches;
    EXPECT_EQ(Recover(Flipped(bytes, at, 0xff), searches),
              (std::vector<Bytes>{kContents[0], kContents[2]}));
    EXPECT_EQ(searches, 1);
  }
}

TEST(Resynchronize, FindsFramesBehindADamagedStreamHeader) {
  const Bytes bytes = Stream(kSomeModel, kContents);
  for (size_t at = 0; at < 15; ++at) {
    int searches;
    EXPECT_EQ(Recover(Flipped(bytes, at, 0x81), searches), kContents) << at;
  }
}

TEST(Resynchronize, FindsTheNextStream) {
  const Bytes first = Stream({}, {kContents[0]});
  const Bytes second = Stream(kSomeModel, {kContents[1]});
  // The end of the first stream: its kind, then its check. The reader stands behind the check when
  // it finds it wrong, exactly at the next stream's header, which must not be missed.
  for (size_t from_end : {5, 4, 1}) {
    const Bytes damaged = Joined({Flipped(first, first.size() - from_end, 0x80), second});
    MemorySource source(damaged);
    StreamReader reader(source);
    ASSERT_TRUE(reader.Next());
    reader.ReadPayload();
    EXPECT_TRUE(IsBadInput(ErrorOf([&] { reader.Next(); })));
    ASSERT_TRUE(reader.Resynchronize());
    ASSERT_TRUE(reader.Next()) << from_end;
    EXPECT_EQ(reader.stream_header().model_id, kSomeModel.model_id) << from_end;
    EXPECT_EQ(reader.ReadPayload().data, kContents[1]);
    EXPECT_FALSE(reader.Next());
  }
}

TEST(Resynchronize, BridgesLostPieces) {
  const std::vector<Bytes> contents = {UniformBytes(3000, 4), UniformBytes(2000, 5),
                                       UniformBytes(2500, 6)};
  const Bytes bytes = Stream({}, contents);
  const size_t second = 15 + StoredFrame(contents[0]).size();
  int searches;
  // From inside the second frame's header on: a hole, then garbage longer than the search window.
  const Bytes garbage = UniformBytes(200000, 7);
  const Bytes damaged =
      Joined({Cut(bytes, second + 2), garbage, ByteView(bytes).subspan(second + 9 + 2000)});
  EXPECT_EQ(Recover(damaged, searches), (std::vector<Bytes>{contents[0], contents[2]}));
}

TEST(Resynchronize, FindsTheFrameBehindOneThatLacksBytes) {
  const std::vector<Bytes> contents = {UniformBytes(3000, 4), UniformBytes(70000, 5),
                                       UniformBytes(2500, 6)};
  const Bytes bytes = Stream({}, contents);
  const size_t first_data = 15 + StoredFrame(contents[0]).size() - 3000;
  for (size_t lost : {1, 20, 2999}) {
    const Bytes damaged =
        Joined({Cut(bytes, first_data + 1), ByteView(bytes).subspan(first_data + 1 + lost)});
    int searches;
    const auto found = Recover(damaged, searches, /*inside_payloads=*/true);
    ASSERT_EQ(found.size(), 3u) << lost;  // the first with the second's beginning in it
    EXPECT_EQ(found[1], contents[1]) << lost;
    EXPECT_EQ(found[2], contents[2]) << lost;
    EXPECT_EQ(searches, 1);
  }
}

void ExpectFindsTheSecondOf(const FrameHeader& header) {
  MemorySink sink;
  StreamWriter writer(sink, kSomeModel);
  const Bytes data = UniformBytes(header.data_bytes, 3);
  const std::vector<uint32_t> checks = {17};
  for (int i = 0; i < 2; ++i) writer.WriteFrame(header, checks, data);
  writer.Finish();
  int searches;
  EXPECT_EQ(Recover(Flipped(sink.bytes(), 17, 0xff), searches), std::vector<Bytes>{data})
      << MethodName(header.kind) << ", " << header.copied_bytes << " bytes copied";
}

TEST(Resynchronize, FindsFramesOfEveryKind) {
  for (FrameKind kind : {FrameKind::kStored, FrameKind::kMixed, FrameKind::kModel,
                         FrameKind::kModelMixed, FrameKind::kTokens}) {
    FrameHeader header{.kind = kind, .raw_bytes = 1000, .data_bytes = 900};
    if (!header.is_coded()) header.data_bytes = 1000;
    ExpectFindsTheSecondOf(header);
    header.copied_bytes = 300;
    header.list_bytes = 5;
    if (!header.is_coded()) header.data_bytes = 705;
    ExpectFindsTheSecondOf(header);
  }
}

// Whatever is claimed, as if every payload were damaged: work is bounded by the input's length.
TEST(Resynchronize, WorkIsLinear) {
  using testing::ForgedClaims, testing::ForgedFrames, testing::ForgedNest;
  std::vector<Bytes> inputs;
  for (size_t count : {200, 20000}) {
    inputs.push_back(ForgedClaims(count));
    inputs.push_back(ForgedNest(FrameKind::kStored, count));
    inputs.push_back(ForgedNest(FrameKind::kModelMixed, count));
    inputs.push_back(ForgedFrames(count, false));
    inputs.push_back(Bytes(10 * count, 1));
    inputs.push_back(Bytes(10 * count, 0));
    Bytes magics;
    while (magics.size() < 10 * count) magics.insert(magics.end(), kMagic.begin(), kMagic.end());
    inputs.push_back(magics);
  }
  for (const Bytes& input : inputs) {
    for (const bool inside_payloads : {false, true}) {
      MemorySource source(input);
      StreamReader reader(source, inside_payloads);
      for (bool more = true; more;) {
        try {
          const auto frame = reader.Next();
          if (!frame) break;
          const FramePayload payload = reader.ReadPayload();
          ASSERT_LE(payload.data.capacity(), 2 * input.size() + 65536);
        } catch (const Error&) {
          more = reader.Resynchronize(inside_payloads);
        }
      }
      EXPECT_LE(reader.work(), 10 * input.size() + 100) << input.size();
    }
  }
}

TEST(Resynchronize, LooksAsFarAheadAsItMay) {
  const Bytes bytes = Stream({}, {UniformBytes(100, 1), UniformBytes(5000, 2)});
  const Bytes hurt = Joined({Flipped(Cut(bytes, 122), 16, 0xff), ByteView(bytes).subspan(123)});
  for (uint64_t lookahead : {uint64_t{0}, uint64_t{100}, kMaxLookaheadBytes}) {
    MemorySource source(hurt);
    StreamReader reader(source);
    EXPECT_TRUE(IsBadInput(ErrorOf([&] { reader.Next(); })));
    ASSERT_TRUE(reader.Resynchronize(false, lookahead));
    const auto frame = reader.Next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header.raw_bytes, 5000u);
    EXPECT_TRUE(frame->found);
    EXPECT_TRUE(reader.stream_is_known());
  }
}

TEST(Resynchronize, EndsOnGarbage) {
  int searches;
  EXPECT_TRUE(Recover(UniformBytes(300000, 8), searches).empty());
  EXPECT_EQ(searches, 1);
  EXPECT_TRUE(Recover({}, searches).empty());
}

// A pipe gives what it has: reads come up short without being the end.
TEST(DescriptorSource, PipesInOddPieces) {
  const std::vector<Bytes> contents = {UniformBytes(100000, 9), UniformBytes(3, 10)};
  const Bytes bytes = Stream({}, contents);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::thread writer([&] {
    for (size_t at = 0, step = 1; at < bytes.size(); at += step, step = step % 977 + 13) {
      step = std::min(step, bytes.size() - at);
      ASSERT_EQ(::write(ends[1], &bytes[at], step), static_cast<ssize_t>(step));
    }
    ::close(ends[1]);
  });
  DescriptorSource source(ends[0], "pipe");
  const Outcome outcome = ReadAll(source);
  writer.join();
  ::close(ends[0]);
  EXPECT_EQ(outcome.error, std::nullopt) << outcome.message;
  EXPECT_EQ(outcome.contents, contents);
}

}  // namespace
}  // namespace lmzip
