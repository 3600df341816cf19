// Models of tokens end to end: any bytes come back, whatever the threads, the lanes and the engine.
#include <gtest/gtest.h>

#include "chunker/tokenized_content.h"
#include "coder/token_frequencies.h"
#include "engine/native.h"
#include "format/headers.h"
#include "lmzip/lmzip.h"
#include "lmzip/memory_io.h"
#include "model/model_file.h"
#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/long_form.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Compressed;
using testing::Decompressed;
using testing::ErrorOf;
using testing::Flipped;
using testing::FromText;
using testing::IsBadInput;
using testing::Joined;
using testing::kStreamHeaderBytes;
using testing::Random;
using testing::StartsWith;
using testing::UniformBytes;
using testing::WordyBytes;

constexpr const char* kModel = LMZIP_TESTS_DIR "/data/tokens.pt";

CodecOptions With(int threads, Engine engine = Engine::kNative) {
  return {.model = kModel, .engine = engine, .device = "cpu", .threads = threads};
}

EncodeOptions Lanes(int lanes = 0, uint64_t segment = 0) {
  EncodeOptions options;
  options.method = Method::kModel;
  options.lanes = lanes;
  options.segment_bytes = segment;
  return options;
}

// Such as the model compresses.
Bytes Text(size_t size, Random& random) {
  static const std::string kText =
      "The number of bytes in a frame, of which the first is the kind, is the sum of the lengths "
      "of "
      "its segments; the decoder must refuse a length that is not the sum of the bits of the "
      "lanes. ";
  return FromText(kText.substr(Below(random, kText.size() - size), size));
}

// Text in which stands whatever tokenizers might change.
Bytes Strange(size_t pieces, uint64_t seed) {
  static const char* const kPieces[] = {"\r\n",
                                        "\n\n\n",
                                        "   ",
                                        "\t",
                                        "\xe2\x96\x81",
                                        "\xe2\x96\x81\xe2\x96\x81 x",
                                        "e\xcc\x81",
                                        "\xef\xbb\xbf",
                                        "\xff",
                                        "\xc0\x80",
                                        "\xe2\x96",
                                        "\xed\xa0\x80",
                                        "\xf0\x9f\x98\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xe4\xb8\xad\xe6\x96\x87",
                                        "<unk>",
                                        "<s>",
                                        "<0x41>",
                                        "\xef\xbf\xbd",
                                        "\xc2\xa0",
                                        "\xe3\x80\x80"};
  Random random(seed);
  Bytes content;
  for (size_t i = 0; i < pieces; ++i) {
    const uint64_t choice = Below(random, 40);
    const Bytes piece = choice < std::size(kPieces) ? FromText(kPieces[choice])
                        : choice < 24               ? Bytes(1 + Below(random, 4))  // NUL
                        : choice < 28               ? UniformBytes(1 + Below(random, 6), random())
                                                    : Text(1 + Below(random, 90), random);
    content.insert(content.end(), piece.begin(), piece.end());
  }
  return content;
}

TEST(Tokens, AnyBytesComeBackAndOutputIsTheSameForAllThreads) {
  Codec one(With(1)), two(With(2)), five(With(5));
  int stored = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const Bytes content =
        seed % 10 == 9 ? UniformBytes(seed * 7, seed) : Strange(1 + seed * 3, seed);
    const EncodeOptions options = Lanes(1 << seed % 7, uint64_t{16} << seed % 5);
    const Bytes file = Compressed(one, content, options);
    ASSERT_LE(file.size(), content.size() + 32);
    ASSERT_EQ(Compressed(two, content, options), file);
    ASSERT_EQ(Compressed(five, content, options), file);
    ASSERT_EQ(Decompressed(one, file).content, content);
    ASSERT_EQ(Decompressed(two, file).content, content);
    ASSERT_EQ(Decompressed(five, file).content, content);
    MemorySource source(file);
    for (const auto& frame : List(source).frames) stored += frame.method == "stored";
  }
  EXPECT_LE(stored, 10);
}

// FORMAT.md 4 and 5 as plain loops.
Bytes ReferenceCode(const ModelFile& file, const FrameHeader& header, ByteView content) {
  const auto model =
      NewNativeModel({std::shared_ptr<const void>(), &file.weights()}, Isa::kPortable);
  const auto tokens =
      TokenizeContent(*OpenTokenizer(file.tokenizer()), *file.tokens(), header.geometry, content);
  const auto lanes = static_cast<size_t>(header.geometry.lanes());
  RangeEncoder encoder;
  TokenFrequencies frequencies(model->vocabulary(), Isa::kPortable);
  std::vector<int16_t> logits(model->vocabulary());
  for (size_t block = 0; block < tokens.ends.size(); block += lanes) {
    const auto predictor = model->NewPredictor(static_cast<int>(lanes));
    bool more = true;
    for (size_t step = 0; more; ++step) {
      more = false;
      for (size_t lane = 0; lane < lanes; ++lane) {
        const auto segment = tokens.Segment(block + lane);
        if (step >= segment.size()) continue;
        more = true;
        const int index = static_cast<int>(lane);
        const int32_t last = step == 0 ? model->vocabulary() : segment[step - 1];
        predictor->Run({&index, 1}, 1, &last, logits.data());
        frequencies.Assign(logits.data());
        const FrequencyInterval interval = frequencies.Of(segment[step]);
        encoder.EncodeSymbol(interval.cumulative, interval.frequency, kSymbolFrequencyBits);
      }
    }
  }
  return encoder.Finish();
}

TEST(Tokens, FramesFollowTheFormat) {
  const auto model = ModelFile::Open(kModel);
  Codec codec(With(3));
  for (const int lanes : {1, 4, 16}) {
    const Bytes content =
        Joined({WordyBytes(3000, 1), Strange(40, 2), FromText("the end of the frame")});
    const Bytes file = Compressed(codec, content, Lanes(lanes, 256));
    size_t used = 0;
    const FrameHeader header = ParseFrameHeader(ByteView(file).subspan(kStreamHeaderBytes), used);
    ASSERT_EQ(header.kind, FrameKind::kTokens);
    const ByteView data =
        ByteView(file).subspan(kStreamHeaderBytes + used + kCheckBytes, header.data_bytes);
    EXPECT_EQ(Bytes(data.begin(), data.end()), ReferenceCode(*model, header, content));
  }
}

TEST(Tokens, TokensOfASegmentAreItsBytes) {
  const auto model = ModelFile::Open(kModel);
  const auto tokenizer = OpenTokenizer(model->tokenizer());
  const Geometry geometry{.lanes_log2 = 1, .segment_log2 = 6};
  const Bytes content = Strange(400, 3);
  const TokenizedContent tokens = TokenizeContent(*tokenizer, *model->tokens(), geometry, content);
  size_t at = 0;
  for (size_t segment = 0; segment < tokens.ends.size(); ++segment) {
    const size_t begin = at;
    for (int token : tokens.Segment(segment)) {
      const ByteView bytes = model->tokens()->Bytes(token);
      ASSERT_TRUE(std::ranges::equal(bytes, ByteView(content).subspan(at, bytes.size())));
      at += bytes.size();
    }
    ASSERT_LE(at - begin, geometry.segment_bytes());
  }
  EXPECT_EQ(at, content.size());
}

// A tokenizer that lies: it drops every x, and sometimes answers with nonsense.
class LyingTokenizer : public Tokenizer {
 public:
  explicit LyingTokenizer(const TokenTable& table) : table_(table) {}
  int vocabulary() const override { return table_.size(); }
  void Tokenize(std::string_view text, std::vector<int>& tokens) const override {
    tokens.clear();
    for (char c : text) {
      if (c == 'y') tokens.push_back(table_.size() + 5);
      if (c != 'x') tokens.push_back(table_.ByteToken(static_cast<uint8_t>(c)));
    }
  }

 private:
  const TokenTable& table_;
};

TEST(Tokens, NothingThatATokenizerSaysIsBelieved) {
  const auto model = ModelFile::Open(kModel);
  const Bytes content = FromText("axxb yes \xc3\xa9x\xff z");
  const LyingTokenizer lying(*model->tokens());
  const TokenizedContent tokens = TokenizeContent(lying, *model->tokens(), {}, content);
  Bytes bytes;
  for (int token : tokens.tokens) {
    const ByteView piece = model->tokens()->Bytes(token);
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(bytes, content);
}

TEST(Tokens, BadBytesCostLittle) {
  Codec codec(With(2));
  Bytes content;
  for (int i = 0; i < 40; ++i) {
    const Bytes part = FromText(
        "The encoder of this project chooses, among the numbers from low to low + range - 1, the "
        "one with the most trailing zero bits. ");
    content.insert(content.end(), part.begin(), part.end());
  }
  const size_t clean = Compressed(codec, content, Lanes()).size();
  Bytes bad = content;
  for (size_t i = 0; i < 10; ++i)
    bad.insert(bad.begin() + static_cast<ptrdiff_t>(i * 499 + 7), 0xfe);
  const Bytes file = Compressed(codec, bad, Lanes());
  EXPECT_LE(file.size(), clean + 10 * 6);  // the byte, and the tokens that it cuts
  EXPECT_EQ(Decompressed(codec, file).content, bad);
}

TEST(Tokens, ListingTellsTheShareOfByteTokens) {
  Codec codec(With(1));
  Bytes content;
  while (content.size() < 4000)
    content = Joined({content, FromText("the number of bytes in a frame of ")});
  for (size_t at = 0; at < content.size(); at += 10) content[at] = 0xff;
  const Bytes file = Compressed(codec, content, Lanes(1, 1024));
  MemorySource source(file);
  const Listing listing = List(source);
  ASSERT_EQ(listing.frames.size(), 1u);
  EXPECT_EQ(listing.frames[0].method, "tokens");
  ASSERT_TRUE(listing.frames[0].byte_share);
  EXPECT_NEAR(*listing.frames[0].byte_share, 0.1, 0.005);
}

TEST(Tokens, DamageIsFoundAndNothingWrongIsWritten) {
  Codec codec(With(2));
  const Bytes content = Joined({WordyBytes(500, 4), Strange(10, 4)});
  EncodeOptions options = Lanes(2, 64);
  options.frame_bytes = 300;
  const Bytes file = Compressed(codec, content, options);
  for (size_t at = 0; at < file.size(); ++at) {
    const Bytes damaged = Flipped(file, at, static_cast<uint8_t>(1 << at % 8));
    MemorySource source(damaged);
    MemorySink sink;
    const auto error = ErrorOf([&] { codec.Decompress(source, sink, {}); });
    ASSERT_TRUE(IsBadInput(error)) << at;
    ASSERT_TRUE(StartsWith(content, sink.bytes())) << at;
  }
}

TEST(Tokens, RangesAndDamagedFrames) {
  Codec codec(With(2));
  const Bytes content = WordyBytes(3000, 5);
  EncodeOptions options = Lanes();
  options.frame_bytes = 1000;
  Bytes file = Compressed(codec, content, options);
  DecodeOptions range;
  range.range = {.begin = 900, .end = 2100};
  EXPECT_EQ(Decompressed(codec, file, range).content,
            Bytes(content.begin() + 900, content.begin() + 2100));
  file[kStreamHeaderBytes + 100] ^= 0x10;  // in the first frame's code
  DecodeOptions keep_going;
  keep_going.keep_going = true;
  EXPECT_EQ(Decompressed(codec, file, keep_going).content,
            Bytes(content.begin() + 1000, content.end()));
}

TEST(Tokens, AutoChoosesAndTheMixerDoesNotJoin) {
  Codec codec(With(2));
  const Bytes content = Joined({WordyBytes(30000, 6), UniformBytes(5000, 6)});
  EncodeOptions options;
  EXPECT_EQ(Decompressed(codec, Compressed(codec, content, options)).content, content);
  options.method = Method::kModelMixed;
  EXPECT_EQ(ErrorOf([&] { Compressed(codec, content, options); }), ErrorCode::kUsage);
  options.method = Method::kMixed;
  EXPECT_EQ(Decompressed(codec, Compressed(codec, content, options)).content, content);
}

TEST(Tokens, AutoIsAsSmallAsTheBetterOfModelAndMixer) {
  Codec codec(With(2));
  const auto size = [&](const Bytes& content, Method method) {
    EncodeOptions options;
    options.method = method;
    return Compressed(codec, content, options).size();
  };
  bool model = false, mixer = false;
  for (const Bytes& content :
       {FromText("The number of bytes of the frame."), Bytes(3000, 'a'), WordyBytes(600, 8),
        Strange(50, 8), Joined({Strange(80, 8), Strange(80, 8), Strange(80, 8)})}) {
    const size_t by_model = size(content, Method::kModel), by_mixer = size(content, Method::kMixed);
    EXPECT_EQ(size(content, Method::kAuto), std::min(by_model, by_mixer));
    model |= by_model < by_mixer;
    mixer |= by_mixer < by_model;
  }
  EXPECT_TRUE(model && mixer);  // or else the test asks too little
}

TEST(Tokens, TorchEngineGivesTheSameBytes) {
  Codec native(With(1)), torch(With(1, Engine::kTorch));
  const Bytes content = Joined({WordyBytes(700, 7), Strange(20, 7)});
  Bytes file;
  if (ErrorOf([&] { file = Compressed(torch, content, Lanes(2, 128)); }) == ErrorCode::kUsage) {
    GTEST_SKIP() << "no torch engine";
  }
  EXPECT_EQ(file, Compressed(native, content, Lanes(2, 128)));
  EXPECT_EQ(Decompressed(torch, file).content, content);
}

}  // namespace
}  // namespace lmzip
