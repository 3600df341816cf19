// References: whatever they and the content are, both sides agree; without them, or with others,
// nothing is decoded, and what is missing is named.
#include <gtest/gtest.h>

#include <fstream>

#include "base/hash.h"
#include "format/headers.h"
#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/random_bytes.h"
#include "support/temporary_folder.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Compressed;
using testing::Decoded;
using testing::Decompressed;
using testing::ErrorOf;
using testing::Flipped;
using testing::Joined;
using testing::Random;
using testing::UniformBytes;
using testing::WordyBytes;

std::filesystem::path WrittenFile(const std::string& name, ByteView bytes) {
  static const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / ("reference-" + name);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  return path;
}

std::unique_ptr<Codec> CodecWith(const std::vector<std::filesystem::path>& references,
                                 int threads = 1) {
  return std::make_unique<Codec>(CodecOptions{
      .model = LMZIP_MODELS_DIR "/tiny.pt", .threads = threads, .references = references});
}

Listing Listed(const Bytes& file) {
  MemorySource source(file);
  return List(source);
}

EncodeOptions Fast() {
  EncodeOptions options;
  options.effort = Effort::kFast;
  return options;
}

TEST(References, SmallContentThatIsLikeThemCostsLittle) {
  const Bytes words = WordyBytes(20000, 1);
  const ByteView end = ByteView(words).last(3000);
  const auto path = WrittenFile("words", ByteView(words).first(17000));
  const auto with = CodecWith({path}), without = CodecWith({});
  for (const Method method : {Method::kMixed, Method::kModelMixed, Method::kAuto}) {
    EncodeOptions options = Fast();
    options.method = method;
    const Bytes file = Compressed(*with, end, options);
    EXPECT_LT(file.size(), Compressed(*without, end, options).size() * 9 / 10);
    EXPECT_EQ(Decompressed(*with, file).content, Bytes(end.begin(), end.end()));
    EXPECT_EQ(Listed(file).references.size(), 1u);
    const Decoded refused = Decompressed(*without, file);
    EXPECT_EQ(refused.error, ErrorCode::kModelMismatch);
    EXPECT_NE(refused.message.find("--reference"), std::string::npos) << refused.message;
    EXPECT_TRUE(refused.content.empty());
  }
}

TEST(References, ASecondVersionCostsItsChanges) {
  const Bytes first = UniformBytes(300000, 1);
  Bytes second = first;
  second.insert(second.begin() + 70000, 5, 7);
  second[200000] ^= 1;
  const auto with = CodecWith({WrittenFile("first", first)});
  EncodeOptions options = Fast();
  options.verify = true;
  options.frame_bytes = 100000;
  const Bytes file = Compressed(*with, second, options);
  EXPECT_LT(file.size(), 500u);
  EXPECT_EQ(Decompressed(*with, file).content, second);
  // What references have is taken of them, so no frame needs another.
  MemorySource source(file);
  for (const FrameEntry& frame : List(source).frames) EXPECT_EQ(frame.reach, 0u);
  DecodeOptions part;
  part.range = {150000, 250000};
  EXPECT_EQ(Decompressed(*with, file, part).content,
            Bytes(second.begin() + 150000, second.begin() + 250000));
  // What is not like it needs none of it.
  EXPECT_TRUE(Listed(Compressed(*with, {}, options)).references.empty());
  EncodeOptions store;
  store.method = Method::kStore;
  EXPECT_TRUE(Listed(Compressed(*with, second, store)).references.empty());
}

TEST(References, AnyContentComesBackWithAnyReferencesAndThreads) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::vector<std::filesystem::path> paths;
    Bytes all;
    for (uint64_t i = 0, count = 1 + Below(random, 3); i < count; ++i) {
      const Bytes bytes = Below(random, 2) ? UniformBytes(1 + Below(random, 90000), random())
                                           : WordyBytes(1 + Below(random, 3000), seed);
      all.insert(all.end(), bytes.begin(), bytes.end());
      paths.push_back(WrittenFile(std::to_string(i), bytes));
    }
    Bytes content = WordyBytes(Below(random, 3000), seed);
    for (int i = 0; i < 4; ++i) {
      const size_t begin = Below(random, all.size()), length = Below(random, all.size() - begin);
      content.insert(content.end(), all.begin() + ptrdiff_t(begin),
                     all.begin() + ptrdiff_t(begin + length));
      const Bytes words = WordyBytes(Below(random, 200), seed);
      content.insert(content.end(), words.begin(), words.end());
    }
    EncodeOptions options = Fast();
    if (seed % 3 == 0) options.method = Method::kModelMixed;
    if (seed % 3 == 0) options.lanes = 4, options.segment_bytes = 64;
    if (seed % 2) options.frame_bytes = 1 + content.size() / 3;
    if (seed % 4 == 1) options.window_bytes = 0;
    if (seed % 3 == 0) content.resize(std::min<size_t>(content.size(), 4000));
    const Bytes file = Compressed(*CodecWith(paths), content, options);
    ASSERT_EQ(Compressed(*CodecWith(paths, 4), content, options), file);
    const Decoded decoded = Decompressed(*CodecWith(paths, 4), file);
    ASSERT_EQ(decoded.message, "");
    ASSERT_EQ(decoded.content, content);
  }
}

TEST(References, WrongOnesAreNamed) {
  const Bytes words = WordyBytes(100000, 1);
  const auto path = WrittenFile("right", words);
  const Bytes file = Compressed(*CodecWith({path}), words, Fast());
  EXPECT_LT(file.size(), 100u);
  const auto wrong = WrittenFile("wrong", Flipped(words, 5000, 1));
  const Decoded refused = Decompressed(*CodecWith({wrong}), file);
  EXPECT_EQ(refused.error, ErrorCode::kModelMismatch);
  EXPECT_NE(refused.message.find("a reference of 100000 bytes with XXH3"), std::string::npos);
  EXPECT_NE(refused.message.find("reference-wrong has 100000 bytes with XXH3"), std::string::npos);
  // Those that a stream does not name do no harm.
  EXPECT_EQ(Decompressed(*CodecWith({wrong, path}), file).content, words);
  EXPECT_EQ(
      Decompressed(*CodecWith({wrong, path}), Compressed(*CodecWith({}), words, Fast())).content,
      words);
  EXPECT_EQ(ErrorOf([&] { Compressed(*CodecWith({"/nonexistent/x"}), words, Fast()); }),
            ErrorCode::kIo);
  EXPECT_EQ(ErrorOf([&] { Compressed(*CodecWith({WrittenFile("empty", {})}), words, Fast()); }),
            ErrorCode::kUsage);
}

TEST(References, OneThatChangesMeanwhileIsTold) {
  const Bytes words = WordyBytes(100000, 1);
  const auto path = WrittenFile("changing", words);
  const auto codec = CodecWith({path});
  Compressed(*codec, words, Fast());
  std::ofstream(path, std::ios::app) << "more";
  EXPECT_EQ(ErrorOf([&] { Compressed(*codec, words, Fast()); }), ErrorCode::kIo);
}

}  // namespace
}  // namespace lmzip
