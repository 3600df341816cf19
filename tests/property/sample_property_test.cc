// Samples: what is decoded from a drawn code. Encoded, they are that code again.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "codec/sampler.h"
#include "coder/random_code.h"
#include "format/stream_reader.h"
#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/order2_frames.h"
#include "support/token_frames.h"

namespace lmzip {
namespace {

using testing::CodedHeader;
using testing::ErrorOf;
using testing::Order2Model;
using testing::Order2Pool;
using testing::RandomVocabulary;
using testing::TokenHeader;
using testing::TokenPool;
using testing::UniformBytes;
using testing::WordyBytes;

/// A random code byte by byte, which tells how much of it was drawn.
class RecordedCode final : public CodeSource {
 public:
  RecordedCode(Bytes code, size_t& drawn) : code_(std::move(code)), drawn_(drawn) { drawn_ = 0; }
  ByteView Next() noexcept override {
    if (drawn_ == code_.size()) return {};
    return ByteView(code_).subspan(drawn_++, 1);
  }

 private:
  const Bytes code_;
  size_t& drawn_;
};

// As numbers of as many bytes they differ by less than 2^32.
void ExpectSameCode(ByteView drawn, ByteView encoded) {
  int64_t difference = 0;
  for (size_t i = 0; i < std::max(drawn.size(), encoded.size()); ++i) {
    if (i >= drawn.size()) {
      ASSERT_EQ(encoded[i], 0) << i;
      continue;
    }
    difference = 256 * difference + drawn[i] - (i < encoded.size() ? encoded[i] : 0);
    ASSERT_LT(std::abs(difference), int64_t{1} << 32) << "byte " << i;
  }
}

struct Lanes {
  int lanes_log2, segment_log2;
};

TEST(Sample, EncodedIsWhatItWasDrawnFrom) {
  constexpr size_t kBytes = 3000;
  Order2Pool one(1), three(3);
  for (const FrameKind kind : {FrameKind::kModel, FrameKind::kMixed, FrameKind::kModelMixed}) {
    for (const Lanes& lanes : {Lanes{0, 16}, Lanes{2, 8}}) {
      for (uint64_t seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE(std::string(MethodName(kind)) + ", seed " + std::to_string(seed));
        const FrameHeader header = CodedHeader(kind, kBytes, lanes.lanes_log2, lanes.segment_log2);
        const Bytes code = UniformBytes(2 * kBytes, seed);
        size_t drawn = 0;
        const Bytes sample = one.Sample(header, std::make_unique<RecordedCode>(code, drawn));
        ASSERT_LT(drawn, code.size());
        const size_t drawn_once = drawn;
        EXPECT_EQ(three.Sample(header, std::make_unique<RecordedCode>(code, drawn)), sample);
        EXPECT_EQ(drawn, drawn_once);
        const Bytes encoded = one.Encode(header, sample);
        ExpectSameCode(ByteView(code).first(drawn), encoded);
        EXPECT_EQ(one.Decode(header, {UnitCheck(sample)}, encoded), sample);
        EXPECT_EQ(one.Decode(header, {UnitCheck(sample)}, ByteView(code).first(drawn)), sample);
      }
    }
  }
}

// The order-2 model's favourite weighs 2^12, the 255 others 2^0 to 2^3, in the mean 3.37: 0.827.
TEST(Sample, HasTheModelsFrequencies) {
  Order2Pool pool(1);
  const FrameHeader header = CodedHeader(FrameKind::kModel, 20000, 0, 16);
  const Bytes sample = pool.Sample(header, std::make_unique<RandomCode>(5));
  size_t favourites = 0;
  for (size_t i = 2; i < sample.size(); ++i) {
    favourites += sample[i] == Order2Model::Successor(sample[i - 2], sample[i - 1]);
  }
  EXPECT_NEAR(static_cast<double>(favourites) / 20000, 0.827, 0.01);
  EXPECT_EQ(pool.Sample(header, std::make_unique<RandomCode>(5)), sample);
  EXPECT_NE(pool.Sample(header, std::make_unique<RandomCode>(6)), sample);
}

// Seeds mean the same bytes everywhere: the standard's own number for the 10,000th of 5489.
TEST(RandomCode, IsTheStandardsGenerator) {
  RandomCode code(5489);
  for (int i = 1; i < 10000; ++i) code.Next();
  EXPECT_EQ(LoadLe<uint64_t>(code.Next().data()), 9981545732273789042u);
}

TEST(Sample, ACodeThatEndsIsAnError) {
  Order2Pool pool(1);
  const FrameHeader header = CodedHeader(FrameKind::kModel, 5000, 0, 16);
  size_t drawn = 0;
  EXPECT_EQ(ErrorOf([&] {
              pool.Sample(header, std::make_unique<RecordedCode>(UniformBytes(50, 1), drawn));
            }),
            ErrorCode::kCorrupt);
  EXPECT_EQ(drawn, 50u);
}

// Whatever is drawn, the content is filled: tokens for nothing count as nothing, those that are too
// long are cut.
TEST(Sample, TokensFillTheirSegments) {
  const RandomVocabulary vocabulary(500, WordyBytes(3000, 1), 2);
  TokenPool one(vocabulary.table(), 1), three(vocabulary.table(), 3);
  for (const Lanes& lanes : {Lanes{0, 16}, Lanes{2, 5}}) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      const FrameHeader header = TokenHeader(700, lanes.lanes_log2, lanes.segment_log2);
      const Bytes sample = one.Sample(header, std::make_unique<RandomCode>(seed));
      EXPECT_EQ(three.Sample(header, std::make_unique<RandomCode>(seed)), sample);
    }
  }
}

TEST(Sample, TokensEncodedAreWhatTheyWereDrawnFrom) {
  testing::Random random(3);
  TokenFrequencies frequencies(1000);
  std::vector<std::vector<int16_t>> rows(400, std::vector<int16_t>(1000));
  for (auto& row : rows) {
    for (int16_t& logit : row) logit = static_cast<int16_t>(testing::Below(random, 4096));
  }
  const Bytes code = UniformBytes(2000, 4);
  size_t drawn = 0;
  BitDecoder sampler(std::make_unique<RecordedCode>(code, drawn));
  BitEncoder encoder(10000);
  for (const auto& row : rows) {
    frequencies.Assign(row.data());
    encoder.CodeToken(frequencies, sampler.CodeToken(frequencies, 0));
  }
  ExpectSameCode(ByteView(code).first(drawn), encoder.Finish());
}

Bytes SampleBy(Codec& codec, Method method, const SampleOptions& sample, ByteView prompt = {}) {
  EncodeOptions options;
  options.method = method;
  MemorySink sink;
  codec.Sample(prompt, sink, sample, options);
  EXPECT_EQ(sink.bytes().size(), sample.bytes);
  return sink.Take();
}

constexpr Method kByteMethods[] = {Method::kModel, Method::kMixed, Method::kModelMixed};

// The code in a file is what was drawn.
TEST(CodecSample, CompressesToTheBitsThatMadeIt) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 2});
  for (const Method method : kByteMethods) {
    const SampleOptions sample{.bytes = 3000, .seed = 11};
    const Bytes sampled = SampleBy(codec, method, sample);
    EncodeOptions options;
    options.method = method;
    options.typed_segments = false;
    const Bytes file = testing::Compressed(codec, sampled, options);
    MemorySource source(file);
    StreamReader reader(source);
    ASSERT_TRUE(reader.Next());
    const Bytes code = reader.ReadPayload().data;
    RandomCode drawn(sample.seed);
    Bytes bits;
    while (bits.size() < code.size()) {
      const ByteView next = drawn.Next();
      bits.insert(bits.end(), next.begin(), next.end());
    }
    ExpectSameCode(ByteView(bits).first(code.size()), code);
  }
}

// Given what a sample begins with, what is likeliest goes on, and each of its bits is the likelier.
TEST(CodecSample, FollowsItsPrompt) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 1});
  const Bytes prompt = WordyBytes(2000, 21);
  for (const Method method : kByteMethods) {
    const Bytes likeliest = SampleBy(codec, method, {.bytes = 200, .temperature = 0}, prompt);
    EXPECT_EQ(SampleBy(codec, method, {.bytes = 200, .seed = 5, .top_p = 0.5}, prompt),
              likeliest);
    EXPECT_NE(SampleBy(codec, method, {.bytes = 200, .temperature = 0}), likeliest);
    Bytes all = prompt;
    all.insert(all.end(), likeliest.begin(), likeliest.end());
    std::vector<SymbolCost> costs(all.size());
    EncodeOptions options;
    options.method = method;
    options.typed_segments = false;
    codec.Cost(all, options, costs);
    for (size_t i = prompt.size(); i < all.size(); ++i)
      ASSERT_LE(costs[i].result, 8u << kCostBits) << i;
  }
}

// Hotter samples cost more, and what is not changed costs what was drawn.
TEST(CodecSample, TemperatureOrdersCosts) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 1});
  EncodeOptions options;
  options.method = Method::kModel;
  uint64_t before = 0;
  for (const double temperature : {0.3, 0.7, 1.0, 1.6}) {
    const Bytes sampled =
        SampleBy(codec, Method::kModel, {.bytes = 3000, .seed = 3, .temperature = temperature});
    const uint64_t bytes = codec.Cost(sampled, options).sum.bytes();
    EXPECT_GT(bytes, before + before / 20) << temperature;
    before = bytes;
  }
}

TEST(Sampler, TokensAreTheLikeliest) {
  const RandomVocabulary vocabulary(300, WordyBytes(3000, 1), 2);
  TokenFrequencies frequencies(vocabulary.table().size());
  std::vector<int16_t> logits(size_t(frequencies.vocabulary()), 0);
  logits[77] = 3000;
  logits[78] = 2990;
  frequencies.Assign(logits.data());
  const auto share_of_77 = [&](const SampleOptions& options) {
    Sampler sampler(std::make_unique<RandomCode>(1), {}, options, &vocabulary.table());
    int count = 0;
    for (int i = 0; i < 4000; ++i) count += sampler.CodeToken(frequencies, 0) == 77;
    return count / 4000.0;
  };
  const double p = frequencies.Of(77).frequency, q = frequencies.Of(78).frequency;
  EXPECT_EQ(share_of_77({.temperature = 0}), 1);
  EXPECT_EQ(share_of_77({.top_p = 0.1}), 1);
  EXPECT_NEAR(share_of_77({.top_p = 0.9}), p / (p + q), 0.03);
  EXPECT_NEAR(share_of_77({.temperature = 0.1}), 1 / (1 + std::pow(q / p, 10)), 0.03);
  EXPECT_NEAR(share_of_77({}), p / (1u << kSymbolFrequencyBits), 0.03);
}

TEST(CodecSample, TellsWrongUse) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt"});
  const auto error = [&](const SampleOptions& sample, const EncodeOptions& options = {}) {
    MemorySink sink;
    return ErrorOf([&] { codec.Sample({}, sink, sample, options); });
  };
  EXPECT_EQ(error({.bytes = 1, .temperature = -1}), ErrorCode::kUsage);
  EXPECT_EQ(error({.bytes = 1, .top_p = 0}), ErrorCode::kUsage);
  EXPECT_EQ(error({.bytes = 1, .top_p = 1.5}), ErrorCode::kUsage);
  EXPECT_EQ(error({.bytes = (uint64_t{64} << 20) + 1}), ErrorCode::kUsage);
  EncodeOptions options;
  options.lanes = 2;
  EXPECT_EQ(error({.bytes = 1}, options), ErrorCode::kUsage);
  options = {};
  options.method = Method::kStore;
  EXPECT_EQ(error({.bytes = 1}, options), ErrorCode::kUsage);
}

}  // namespace
}  // namespace lmzip
