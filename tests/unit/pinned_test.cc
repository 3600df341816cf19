// Pinned models: what they compress comes back where the fingerprint is the same, and is refused
// elsewhere.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "format/headers.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"
#include "model/fingerprint.h"
#include "support/codec_calls.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Decoded;

std::string ModelPath(const std::string& name) {
  return std::filesystem::path(LMZIP_TEST_MODELS_DIR) / (name + ".pt");
}

CodecOptions Options(const std::string& model, int threads) {
  CodecOptions options;
  options.model = ModelPath(model);
  options.threads = threads;
  return options;
}

Bytes Text(size_t size) {
  Bytes text = testing::UniformBytes(size, 5);
  for (uint8_t& byte : text) byte = byte % 8 == 0 ? ' ' : static_cast<uint8_t>('a' + byte % 26);
  return text;
}

Bytes Compressed(ByteView content, const CodecOptions& options, const EncodeOptions& encode = {}) {
  Codec codec(options);
  return testing::Compressed(codec, content, encode);
}

Decoded Decompressed(ByteView file, const CodecOptions& options) {
  Codec codec(options);
  return testing::Decompressed(codec, file);
}

// The file with another fingerprint in its stream header, whose check holds.
Bytes WithFingerprint(ByteView file, const std::function<void(std::string&)>& change) {
  size_t used = 0;
  StreamHeader header = ParseStreamHeader(file, used);
  change(header.fingerprint);
  Bytes changed;
  AppendStreamHeader(header, changed);
  changed.insert(changed.end(), file.begin() + used, file.end());
  return changed;
}

void Replace(std::string& text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at, from.size(), to);
}

class Pinned : public ::testing::TestWithParam<Method> {
 protected:
  EncodeOptions options() const {
    EncodeOptions options;
    options.method = GetParam();
    return options;
  }
};

TEST_P(Pinned, ComesBackUnderItsFingerprint) {
  for (size_t size : {1, 100, 3000}) {
    const Bytes content = Text(size);
    const Bytes file = Compressed(content, Options("threads", 2), options());
    const Decoded decoded = Decompressed(file, Options("threads", 2));
    EXPECT_EQ(decoded.error, std::nullopt) << decoded.message;
    EXPECT_EQ(decoded.content, content);
    EXPECT_TRUE(size < 3000 || file.size() < content.size());
  }
}

TEST_P(Pinned, SeveralLanesAndSegmentsComeBack) {
  const Bytes content = Text(2000);
  EncodeOptions layout = options();
  layout.lanes = 4;
  layout.segment_bytes = 64;
  layout.frame_bytes = 1500;
  const Bytes file = Compressed(content, Options("threads", 1), layout);
  EXPECT_EQ(Decompressed(file, Options("threads", 1)).content, content);
}

TEST_P(Pinned, AnotherThreadCountIsRefusedByName) {
  const Bytes file = Compressed(Text(500), Options("threads", 2), options());
  const Decoded decoded = Decompressed(file, Options("threads", 1));
  EXPECT_EQ(decoded.error, ErrorCode::kModelMismatch);
  EXPECT_NE(decoded.message.find("threads is 1, was 2"), std::string::npos) << decoded.message;
  EXPECT_TRUE(decoded.content.empty());
}

TEST_P(Pinned, AnotherLibraryIsRefusedByName) {
  const Bytes file = WithFingerprint(
      Compressed(Text(500), Options("threads", 1), options()),
      [](std::string& fingerprint) { Replace(fingerprint, "libtorch ", "libtorch 0."); });
  const Decoded decoded = Decompressed(file, Options("threads", 1));
  EXPECT_EQ(decoded.error, ErrorCode::kModelMismatch);
  EXPECT_NE(decoded.message.find("library is libtorch "), std::string::npos) << decoded.message;
  EXPECT_NE(decoded.message.find(", was libtorch 0."), std::string::npos) << decoded.message;
  EXPECT_EQ(decoded.message.find("threads is 1"), std::string::npos) << decoded.message;
}

// The model adds up otherwise with another number of threads, with most libraries: the checks must
// find that.
TEST_P(Pinned, ADoctoredFingerprintDeliversNothingWrong) {
  const Bytes file = WithFingerprint(
      Compressed(Text(500), Options("threads", 2), options()),
      [](std::string& fingerprint) { Replace(fingerprint, "threads=2", "threads=1"); });
  if (file == Compressed(Text(500), Options("threads", 1), options())) {
    GTEST_SKIP() << "this libtorch adds up alike with one thread and with two";
  }
  const Decoded decoded = Decompressed(file, Options("threads", 1));
  EXPECT_EQ(decoded.error, ErrorCode::kCorrupt) << decoded.message;
  EXPECT_TRUE(decoded.content.empty());
}

TEST_P(Pinned, AMissingFingerprintIsRefused) {
  const Bytes file = WithFingerprint(Compressed(Text(500), Options("threads", 1), options()),
                                     [](std::string& fingerprint) { fingerprint.clear(); });
  const Decoded decoded = Decompressed(file, Options("threads", 1));
  EXPECT_EQ(decoded.error, ErrorCode::kUnsupported);
  EXPECT_NE(decoded.message.find("no fingerprint"), std::string::npos) << decoded.message;
}

TEST_P(Pinned, AModelThatDoesNotRepeatItselfCompressesNothing) {
  const Bytes content = Text(500);
  MemorySource source(content);
  MemorySink sink;
  try {
    Codec(Options("unrepeatable", 1)).Compress(source, sink, options());
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kModelLoad);
    EXPECT_NE(std::string(e.what()).find("does not repeat itself"), std::string::npos) << e.what();
  }
  EXPECT_TRUE(sink.bytes().empty());
}

TEST_P(Pinned, LogitsThatAreNoNumbersAreRefused) {
  Bytes content = Text(500);
  content[200] = 255;
  try {
    Compressed(content, Options("nan", 1), options());
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kModelLoad);
    EXPECT_NE(std::string(e.what()).find("nan"), std::string::npos) << e.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, Pinned, ::testing::Values(Method::kModel, Method::kModelMixed),
                         [](const auto& method) {
                           return method.param == Method::kModel ? "lm" : "lm_mix";
                         });

TEST(PinnedEngine, NativeRefuses) {
  CodecOptions options = Options("threads", 1);
  options.engine = Engine::kNative;
  try {
    Compressed(Text(500), options);
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kUsage);
    EXPECT_NE(std::string(e.what()).find("--engine torch"), std::string::npos) << e.what();
  }
}

TEST(Fingerprint, NamesWhatDiffers) {
  const std::string a = FormatFingerprint({{"threads", "2"}, {"device", "a; b"}});
  EXPECT_EQ(a, "threads=2; device=a, b");
  EXPECT_EQ(DescribeFingerprintChange(a, a), "");
  EXPECT_EQ(DescribeFingerprintChange(a, "threads=3; device=a, b"), "threads is 3, was 2");
  EXPECT_EQ(DescribeFingerprintChange(a, "threads=2"), "device is unknown, was a, b");
  EXPECT_EQ(DescribeFingerprintChange("x", "y"), "x is unknown, was , y is , was unknown");
  EXPECT_NE(DescribeFingerprintChange("a=1; b=2", "b=2; a=1"), "");
}

}  // namespace
}  // namespace lmzip
