// Streams whose frames copy from frames before: any content, any window, every number of threads;
// parts of them; and damage in a frame that others need.
#include <gtest/gtest.h>

#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Compressed;
using testing::Decoded;
using testing::Decompressed;
using testing::Flipped;
using testing::Joined;
using testing::Random;
using testing::RepeatingBytes;
using testing::UniformBytes;
using testing::WordyBytes;

Codec& CodecOf(int threads) {
  static Codec one({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 1});
  static Codec four({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 4});
  return threads == 1 ? one : four;
}

Listing Listed(const Bytes& file) {
  MemorySource source(file);
  return List(source);
}

size_t FarFrames(const Bytes& file) {
  return static_cast<size_t>(std::ranges::count_if(
      Listed(file).frames, [](const FrameEntry& frame) { return frame.reach > 0; }));
}

// A source that cannot go back.
class PipeSource : public ByteSource {
 public:
  explicit PipeSource(ByteView bytes) : source_(bytes) {}
  size_t Read(std::span<uint8_t> out) override { return source_.Read(out); }

 private:
  MemorySource source_;
};

Bytes RangeOf(ByteSource& source, ByteRange range) {
  MemorySink sink;
  CodecOf(1).Decompress(source, sink, {.range = range});
  return sink.Take();
}

TEST(Window, AnyContentComesBackInAnyWindowWithAnyThreads) {
  size_t far = 0;
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Bytes content = RepeatingBytes(random, 1 + Below(random, 20000));
    EncodeOptions options;
    options.effort = Effort::kFast;
    options.method = seed % 6 == 0 ? Method::kModelMixed : Method::kAuto;
    options.frame_bytes = 400 + Below(random, 5000);
    options.window_bytes = Below(random, 4) ? 1 + Below(random, 20000) : 0;
    options.verify = seed % 4 == 0;
    const Bytes file = Compressed(CodecOf(1), content, options);
    ASSERT_EQ(Compressed(CodecOf(4), content, options), file);
    ASSERT_EQ(Decompressed(CodecOf(4), file).content, content);
    const size_t frames = FarFrames(file);
    far += frames;
    ASSERT_EQ(Listed(file).window_bytes,
              Listed(file).frames.size() > 1 ? *options.window_bytes : 0);
    if (*options.window_bytes == 0) {
      ASSERT_EQ(frames, 0u);
    }
    for (int i = 0; i < 4; ++i) {
      const uint64_t begin = Below(random, content.size()), length = Below(random, 5000);
      const ByteRange range{begin, std::min<uint64_t>(begin + length, content.size())};
      const Bytes part(content.begin() + ptrdiff_t(range.begin),
                       content.begin() + ptrdiff_t(range.end));
      MemorySource source(file);
      PipeSource pipe(file);
      ASSERT_EQ(RangeOf(source, range), part);
      ASSERT_EQ(RangeOf(pipe, range), part);
    }
  }
  EXPECT_GT(far, 15u);
}

TEST(Window, BeginsAnewWithEveryStream) {
  const Bytes noise = UniformBytes(5000, 3);
  EncodeOptions options;
  options.frame_bytes = 1000;
  options.window_bytes = 100000;
  const Bytes twice = Joined({noise, noise});
  const Bytes file = Compressed(CodecOf(1), twice, options);
  EXPECT_LT(file.size(), noise.size() + 1000);
  EXPECT_EQ(FarFrames(file), 5u);
  const Bytes two = Joined({file, Bytes(100), file});
  EXPECT_EQ(Decompressed(CodecOf(4), two).content, Joined({twice, twice}));
}

// Noise, then the same in other frames, then noise of its own.
struct Repeated {
  Bytes content, file;
  std::vector<FrameEntry> frames;
};

Repeated MadeRepeated() {
  const Bytes a = UniformBytes(200000, 1), b = UniformBytes(200000, 2), c = UniformBytes(1000, 3);
  Repeated made;
  made.content = Joined({a, b, a, c, a, b});
  EncodeOptions options;
  options.frame_bytes = 200000;
  options.window_bytes = uint64_t{1} << 20;
  made.file = Compressed(CodecOf(1), made.content, options);
  made.frames = Listed(made.file).frames;
  return made;
}

// What is lost are units that the damage is in and those that copy them; whatever is delivered is
// right, and all that is lost is told.
TEST(Window, DamageReachesWhatCopiesIt) {
  const Repeated made = MadeRepeated();
  ASSERT_EQ(made.frames.size(), 6u);
  ASSERT_EQ(FarFrames(made.file), 4u);
  DecodeOptions options;
  options.keep_going = true;
  for (const uint64_t at : {uint64_t{100}, uint64_t{70000}, made.frames[1].offset + 150000}) {
    SCOPED_TRACE("byte " + std::to_string(at));
    const Bytes damaged = Flipped(made.file, at, 0x10);
    const Decoded plain = Decompressed(CodecOf(1), damaged);
    EXPECT_EQ(plain.error, ErrorCode::kCorrupt);
    const Decoded kept = Decompressed(CodecOf(4), damaged, options);
    ASSERT_FALSE(kept.error);
    Bytes expected;
    uint64_t begin = 0;
    for (const Damage& damage : kept.report.damage) {
      if (!damage.content) continue;  // of the check of all of the stream
      expected.insert(expected.end(), made.content.begin() + ptrdiff_t(begin),
                      made.content.begin() + ptrdiff_t(damage.content->begin));
      begin = damage.content->end;
    }
    expected.insert(expected.end(), made.content.begin() + ptrdiff_t(begin), made.content.end());
    EXPECT_EQ(kept.content, expected);
    EXPECT_GE(kept.report.damage.size(), 2u);
    EXPECT_GT(kept.content.size(), made.content.size() / 2);
    EXPECT_TRUE(std::ranges::any_of(kept.report.damage, [](const Damage& damage) {
      return damage.message.find("what it copies from frames before is lost") != std::string::npos;
    }));
  }
}

// Only what the damage is in is lost where nobody copies it, and a part that needs none of it is
// whole.
TEST(Window, PartsThatNeedNothingDamagedAreWhole) {
  const Repeated made = MadeRepeated();
  const Bytes damaged = Flipped(made.file, made.frames[1].offset + 150000, 1);  // in b
  const ByteRange third{400000, 600000};
  MemorySource source(damaged);
  EXPECT_EQ(RangeOf(source, third),
            Bytes(made.content.begin() + 400000, made.content.begin() + 600000));
}

// A frame's header that is lost takes its content with it; what copies other frames is found again,
// for frames with far copies say where they are.
TEST(Window, FramesBehindALostHeaderKnowTheirPlaces) {
  const Repeated made = MadeRepeated();
  const Bytes damaged = Flipped(made.file, made.frames[1].offset + 1, 0xff);
  DecodeOptions options;
  options.keep_going = true;
  const Decoded kept = Decompressed(CodecOf(1), damaged, options);
  ASSERT_FALSE(kept.error);
  // The other two hold parts of what is lost in every unit.
  const ByteView content = made.content;
  EXPECT_EQ(kept.content, Joined({content.first(200000), content.subspan(400000, 400000)}));
}

// The stream's header tells the window; without it there is one all the same.
TEST(Window, AStreamWithoutItsHeaderIsRecovered) {
  const Repeated made = MadeRepeated();
  DecodeOptions options;
  options.keep_going = true;
  EXPECT_EQ(Decompressed(CodecOf(1), Flipped(made.file, 5, 0xff), options).content, made.content);
}

// In the least memory that frames can be coded in alone, they are with a window, too: to the same
// bytes.
TEST(Window, ClosesWhereFramesNeedAllMemory) {
  const Bytes a = UniformBytes(90000, 1), b = WordyBytes(5000, 2);
  const Bytes content = Joined({a, b, a, b, a});
  EncodeOptions options;
  options.effort = Effort::kFast;
  options.frame_bytes = 95000;
  options.window_bytes = uint64_t{8} << 20;
  const Bytes file = Compressed(CodecOf(1), content, options);
  EXPECT_GE(FarFrames(file), 2u);
  EncodeOptions independent = options;
  independent.window_bytes = 0;
  for (uint64_t mib = 40;; ++mib) {
    Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 2, .memory_bytes = mib << 20});
    const auto compressed = [&](const EncodeOptions& with) {
      return testing::ErrorOf(
          [&] { EXPECT_EQ(Compressed(codec, content, with).size() > 0, true); });
    };
    if (compressed(independent) == ErrorCode::kLimit) continue;
    EXPECT_GT(mib, 40u);
    EXPECT_EQ(Compressed(codec, content, options), file);
    EXPECT_EQ(Decompressed(codec, file).content, content);
    return;
  }
}

TEST(Window, NoMoreThanMemoryIsTakenForIt) {
  const Bytes noise = UniformBytes(3 << 20, 1);
  EncodeOptions options;
  options.method = Method::kMixed;
  options.effort = Effort::kFast;
  options.frame_bytes = 1 << 20;
  options.window_bytes = uint64_t{1} << 38;
  EXPECT_EQ(testing::ErrorOf([&] { Compressed(CodecOf(1), noise, options); }), ErrorCode::kLimit);
  options.window_bytes = uint64_t{1} << 50;
  EXPECT_EQ(testing::ErrorOf([&] { Compressed(CodecOf(1), noise, options); }), ErrorCode::kUsage);
}

// Residue comes bit by bit, and content behind it is written while later copies wait for theirs.
TEST(Window, FramesCopyFromBeforeThemselvesWhileTheyAreWritten) {
  constexpr size_t kFrame = size_t{1} << 20;
  Bytes content = UniformBytes(kFrame, 41);
  for (size_t at = 0; content.size() < 2 * kFrame; at += 9000) {
    const Bytes words = WordyBytes(2000, at + 1);
    content.insert(content.end(), words.begin(), words.end());
    const Bytes piece(content.begin() + ptrdiff_t(at), content.begin() + ptrdiff_t(at + 9000));
    content.insert(content.end(), piece.begin(), piece.end());
  }
  content.resize(2 * kFrame);
  EncodeOptions options;
  options.method = Method::kMixed;
  options.frame_bytes = kFrame;
  options.window_bytes = kFrame;  // all of it is needed to the frame's end
  const Bytes file = Compressed(CodecOf(4), content, options);
  ASSERT_EQ(FarFrames(file), 1u);
  for (const int threads : {1, 4}) {
    const Decoded decoded = Decompressed(CodecOf(threads), file);
    EXPECT_EQ(decoded.error, std::nullopt) << decoded.message;
    EXPECT_TRUE(decoded.content == content) << threads;
  }
}

}  // namespace
}  // namespace lmzip
