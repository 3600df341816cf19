// The public interface on small inputs.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/hash.h"
#include "format/headers.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"
#include "model/registry.h"
#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/environment.h"
#include "support/forged.h"
#include "support/long_form.h"
#include "support/random_bytes.h"
#include "support/temporary_folder.h"

namespace lmzip {
namespace {

using testing::Compressed;
using testing::Cut;
using testing::Decoded;
using testing::Decompressed;
using testing::ErrorOf;
using testing::Flipped;
using testing::FromText;
using testing::InLongForm;
using testing::IsBadInput;
using testing::Joined;
using testing::StartsWith;
using testing::UniformBytes;
using testing::WordyBytes;

constexpr uint64_t kMiB = uint64_t{1} << 20;

// Little of what is tested here depends on the model; the small one is ten times as fast.
const std::string kModel = LMZIP_MODELS_DIR "/tiny.pt";

ShortModelId IdOfModel(size_t size = 8) { return Shorten(FindModel(kModel)->info().id, size); }

CodecOptions Threads(int threads) {
  CodecOptions options;
  options.model = kModel;
  options.threads = threads;
  return options;
}

EncodeOptions With(Method method) {
  EncodeOptions options;
  options.method = method;
  return options;
}

Codec& SharedCodec() {
  static Codec codec(Threads(2));
  return codec;
}

Bytes Compressed(ByteView content, const EncodeOptions& options) {
  return Compressed(SharedCodec(), content, options);
}

Decoded Decompressed(ByteView file, const DecodeOptions& options = {}) {
  return Decompressed(SharedCodec(), file, options);
}

std::string MethodText(const ::testing::TestParamInfo<Method>& info) {
  constexpr const char* kNames[] = {"auto", "lm_mix", "lm", "mix", "store"};
  return kNames[static_cast<int>(info.param)];
}

class CodecMethods : public ::testing::TestWithParam<Method> {};

TEST_P(CodecMethods, RoundTripOfSmallSizesAndKinds) {
  Codec codec({});  // with the linked-in model
  for (size_t size : {0, 1, 2, 15, 16, 17, 100, 3000}) {
    for (const Bytes& content :
         {WordyBytes(size, size), UniformBytes(size, size), Bytes(size, 0xff)}) {
      EncodeOptions options = With(GetParam());
      options.verify = true;
      const Bytes file = Compressed(codec, content, options);
      EXPECT_LE(file.size(), size + 32);
      const Decoded decoded = Decompressed(codec, file);
      ASSERT_EQ(decoded.error, std::nullopt) << decoded.message;
      ASSERT_EQ(decoded.content, content) << size;
    }
  }
}

TEST_P(CodecMethods, OutputDependsOnNeitherThreadsNorMemory) {
  const Bytes content = Joined({WordyBytes(2500, 1), UniformBytes(1500, 2), WordyBytes(2000, 3)});
  EncodeOptions options = With(GetParam());
  options.frame_bytes = 1500;
  options.lanes = 4;
  options.segment_bytes = 256;
  const Bytes expected = Compressed(content, options);
  for (int threads : {1, 3}) {
    for (uint64_t memory : {80 * kMiB, 250 * kMiB}) {
      Codec codec({.model = kModel,
                   .engine = Engine::kAuto,
                   .device = "cpu",
                   .threads = threads,
                   .memory_bytes = memory});
      ASSERT_EQ(Compressed(codec, content, options), expected) << threads << " " << memory;
      ASSERT_EQ(Decompressed(codec, expected).content, content);
    }
  }
}

TEST_P(CodecMethods, EveryDamagedByteIsAnErrorAndNoWrongByteIsWritten) {
  const Bytes content = WordyBytes(200, 4);
  EncodeOptions options = With(GetParam());
  options.frame_bytes = 120;
  const Bytes file = Compressed(content, options);
  for (size_t at = 0; at < file.size(); ++at) {
    for (const uint8_t mask : {uint8_t{0x01}, uint8_t{0x80}, uint8_t{0xff}}) {
      const Decoded decoded = Decompressed(Flipped(file, at, mask));
      ASSERT_TRUE(IsBadInput(decoded.error)) << at << " " << decoded.message;
      ASSERT_TRUE(StartsWith(content, decoded.content)) << at;
    }
  }
}

TEST_P(CodecMethods, EveryCutIsAnErrorAndNoWrongByteIsWritten) {
  const Bytes content = WordyBytes(200, 5);
  EncodeOptions options = With(GetParam());
  options.frame_bytes = 120;
  const Bytes file = Compressed(content, options);
  for (size_t cut = 0; cut < file.size(); ++cut) {
    const Decoded decoded = Decompressed(Cut(file, cut));
    ASSERT_EQ(decoded.error, ErrorCode::kTruncated) << cut << " " << decoded.message;
    ASSERT_TRUE(StartsWith(content, decoded.content)) << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, CodecMethods,
                         ::testing::Values(Method::kAuto, Method::kModelMixed, Method::kModel,
                                           Method::kMixed, Method::kStore),
                         MethodText);

TEST(Codec, SmallTextShrinks) {
  EXPECT_LT(
      Compressed(FromText("The quick brown fox jumps over the lazy dog, and then it sleeps."), {})
          .size(),
      64u);
}

TEST(Codec, LongRunsOfOneByte) {
  for (const uint8_t byte : {uint8_t{0x00}, uint8_t{0xff}}) {
    const Bytes content = Joined({WordyBytes(100, 6), Bytes(8000, byte)});
    for (Method method : {Method::kModel, Method::kMixed, Method::kModelMixed}) {
      const Decoded decoded = Decompressed(Compressed(content, With(method)));
      EXPECT_EQ(decoded.error, std::nullopt) << decoded.message;
      EXPECT_EQ(decoded.content, content);
    }
  }
}

TEST(Codec, NoiseGrowsLittle) {
  const Bytes noise = UniformBytes(3 * kMiB + 1, 7);
  const Bytes file = Compressed(noise, {});
  EXPECT_LE(file.size(), noise.size() + noise.size() / 1000 + 64);
  EXPECT_EQ(Decompressed(file).content, noise);
}

TEST(Codec, StoredSizesAroundUnitsAndFrames) {
  for (uint64_t size : {kMiB - 1, kMiB, kMiB + 1, 2 * kMiB, 2 * kMiB + 1}) {
    const Bytes content = UniformBytes(size, size);
    EncodeOptions options = With(Method::kStore);
    options.frame_bytes = 2 * kMiB;
    const Bytes file = Compressed(content, options);
    EXPECT_EQ(Decompressed(file).content, content) << size;
  }
}

// The first frame is noise and stored, the second needs the model; the least memory that is
// accepted holds one frame at a time, so that the encoder opens the stream before it has seen the
// second.
TEST(Codec, TheStreamNamesItsModelHoweverLittleMemoryThereIs) {
  const Bytes content = Joined({UniformBytes(3000, 8), WordyBytes(1000, 9)});
  EncodeOptions options = With(Method::kModel);
  options.frame_bytes = 3000;
  const Bytes expected = Compressed(content, options);
  for (uint64_t memory = kMiB;; memory += kMiB / 2) {
    ASSERT_LT(memory, 250 * kMiB);
    Codec codec({.model = kModel,
                 .engine = Engine::kAuto,
                 .device = "cpu",
                 .threads = 1,
                 .memory_bytes = memory});
    MemorySource source(content);
    MemorySink sink;
    const auto error = ErrorOf([&] { codec.Compress(source, sink, options); });
    if (error == ErrorCode::kLimit) continue;
    ASSERT_EQ(error, std::nullopt);
    EXPECT_EQ(sink.bytes(), expected) << memory;
    break;
  }
}

TEST(Codec, ConcatenatedStreams) {
  const Bytes a = WordyBytes(500, 10), b = UniformBytes(300, 11);
  const Bytes files = Joined(
      {Compressed(a, {}), Compressed({}, {}), Compressed(b, With(Method::kStore)), Bytes(512)});
  EXPECT_EQ(Decompressed(files).content, Joined({a, b}));
  MemorySource source(files);
  const Listing listing = List(source);
  EXPECT_EQ(listing.streams, 3u);
  EXPECT_EQ(listing.raw_bytes, 800u);
  EXPECT_EQ(listing.coded_bytes, files.size());
  EXPECT_EQ(listing.models, (std::vector<std::string>{Hex(IdOfModel(kShortFormIdBytes))}));
  ASSERT_EQ(listing.frames.size(), 2u);
  EXPECT_EQ(listing.frames[1].method, "stored");
  EXPECT_EQ(listing.frames[1].stream, 2u);
}

// What copies leave is coded as short as it can be, however the method was found.
TEST(Codec, AMethodThatIsAskedForCodesAsWellAsOneThatIsChosen) {
  Bytes content(200000);
  for (size_t i = 0; i < 40; ++i) content[2500 + i * 4800 + i * i] = static_cast<uint8_t>('a' + i);
  const size_t chosen = Compressed(content, With(Method::kAuto)).size();
  const size_t mixed = Compressed(content, With(Method::kMixed)).size();
  const size_t both = Compressed(content, With(Method::kModelMixed)).size();
  EXPECT_EQ(chosen, std::min(mixed, both));
}

// A picture whose flat stretches are long enough for copies, which would put its rows out of step.
TEST(Codec, CopiesDoNotSpoilAPicture) {
  constexpr size_t kWidth = 700, kHeight = 300;
  testing::Random random(8);
  Bytes pixels;
  for (size_t y = 0; y < kHeight; ++y) {
    for (size_t x = 0; x < kWidth; ++x) {
      const size_t shade = (x * x / 900 + y * y / 300) % 200 + 20 + testing::Below(random, 12);
      pixels.push_back(static_cast<uint8_t>(shade));
    }
  }
  for (size_t begin = 0; begin + 8500 < pixels.size(); begin += 8500) {
    const auto flat = pixels.begin() + static_cast<ptrdiff_t>(begin + testing::Below(random, 4000));
    std::fill_n(flat, 1100 + testing::Below(random, 1500), uint8_t{255});
  }
  const Bytes picture = Joined({FromText("P5 700 300 255\n"), pixels});
  const Bytes file = Compressed(picture, With(Method::kMixed));
  MemorySource source(file);
  EXPECT_EQ(List(source).frames[0].method, "mix");
}

// Words, a run, noise, and all of it again: in frames that end inside copies, too.
TEST(Codec, CopiesComeBackFromAnyFrameAndRange) {
  const Bytes part = Joined({WordyBytes(9000, 21), Bytes(40000, 'z'), UniformBytes(6000, 22)});
  const Bytes content = Joined({part, FromText("!"), part, part});
  for (const Method method : {Method::kAuto, Method::kMixed, Method::kModelMixed, Method::kStore}) {
    for (const uint64_t frame_bytes : {uint64_t{70001}, 16 * kMiB}) {
      EncodeOptions options = With(method);
      options.frame_bytes = frame_bytes;
      options.verify = true;
      const Bytes file = Compressed(content, options);
      Codec one(Threads(1));
      EXPECT_EQ(Compressed(one, content, options), file);
      EXPECT_TRUE(file.size() < 40000 || method == Method::kStore) << file.size();
      MemorySource source(file);
      const std::string listed = List(source).frames[0].method;
      EXPECT_EQ(listed.ends_with("+copies"), method != Method::kStore) << listed;
      for (const ByteRange range : {ByteRange{}, ByteRange{9500, 9600}, ByteRange{56001, 110000},
                                    ByteRange{160000, 164999}}) {
        DecodeOptions decode;
        decode.range = range;
        const Decoded decoded = Decompressed(one, file, decode);
        ASSERT_EQ(decoded.error, std::nullopt) << decoded.message;
        const auto end = std::min<uint64_t>(range.end, content.size());
        ASSERT_EQ(decoded.content, Bytes(content.begin() + static_cast<ptrdiff_t>(range.begin),
                                         content.begin() + static_cast<ptrdiff_t>(end)));
      }
    }
  }
}

TEST(Codec, ModelsOfStreamsBehindAnEmptyOneAreListed) {
  const Bytes files =
      Joined({Compressed({}, {}), Compressed(WordyBytes(100, 1), With(Method::kModel))});
  MemorySource source(files);
  EXPECT_EQ(List(source).models.size(), 1u);
}

TEST(Codec, TrailingBytesAreAnErrorBehindTheContent) {
  const Bytes content = WordyBytes(100, 12);
  const Decoded decoded = Decompressed(Joined({Compressed(content, {}), FromText("junk")}));
  EXPECT_EQ(decoded.error, ErrorCode::kCorrupt);
  EXPECT_EQ(decoded.content, content);
}

TEST(Codec, AnotherModelIsAMismatch) {
  const Bytes file = Compressed(WordyBytes(100, 13), With(Method::kModel));
  const Decoded decoded = Decompressed(InLongForm(file, {{1, 2, 3, 4, 5, 6, 7, 8}}));
  EXPECT_EQ(decoded.error, ErrorCode::kModelMismatch);
  EXPECT_NE(decoded.message.find("0102030405060708"), std::string::npos) << decoded.message;
}

TEST(Codec, ExactModelsRefuseFingerprints) {
  const Bytes file = InLongForm(Compressed(WordyBytes(100, 13), With(Method::kModel)));
  StreamHeader header{.model_id = IdOfModel(), .fingerprint = "some machine"};
  Bytes changed;
  AppendStreamHeader(header, changed);
  const Decoded decoded =
      Decompressed(Joined({changed, ByteView(file).subspan(testing::kStreamHeaderBytes)}));
  EXPECT_EQ(decoded.error, ErrorCode::kUnsupported);
  EXPECT_NE(decoded.message.find("some machine"), std::string::npos);
}

TEST(CodecRange, EqualsTheSubstring) {
  const Bytes content = WordyBytes(1000, 14);
  for (Method method : {Method::kModel, Method::kStore}) {
    EncodeOptions options = With(method);
    options.frame_bytes = 300;
    const Bytes file = Compressed(content, options);
    for (uint64_t begin : {0, 1, 299, 300, 301, 650, 999, 1000, 5000}) {
      for (uint64_t length : {0, 1, 300, 301, 2000}) {
        DecodeOptions decode;
        decode.range = {begin, begin + length};
        const Decoded decoded = Decompressed(file, decode);
        ASSERT_EQ(decoded.error, std::nullopt) << decoded.message;
        const uint64_t from = std::min<uint64_t>(begin, 1000),
                       to = std::min<uint64_t>(begin + length, 1000);
        ASSERT_EQ(decoded.content, Bytes(content.begin() + from, content.begin() + to))
            << begin << "+" << length;
      }
    }
  }
}

TEST(CodecRange, DamageOutsideDoesNotMatter) {
  const Bytes content = WordyBytes(900, 15);
  EncodeOptions options = With(Method::kStore);
  options.frame_bytes = 300;
  const Bytes file = Compressed(content, options);
  DecodeOptions decode;
  decode.range = {300, 600};
  const Decoded decoded = Decompressed(Flipped(file, 100, 1), decode);  // in the first frame's data
  EXPECT_EQ(decoded.error, std::nullopt);
  EXPECT_EQ(decoded.content, Bytes(content.begin() + 300, content.begin() + 600));
}

TEST(CodecLimits, MaxOutput) {
  const Bytes content = WordyBytes(1000, 16);
  EncodeOptions options = With(Method::kModel);
  options.frame_bytes = 400;
  const Bytes file = Compressed(content, options);
  DecodeOptions decode;
  decode.max_output = 1000;
  EXPECT_EQ(Decompressed(file, decode).content, content);
  decode.max_output = 999;
  const Decoded refused = Decompressed(file, decode);
  EXPECT_EQ(refused.error, ErrorCode::kLimit);
  EXPECT_LE(refused.content.size(), 999u);
  EXPECT_TRUE(StartsWith(content, refused.content));
  decode.range = {100, 1000};
  EXPECT_EQ(Decompressed(file, decode).content.size(), 900u);
}

TEST(CodecLimits, MemoryIsRefusedWithItsSize) {
  const Bytes content = WordyBytes(2 * kMiB, 17);
  Codec small({.model = kModel,
               .engine = Engine::kAuto,
               .device = "cpu",
               .threads = 1,
               .memory_bytes = kMiB});
  MemorySource source(content);
  MemorySink sink;
  EXPECT_EQ(ErrorOf([&] { small.Compress(source, sink, With(Method::kStore)); }),
            ErrorCode::kLimit);
  const Decoded decoded = Decompressed(small, Compressed(content, With(Method::kStore)));
  EXPECT_EQ(decoded.error, ErrorCode::kLimit);
  EXPECT_NE(decoded.message.find("MiB"), std::string::npos) << decoded.message;
  EXPECT_TRUE(decoded.content.empty());
}

TEST(CodecLimits, OptionsOutOfRangeAreUsageErrors) {
  const auto usage = [](const std::function<void(EncodeOptions&)>& change) {
    EncodeOptions options;
    change(options);
    return ErrorOf([&] { Compressed(FromText("x"), options); }) == ErrorCode::kUsage;
  };
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.lanes = 3; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.lanes = 128; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.lanes = -1; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.segment_bytes = 8; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.segment_bytes = 100; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.segment_bytes = 128 * kMiB; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.frame_bytes = 0; }));
  EXPECT_TRUE(usage([](EncodeOptions& o) { o.frame_bytes = 64 * kMiB + 1; }));
  EXPECT_EQ(ErrorOf([] { Codec codec(Threads(-1)); }), ErrorCode::kUsage);
}

class KeepGoing : public ::testing::Test {
 protected:
  static Decoded Recovered(const Bytes& file) {
    DecodeOptions options;
    options.keep_going = true;
    Decoded decoded = Decompressed(file, options);
    EXPECT_EQ(decoded.error, std::nullopt) << decoded.message;
    return decoded;
  }
  static void ExpectLost(const Damage& damage, uint64_t begin, uint64_t end) {
    ASSERT_TRUE(damage.content) << damage.message;
    EXPECT_EQ(damage.content->begin, begin);
    EXPECT_EQ(damage.content->end, end);
  }
};

TEST_F(KeepGoing, LosesTheDamagedFrameOnly) {
  const Bytes content = WordyBytes(1200, 18);
  for (Method method : {Method::kStore, Method::kModel}) {
    EncodeOptions options = With(method);
    options.frame_bytes = 400;
    const Bytes file = Compressed(content, options);
    MemorySource source(file);
    const auto frames = List(source).frames;
    const Decoded decoded = Recovered(Flipped(file, frames[1].offset + 30, 0x40));
    EXPECT_EQ(decoded.content, Joined({ByteView(content).first(400), ByteView(content).last(400)}));
    ASSERT_GE(decoded.report.damage.size(), 1u);
    ExpectLost(decoded.report.damage[0], 400, 800);
  }
}

TEST_F(KeepGoing, LosesTheDamagedUnitOfAStoredFrameOnly) {
  constexpr uint64_t kUnit = kMinUnitBytes;
  const Bytes content = UniformBytes(3 * kUnit + 100, 19);
  const Bytes file = Compressed(content, With(Method::kStore));
  const size_t data = file.size() - 5 - content.size();
  const Decoded decoded = Recovered(Flipped(file, data + kUnit + 10, 1));
  EXPECT_EQ(decoded.content,
            Joined({ByteView(content).first(kUnit), ByteView(content).subspan(2 * kUnit)}));
  ASSERT_GE(decoded.report.damage.size(), 1u);
  ExpectLost(decoded.report.damage[0], kUnit, 2 * kUnit);
}

TEST_F(KeepGoing, DamagedHeadersLoseOneFrame) {
  const Bytes content = WordyBytes(1200, 20);
  EncodeOptions options = With(Method::kModel);
  options.frame_bytes = 400;
  const Bytes file = Compressed(content, options);
  MemorySource source(file);
  const auto frames = List(source).frames;
  const Decoded decoded = Recovered(Flipped(file, frames[1].offset + 1, 0x10));
  EXPECT_EQ(decoded.content, Joined({ByteView(content).first(400), ByteView(content).last(400)}));
  EXPECT_FALSE(decoded.report.damage.empty());
}

// Its good units, and what of the next one stands before the cut, which is said not to be verified.
TEST_F(KeepGoing, ACutFileGivesWhatStandsBeforeTheCut) {
  const Bytes content = WordyBytes(70000, 21);
  for (Method method : {Method::kStore, Method::kModel, Method::kMixed}) {
    for (const size_t size : {size_t{6000}, content.size()}) {
      if (method == Method::kModel && size > 6000) continue;  // takes its time
      for (const int lanes : {1, 2}) {
        EncodeOptions options = With(method);
        options.lanes = lanes;
        options.segment_bytes = 1024;
        const Bytes file = Compressed(ByteView(content).first(size), options);
        const Decoded decoded = Recovered(Cut(file, file.size() * 2 / 3));
        const uint64_t got = decoded.content.size();
        EXPECT_TRUE(StartsWith(content, decoded.content));
        EXPECT_GT(got + 1024u * static_cast<unsigned>(lanes), size * 62 / 100);
        ASSERT_EQ(decoded.report.damage.size(), 1u);
        const Damage& damage = decoded.report.damage[0];
        ExpectLost(damage, got, size);
        ASSERT_TRUE(damage.unverified);
        EXPECT_EQ(damage.unverified->begin, got / kMinUnitBytes * kMinUnitBytes);
        EXPECT_EQ(damage.unverified->end, got);
        EXPECT_TRUE(IsBadInput(Decompressed(Cut(file, file.size() * 2 / 3)).error));
      }
    }
  }
}

// A unit that is all there and bad is damage, whatever is cut behind it.
TEST_F(KeepGoing, NothingOfABadUnitIsWritten) {
  const Bytes content = UniformBytes(2 * kMinUnitBytes, 22);
  const Bytes file = Compressed(content, With(Method::kStore));
  const Decoded decoded = Recovered(Cut(Flipped(file, 1000, 1), file.size() - 1000));
  EXPECT_TRUE(decoded.content.empty());
  ASSERT_EQ(decoded.report.damage.size(), 1u);
  EXPECT_FALSE(decoded.report.damage[0].unverified);
  ExpectLost(decoded.report.damage[0], 0, content.size());
}

TEST_F(KeepGoing, DamageThatFollowsOnDamageIsOne) {
  const Decoded decoded = Recovered(testing::ForgedFrames(20000, /*every_other=*/false));
  EXPECT_TRUE(decoded.content.empty());
  ASSERT_EQ(decoded.report.damage.size(), 1u);
  EXPECT_EQ(decoded.report.damage[0].places, 20001u);  // the end's check is bad, too
  ExpectLost(decoded.report.damage[0], 0, 20000);
}

TEST_F(KeepGoing, ReportsOfDamageAreBounded) {
  const Decoded decoded = Recovered(testing::ForgedFrames(20000, /*every_other=*/true));
  EXPECT_EQ(decoded.content.size(), 10000u);
  EXPECT_EQ(decoded.report.damage.size(), 100u);
  EXPECT_EQ(decoded.report.more_damage, 9901u);
}

TEST_F(KeepGoing, ForgedHeadersCostNoMemoryAndNoTime) {
  Codec small({.model = kModel, .threads = 1, .memory_bytes = 40 * kMiB});
  DecodeOptions options;
  options.keep_going = true;
  for (const Bytes& input :
       {testing::ForgedClaims(20000), testing::ForgedNest(FrameKind::kStored, 20000),
        testing::ForgedNest(FrameKind::kModel, 300)}) {
    const Decoded decoded = Decompressed(small, input, options);
    EXPECT_EQ(decoded.error, std::nullopt) << decoded.message;
    EXPECT_TRUE(decoded.content.empty());
    ASSERT_EQ(decoded.report.damage.size(), 1u);
    const auto& lost = decoded.report.damage[0].content;
    EXPECT_TRUE(!lost || lost->end < 8 * input.size());  // not what was claimed of content
  }
}

// The stream's header is lost: every model at hand is tried, the default one first.
TEST_F(KeepGoing, TheModelOfALostHeaderIsFound) {
  const testing::TemporaryFolder folder;
  std::filesystem::copy_file(kModel, folder.path() / "some.pt");
  const testing::ScopedVariable search("LMZIP_MODEL_PATH", folder.path().string());
  const Bytes content = WordyBytes(2000, 23);
  EncodeOptions options = With(Method::kModel);
  options.frame_bytes = 1000;
  Bytes file = Compressed(content, options);
  std::fill_n(file.begin(), 10, uint8_t{0x55});
  Codec codec({.threads = 1});
  DecodeOptions decode;
  decode.keep_going = true;
  const Decoded decoded = Decompressed(codec, file, decode);
  EXPECT_EQ(decoded.error, std::nullopt) << decoded.message;
  EXPECT_EQ(decoded.content, content);
  EXPECT_EQ(decoded.report.damage.size(), 1u);
}

bool IsStreamHeader(const Bytes& bytes) try {
  size_t header = 0;
  ParseStreamHeader(bytes, header);
  return true;
} catch (const Error&) {
  return false;
}

// Damage to the magic and version, to the model's id, and to any other byte of the header.
TEST_F(KeepGoing, AShortFormsDamagedHeaderIsRepaired) {
  const Bytes content = WordyBytes(300, 24);
  for (Method method : {Method::kStore, Method::kModel, Method::kModelMixed}) {
    const Bytes file = Compressed(content, With(method));
    size_t header = 0;
    ParseStreamHeader(file, header);
    std::vector<Bytes> damaged;
    for (size_t at = 0; at < header; ++at) damaged.push_back(Flipped(file, at, 0x2a));
    damaged.push_back(file);
    std::fill_n(damaged.back().begin(), 4, uint8_t{'X'});
    if (method != Method::kStore) {
      damaged.push_back(file);
      std::fill_n(damaged.back().begin() + 5, 4, uint8_t{'X'});
    }
    // The header's check has 8 bits: one in 256 of those damaged says that it is another model's.
    std::erase_if(damaged, [](const Bytes& hurt) { return IsStreamHeader(hurt); });
    ASSERT_GT(damaged.size(), header / 2);
    for (const Bytes& hurt : damaged) {
      const Bytes both = Joined({hurt, file});
      const Decoded decoded = Recovered(both);
      ASSERT_EQ(decoded.content, Joined({content, content})) << Hex(ByteView(hurt).first(header));
      ASSERT_EQ(decoded.report.damage.size(), 1u);
      ExpectLost(decoded.report.damage[0], 0, 0);
      EXPECT_TRUE(IsBadInput(Decompressed(both).error) ||
                  Decompressed(both).error == ErrorCode::kModelMismatch);
    }
  }
}

TEST(Codec, ManyModelsAreListedInLinearTime) {
  Bytes files;
  constexpr uint32_t kStreams = 30000;
  for (uint32_t i = 1; i <= kStreams; ++i) {
    StreamHeader header{
        .mixer_version = 1,
        .only_frame = FrameHeader{.kind = FrameKind::kMixed, .raw_bytes = 10, .data_bytes = 2}};
    std::copy_n(reinterpret_cast<const uint8_t*>(&i), 4, header.model_id.bytes.begin());
    AppendStreamHeader(header, files);
    files.resize(files.size() + 6);
  }
  MemorySource source(files);
  const Listing listing = List(source);
  EXPECT_EQ(listing.models.size(), kStreams);
  EXPECT_EQ(listing.raw_bytes, 10u * kStreams);
}

/// Fails once it has taken `room` bytes.
class FullSink : public ByteSink {
 public:
  explicit FullSink(size_t room) : room_(room) {}
  void Write(ByteView bytes) override {
    if (bytes.size() > room_) throw Error(ErrorCode::kIo, "full");
    room_ -= bytes.size();
  }

 private:
  size_t room_;
};

class BrokenSource : public ByteSource {
 public:
  explicit BrokenSource(ByteView good) : good_(good) {}
  size_t Read(std::span<uint8_t> out) override {
    const size_t count = good_.Read(out);
    if (count < out.size()) throw Error(ErrorCode::kIo, "broken");
    return count;
  }

 private:
  MemorySource good_;
};

// Frames in flight are cancelled: no hang, no use of freed buffers (sanitizers), the codec stays
// usable.
TEST(CodecFailures, SinksAndSourcesThatThrow) {
  Codec codec(Threads(2));
  const Bytes content = WordyBytes(6000, 22);
  EncodeOptions options = With(Method::kModel);
  options.frame_bytes = 500;
  const Bytes file = Compressed(codec, content, options);
  for (size_t room = 0; room < file.size(); room += 300) {
    MemorySource source(content);
    FullSink sink(room);
    ASSERT_EQ(ErrorOf([&] { codec.Compress(source, sink, options); }), ErrorCode::kIo);
  }
  for (size_t room = 0; room < content.size(); room += 700) {
    MemorySource source(file);
    FullSink sink(room);
    ASSERT_EQ(ErrorOf([&] { codec.Decompress(source, sink, {}); }), ErrorCode::kIo);
    NullSink null;
    BrokenSource broken(ByteView(content).first(room));
    ASSERT_EQ(ErrorOf([&] { codec.Compress(broken, null, options); }), ErrorCode::kIo);
  }
  EXPECT_EQ(Decompressed(codec, file).content, content);
}

TEST(CodecFailures, ProgressThatThrows) {
  Codec codec(Threads(2));
  const Bytes content = WordyBytes(3000, 23);
  EncodeOptions options = With(Method::kModel);
  options.frame_bytes = 500;
  MemorySource source(content);
  NullSink sink;
  Progress progress;
  progress.frame_done = [](const FrameEntry&) { throw std::runtime_error("stop"); };
  EXPECT_THROW(codec.Compress(source, sink, options, &progress), std::runtime_error);
}

// From another thread, in the middle of the only frame.
TEST(CodecFailures, CancelledCallsEndInsideOfAFrame) {
  Codec codec(Threads(2));
  const Bytes content = WordyBytes(300000, 24);
  const EncodeOptions options = With(Method::kModel);
  const auto ends = [](const auto& call) {
    Progress progress;
    std::thread canceller([&] {
      while (progress.raw_bytes == 0) std::this_thread::yield();
      progress.cancelled = true;
    });
    EXPECT_EQ(ErrorOf([&] { call(&progress); }), ErrorCode::kCancelled);
    canceller.join();
    EXPECT_LT(progress.raw_bytes, 300000u);
  };
  MemorySink sink;
  ends([&](Progress* progress) {
    MemorySource source(content);
    codec.Compress(source, sink, options, progress);
  });
  ends([&](Progress* progress) { codec.Cost(content, options, {}, progress); });
  const Bytes file = Compressed(codec, content, options);
  ends([&](Progress* progress) {
    MemorySource source(file);
    codec.Decompress(source, sink, {.keep_going = true}, progress);
  });
}

// Without a thread to look from: told inside of the only frame, and it may end the call.
TEST(CodecProgress, ToldAsItMoves) {
  Codec codec(Threads(1));
  const Bytes content = WordyBytes(20000, 25);
  MemorySource source(content);
  NullSink sink;
  Progress progress;
  std::vector<uint64_t> told;
  progress.moved = [&] { told.push_back(progress.raw_bytes); };
  codec.Compress(source, sink, With(Method::kModelMixed), &progress);
  EXPECT_GE(told.size(), 20u);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_LE(told.front(), 1024u);
  EXPECT_EQ(told.back(), content.size());

  Progress ended;
  ended.moved = [&] { ended.cancelled = ended.raw_bytes >= 5000; };
  source.Restart();
  EXPECT_EQ(ErrorOf([&] { codec.Compress(source, sink, With(Method::kModelMixed), &ended); }),
            ErrorCode::kCancelled);
  EXPECT_LT(ended.raw_bytes, 6000u);
}

TEST(CodecThreads, ManyCallsAtOnce) {
  Codec codec(Threads(3));
  std::vector<std::thread> callers;
  for (uint64_t caller = 0; caller < 6; ++caller) {
    callers.emplace_back([&codec, caller] {
      for (uint64_t round = 0; round < 4; ++round) {
        const Bytes content = WordyBytes(500 + 700 * caller, caller + 10 * round);
        EncodeOptions options = With(caller % 2 ? Method::kModel : Method::kModelMixed);
        options.frame_bytes = 1000;
        const Bytes file = Compressed(codec, content, options);
        ASSERT_EQ(Decompressed(codec, file).content, content);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST_P(CodecMethods, ProgressComesToWhatTheReportsSay) {
  const Bytes content = Joined({WordyBytes(2500, 5), UniformBytes(1500, 6), WordyBytes(2000, 7)});
  EncodeOptions options = With(GetParam());
  options.frame_bytes = 1500;
  for (const bool verify : {false, true}) {
    options.verify = verify;
    std::vector<FrameEntry> frames;
    Progress encoding, decoding;
    encoding.frame_done = [&](const FrameEntry& frame) { frames.push_back(frame); };
    MemorySource source(content);
    MemorySink sink;
    const EncodeReport encoded = SharedCodec().Compress(source, sink, options, &encoding);
    EXPECT_EQ(encoding.raw_bytes, content.size());
    EXPECT_EQ(frames.size(), encoded.frames);
    uint64_t coded = 0;
    for (const FrameEntry& frame : frames) {
      coded += frame.coded_bytes;
      EXPECT_EQ(frame.model, frame.method == "stored" ? "" : "tiny");
    }
    EXPECT_EQ(encoding.coded_bytes, coded);
    EXPECT_LE(coded, encoded.coded_bytes);  // beside the stream's header and end
    EXPECT_EQ(encoded.work_seconds > 0, GetParam() != Method::kStore);

    std::vector<FrameEntry> decoded_frames;
    decoding.frame_done = [&](const FrameEntry& frame) { decoded_frames.push_back(frame); };
    MemorySource file(sink.bytes());
    MemorySink decoded;
    SharedCodec().Decompress(file, decoded, {}, &decoding);
    EXPECT_EQ(decoding.raw_bytes, content.size());
    EXPECT_EQ(decoding.coded_bytes, coded);
    ASSERT_EQ(decoded_frames.size(), frames.size());
    for (size_t i = 0; i < frames.size(); ++i) {
      EXPECT_EQ(decoded_frames[i].offset, frames[i].offset);
      EXPECT_EQ(decoded_frames[i].coded_bytes, frames[i].coded_bytes);
      EXPECT_EQ(decoded_frames[i].method, frames[i].method);
      EXPECT_EQ(decoded_frames[i].model, frames[i].model);
    }
  }
}

}  // namespace
}  // namespace lmzip
