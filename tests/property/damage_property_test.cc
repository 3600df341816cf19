// Small files of every form with every byte damaged and every byte cut off: what is written is the
// content, or a part of it with an error; with recovery, parts of it in their order, and a report.
#include <gtest/gtest.h>

#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/made_files.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Compressed;
using testing::Cut;
using testing::Decoded;
using testing::Decompressed;
using testing::Flipped;
using testing::IsBadInput;
using testing::Joined;
using testing::StartsWith;
using testing::WordyBytes;

Codec& SharedCodec() {
  static Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 1});
  return codec;
}

struct Sample {
  Bytes content, file;
};

Sample Made(size_t size, Method method, uint64_t frame_bytes = 1000) {
  EncodeOptions options;
  options.method = method;
  options.frame_bytes = frame_bytes;
  const Bytes content = WordyBytes(size, size);
  return {content, Compressed(SharedCodec(), content, options)};
}

Sample operator+(const Sample& a, const Sample& b) {
  return {Joined({a.content, b.content}), Joined({a.file, b.file})};
}

// How much of `part`'s beginning is bytes of `whole` in their order.
template <typename Iterator>
size_t InOrder(Iterator part, Iterator part_end, Iterator whole, Iterator whole_end) {
  size_t count = 0;
  for (; whole != whole_end && part != part_end; ++whole) {
    if (*part != *whole) continue;
    ++part;
    ++count;
  }
  return count;
}

// Parts of the content in their order; between two of them may stand what is not verified.
void ExpectParts(const Decoded& decoded, const Bytes& content) {
  uint64_t unverified = 0;
  for (const Damage& damage : decoded.report.damage) {
    if (damage.unverified) unverified += damage.unverified->end - damage.unverified->begin;
  }
  const Bytes& out = decoded.content;
  const size_t front = InOrder(out.begin(), out.end(), content.begin(), content.end());
  const size_t back = InOrder(out.rbegin(), out.rend(), content.rbegin(), content.rend());
  ASSERT_GE(front + back + unverified, out.size());
  ASSERT_TRUE(unverified > 0 || front == out.size());
}

void ExpectHonest(const Bytes& damaged, const Bytes& content) {
  const Decoded plain = Decompressed(SharedCodec(), damaged);
  // A model's id may become that of a model which is not here.
  ASSERT_TRUE(IsBadInput(plain.error) || plain.error == ErrorCode::kModelMismatch);
  ASSERT_TRUE(StartsWith(content, plain.content));
  DecodeOptions options;
  options.keep_going = true;
  const Decoded kept = Decompressed(SharedCodec(), damaged, options);
  if (kept.error) {
    ASSERT_EQ(kept.error, ErrorCode::kModelMismatch);
    return;
  }
  ASSERT_FALSE(kept.report.damage.empty());
  ASSERT_GE(kept.content.size(), plain.content.size());
  ExpectParts(kept, content);
}

// A run that is copied, between words.
Sample MadeWithCopies(Method method) {
  EncodeOptions options;
  options.method = method;
  const Bytes words = WordyBytes(60, 5);
  Bytes content = words;
  content.resize(70000);
  content.insert(content.end(), words.begin(), words.end());
  return {content, Compressed(SharedCodec(), content, options)};
}

// Frames that copy from the first.
Sample MadeWithFarCopies() {
  EncodeOptions options;
  options.frame_bytes = 300;
  options.window_bytes = 1000;
  const Bytes noise = testing::UniformBytes(300, 5);
  const Bytes content = Joined({noise, noise, noise, Bytes(5, 1)});
  const Bytes file = Compressed(SharedCodec(), content, options);
  MemorySource source(file);
  EXPECT_EQ(List(source).frames[2].method, "stored+far");
  return {content, file};
}

// A frame that is coded between what the first one has.
Sample MadeWithWovenFrame() {
  EncodeOptions options;
  options.method = Method::kMixed;
  options.frame_bytes = 640;
  options.window_bytes = 1000;
  const Bytes noise = testing::UniformBytes(640, 5);
  Bytes edited = noise;
  std::fill_n(edited.begin() + 200, 40, uint8_t{'a'});
  const Bytes content = Joined({noise, edited, Bytes(5, 1)});
  const Bytes file = Compressed(SharedCodec(), content, options);
  MemorySource source(file);
  EXPECT_EQ(List(source).frames[1].method, "mix+woven");
  return {content, file};
}

// Frames with a list of typed segments, which may come to say what no decoder knows.
Sample MadeWithSegments(size_t frames) {
  EncodeOptions options;
  options.method = Method::kMixed;
  options.data_kind = "gray:16";
  options.frame_bytes = 96;
  testing::FileMaker maker;
  maker.Waves(frames * options.frame_bytes);
  const Bytes& content = maker.bytes();
  const Bytes file = Compressed(SharedCodec(), content, options);
  MemorySource source(file);
  for (const FrameEntry& frame : List(source).frames) EXPECT_FALSE(frame.segments.empty());
  return {content, file};
}

class DamagedFile : public ::testing::TestWithParam<Sample> {};

TEST_P(DamagedFile, OfAnyByteIsReported) {
  const auto& [content, file] = GetParam();
  ASSERT_EQ(Decompressed(SharedCodec(), file).content, content);
  for (size_t at = 0; at < file.size(); ++at) {
    for (const int mask : {0xff, 1 << at % 8}) {
      SCOPED_TRACE("byte " + std::to_string(at) + " ^ " + std::to_string(mask));
      ExpectHonest(Flipped(file, at, static_cast<uint8_t>(mask)), content);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DamagedFile, ByAnyCutIsReported) {
  const auto& [content, file] = GetParam();
  for (size_t cut = 0; cut < file.size(); ++cut) {
    const Bytes damaged = Cut(file, cut);
    const Decoded plain = Decompressed(SharedCodec(), damaged);
    if (!plain.error) {  // between two streams
      ASSERT_TRUE(StartsWith(content, plain.content));
      continue;
    }
    SCOPED_TRACE("cut " + std::to_string(cut));
    ExpectHonest(damaged, content);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, DamagedFile,
                         ::testing::Values(Made(0, Method::kStore), Made(20, Method::kStore),
                                           Made(90, Method::kModel), Made(60, Method::kMixed),
                                           Made(100, Method::kStore, 30),
                                           MadeWithCopies(Method::kMixed),
                                           MadeWithSegments(1), MadeWithSegments(3),
                                           MadeWithFarCopies(), MadeWithWovenFrame(),
                                           Made(150, Method::kModel, 60),
                                           Made(20, Method::kStore) + Sample{{}, Bytes(5)} +
                                               Made(120, Method::kModel, 70) +
                                               Made(0, Method::kStore) + Made(80, Method::kModel)));

}  // namespace
}  // namespace lmzip
