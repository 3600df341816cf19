// What measuring says against what coding takes: of every kind, by byte and in all, whatever the
// threads, the lanes and the instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <array>
#include <cstdio>
#include <filesystem>

#include "base/cpu.h"
#include "support/codec_calls.h"
#include "support/damage.h"
#include "support/order2_frames.h"
#include "support/token_frames.h"

namespace lmzip {
namespace {

using testing::CodedHeader;
using testing::GreedyTokenizer;
using testing::Order2Content;
using testing::Order2Model;
using testing::Order2Pool;
using testing::RandomVocabulary;
using testing::TokenHeader;
using testing::TokenPool;
using testing::UniformBytes;
using testing::WordyBytes;

constexpr FrameKind kByteKinds[] = {FrameKind::kModel, FrameKind::kMixed, FrameKind::kModelMixed};

void ExpectSize(const CostSum& cost, size_t code_bytes) {
  const auto bytes = static_cast<double>(cost.bytes());
  EXPECT_NEAR(bytes, static_cast<double>(code_bytes), 16 + bytes / 1000);
}

CostSum SumOf(std::span<const SymbolCost> costs) {
  CostSum sum;
  for (const SymbolCost& cost : costs) sum.Add(cost);
  return sum;
}

void ExpectEqual(const CostSum& a, const CostSum& b) {
  EXPECT_EQ(a.network, b.network);
  EXPECT_EQ(a.mixed, b.mixed);
  EXPECT_EQ(a.result, b.result);
}

struct Lanes {
  int lanes_log2, segment_log2;
};

TEST(Measure, AgreesWithTheCodeForEveryKindAndShape) {
  Order2Pool one(1), three(3);
  for (const FrameKind kind : kByteKinds) {
    for (const Lanes& lanes : {Lanes{0, 16}, Lanes{2, 9}, Lanes{3, 5}}) {
      for (const Bytes& content : {Order2Content(1, 1), Order2Content(9000, 2), WordyBytes(9000, 3),
                                   Bytes(9000), UniformBytes(3000, 4)}) {
        SCOPED_TRACE(std::string(MethodName(kind)) + ", " + std::to_string(content.size()) + ", " +
                     std::to_string(1 << lanes.lanes_log2) + " lanes");
        const FrameHeader header =
            CodedHeader(kind, content.size(), lanes.lanes_log2, lanes.segment_log2);
        std::vector<SymbolCost> costs(content.size(), {.network = 1, .mixed = 1, .result = 1});
        const CostSum cost = one.Measure(header, content, costs);
        ExpectSize(cost, one.Encode(header, content).size());
        ExpectEqual(cost, SumOf(costs));
        EXPECT_EQ(one.Measure(header, content).result, cost.result);  // without the split
        std::vector<SymbolCost> others(content.size());
        ExpectEqual(three.Measure(header, content, others), cost);
        for (size_t i = 0; i < content.size(); ++i) {
          ASSERT_GT(costs[i].result, 0u) << i;
          ASSERT_EQ(costs[i].result, others[i].result) << i;
          ASSERT_EQ(costs[i].network != 0, header.uses_model()) << i;
          ASSERT_EQ(costs[i].mixed != 0, header.uses_mixer()) << i;
          if (kind == FrameKind::kModel) {
            ASSERT_EQ(costs[i].network, costs[i].result) << i;
          }
        }
      }
    }
  }
}

// A long frame: errors do not add up.
TEST(Measure, AgreesOverManyBytes) {
  Order2Pool pool(1);
  for (const Bytes& content : {WordyBytes(100000, 1), Bytes(200000)}) {
    const FrameHeader header = CodedHeader(FrameKind::kMixed, content.size(), 0, 20);
    ExpectSize(pool.Measure(header, content), pool.Encode(header, content).size());
  }
}

// The network's part is what the network alone would cost.
TEST(Measure, TheNetworksPartIsItsOwn) {
  Order2Pool pool(1);
  const Bytes content = Order2Content(5000, 6);
  std::vector<SymbolCost> alone(content.size()), mixed(content.size());
  pool.Measure(CodedHeader(FrameKind::kModel, content.size(), 1, 10), content, alone);
  pool.Measure(CodedHeader(FrameKind::kModelMixed, content.size(), 1, 10), content, mixed);
  for (size_t i = 0; i < content.size(); ++i) ASSERT_EQ(mixed[i].network, alone[i].result) << i;
}

// Bit by bit, in plain loops.
TEST(Measure, EqualsTheSumOverBits) {
  const Bytes content = Order2Content(2000, 7);
  const FrameHeader header = CodedHeader(FrameKind::kModelMixed, content.size(), 0, 16);
  std::vector<SymbolCost> costs(content.size());
  Order2Pool(1).Measure(header, content, costs);
  ByteModel model(header, content, {});
  model.StartSegment(0, 0, content.size());
  const auto predictor = Order2Model().NewPredictor(1);
  const int lane = 0;
  predictor->Reset(lane);
  const auto cost = [](int bit, uint32_t p1) {
    return CostOf(bit ? p1 : (1u << kBitProbabilityBits) - p1, kBitProbabilityBits);
  };
  for (size_t i = 0; i < content.size(); ++i) {
    const int32_t token = i == 0 ? Order2Model::kStart : content[i - 1];
    std::array<int16_t, 256> logits;
    predictor->Run({&lane, 1}, 1, &token, logits.data());
    model.BeginByte(lane, logits.data());
    SymbolCost sum;
    for (int shift = 7; shift >= 0; --shift) {
      const int bit = content[i] >> shift & 1;
      const ByteModel::Parts parts = model.SaidByParts();
      EXPECT_EQ(parts.result, model.P());
      sum.network += cost(bit, parts.network);
      sum.mixed += cost(bit, parts.mixed);
      sum.result += cost(bit, parts.result);
      model.Update(bit);
    }
    ASSERT_EQ(costs[i].network, sum.network) << i;
    ASSERT_EQ(costs[i].mixed, sum.mixed) << i;
    ASSERT_EQ(costs[i].result, sum.result) << i;
  }
}

TEST(Measure, OfTokensStandsAtTheirFirstBytes) {
  const Bytes content = WordyBytes(3000, 8);
  const RandomVocabulary vocabulary(600, content, 9);
  const GreedyTokenizer tokenizer(vocabulary.table(), 0);
  for (const Lanes& lanes : {Lanes{0, 16}, Lanes{2, 7}}) {
    const FrameHeader header = TokenHeader(content.size(), lanes.lanes_log2, lanes.segment_log2);
    const TokenizedContent tokens =
        TokenizeContent(tokenizer, vocabulary.table(), header.geometry, content);
    TokenPool one(vocabulary.table(), 1, Isa::kPortable);
    std::vector<SymbolCost> costs(content.size());
    const CostSum cost = one.Measure(header, content, tokenizer, costs);
    ExpectSize(cost, one.Encode(header, content, tokenizer).size());
    ExpectEqual(cost, SumOf(costs));
    EXPECT_EQ(cost.network, cost.result);
    EXPECT_EQ(cost.mixed, 0u);
    size_t at = 0;
    for (const uint16_t token : tokens.tokens) {
      ASSERT_GT(costs[at].result, 0u) << at;
      const size_t end = at + vocabulary.table().Bytes(token).size();
      for (++at; at < end; ++at) ASSERT_EQ(costs[at].result, 0u) << at;
    }
    EXPECT_EQ(at, content.size());
    for (const Isa isa : AvailableIsas()) {
      ExpectEqual(TokenPool(vocabulary.table(), 3, isa).Measure(header, content, tokenizer, costs),
                  cost);
    }
  }
}

// A BMP with a gradient: its typed segments count.
Bytes Picture() {
  constexpr uint32_t kSide = 64, kHeader = 54;
  Bytes bmp = {'B', 'M'};
  for (const uint32_t field : {kHeader + 3 * kSide * kSide, 0u, kHeader, 40u, kSide, kSide,
                               24u << 16 | 1u, 0u, 3 * kSide * kSide, 2835u, 2835u, 0u, 0u}) {
    AppendLe(field, bmp);
  }
  const Bytes noise = UniformBytes(3 * kSide * kSide, 12);
  for (uint32_t i = 0; i < 3 * kSide * kSide; ++i) {
    bmp.push_back(static_cast<uint8_t>(i / 3 % kSide * 2 + i / (3 * kSide) + noise[i] % 8));
  }
  return bmp;
}

// With a model file: what compression takes, but for the headers.
Bytes Joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// Cost() of every byte, held against a file.
CostReport ExpectCostsOfFile(Codec& codec, const Bytes& content, const EncodeOptions& options,
                             std::vector<SymbolCost>& costs) {
  const double size = static_cast<double>(testing::Compressed(codec, content, options).size());
  costs.assign(content.size(), {.network = 1, .mixed = 1, .result = 1});
  const CostReport cost = codec.Cost(content, options, costs);
  const double frames = static_cast<double>(cost.frames.size());
  EXPECT_NEAR(static_cast<double>(cost.coded_bytes), size, 16 * frames + size / 1000);
  EXPECT_NEAR(static_cast<double>(cost.sum.bytes()), size, 16 + 40 * frames + size / 1000);
  ExpectEqual(SumOf(costs), cost.sum);
  const CostReport sum = codec.Cost(content, options);
  EXPECT_EQ(sum.sum.result, cost.sum.result);
  EXPECT_EQ(sum.coded_bytes, cost.coded_bytes);
  uint64_t raw_bytes = 0, coded_bytes = 0;
  for (const FrameEntry& frame : cost.frames) {
    raw_bytes += frame.raw_bytes;
    coded_bytes = frame.offset + frame.coded_bytes;
  }
  EXPECT_EQ(raw_bytes, content.size());
  EXPECT_LE(coded_bytes, cost.coded_bytes);
  return cost;
}

// What the network expects is what its costs say: the share of a byte that is among the likeliest,
// and nothing where there is no network, in copies and in what is stored.
void ExpectLikely(const Bytes& content, std::span<const SymbolCost> costs,
                  std::span<const LikelyBytes> likely) {
  size_t found = 0, told = 0;
  for (size_t i = 0; i < content.size(); ++i) {
    const LikelyBytes& of = likely[i];
    ASSERT_EQ(of.shares[0] != 0, costs[i].network != 0) << i;
    ASSERT_TRUE(std::ranges::is_sorted(of.shares, std::greater<>())) << i;
    told += of.shares[0] != 0;
    const auto it = std::ranges::find(of.bytes, content[i]);
    if (of.shares[0] == 0 || it == of.bytes.end()) continue;
    const double share = of.shares[it - of.bytes.begin()];
    ASSERT_NEAR(std::exp2(-Bits(costs[i].network)), share / 65535, 2e-5 + share / 65535 * 1e-3)
        << i;
    ++found;
  }
  EXPECT_GE(found, told / 10);
}

TEST(Cost, TellsWhatTheNetworkExpects) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 2});
  const Bytes words = WordyBytes(5000, 11), noise = UniformBytes(4500, 12);
  const Bytes content = Joined({words, noise, words});
  for (const Method method : {Method::kModel, Method::kModelMixed, Method::kMixed, Method::kAuto}) {
    SCOPED_TRACE(static_cast<int>(method));
    EncodeOptions options;
    options.method = method;
    options.frame_bytes = 6000;
    std::vector<SymbolCost> costs(content.size());
    std::vector<LikelyBytes> likely(content.size(), {.bytes = {1}, .shares = {1}});
    codec.Cost(content, options, costs, nullptr, likely);
    ExpectLikely(content, costs, likely);
    std::vector<LikelyBytes> alone(content.size());
    codec.Cost(content, options, {}, nullptr, alone);
    for (size_t i = 0; i < content.size(); ++i) ASSERT_EQ(alone[i].bytes, likely[i].bytes) << i;
  }
}

// Whatever is chosen: pictures, text, noise and what repeats; in one frame and in several.
TEST(Cost, AgreesWithFiles) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 3});
  const Bytes noise = UniformBytes(4500, 12), words = WordyBytes(5000, 11);
  std::vector<SymbolCost> costs;
  for (const Bytes& content :
       {Bytes{}, words, Picture(), noise, Joined({words, noise, words, Picture()})}) {
    for (const Method method :
         {Method::kAuto, Method::kModel, Method::kMixed, Method::kModelMixed, Method::kStore}) {
      for (const uint64_t frame_bytes : {uint64_t{16} << 20, uint64_t{4000}}) {
        const bool mixture = content.size() > 10000;
        if (method != Method::kAuto && !mixture) continue;
        SCOPED_TRACE(std::to_string(content.size()) + " bytes, method " +
                     std::to_string(static_cast<int>(method)) + ", frames of " +
                     std::to_string(frame_bytes));
        EncodeOptions options;
        options.method = method;
        options.frame_bytes = frame_bytes;
        const CostReport cost = ExpectCostsOfFile(codec, content, options, costs);
        if (method != Method::kAuto && !content.empty()) {
          EXPECT_EQ(cost.frames.size(), (content.size() + frame_bytes - 1) / frame_bytes);
        }
      }
    }
  }
}

// Copied bytes are free but for the first, where the list stands; what is behind them costs what it
// did.
TEST(Cost, OfCopiesStandsAtTheirFirstBytes) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt", .threads = 1});
  const Bytes words = WordyBytes(40000, 13), noise = UniformBytes(3000, 14);
  const Bytes content = Joined({words, noise, words, noise, UniformBytes(3000, 15)});
  EncodeOptions options;
  options.method = Method::kMixed;
  std::vector<SymbolCost> costs;
  const CostReport cost = ExpectCostsOfFile(codec, content, options, costs);
  ASSERT_EQ(cost.frames[0].method, "mix+copies");
  const auto bytes_of = [&](size_t begin, size_t length) {
    return SumOf(std::span(costs).subspan(begin, length)).bytes();
  };
  const size_t half = words.size() + noise.size();
  EXPECT_LT(bytes_of(half, half), 16u);
  EXPECT_NEAR(static_cast<double>(bytes_of(words.size(), 3000)), 3000, 300);
  EXPECT_NEAR(static_cast<double>(bytes_of(2 * half, 3000)), 3000, 300);
  const auto copied = std::span(costs).subspan(half, half);
  EXPECT_GE(std::ranges::count(copied, 0u, &SymbolCost::result), ptrdiff_t(half) - 130);
}

TEST(Cost, OfStoredBytesIsEightBits) {
  Codec codec({});
  EncodeOptions options;
  options.method = Method::kStore;
  std::vector<SymbolCost> costs;
  ExpectCostsOfFile(codec, UniformBytes(100, 1), options, costs);
  for (const SymbolCost& each : costs) EXPECT_EQ(each.result, 8u << kCostBits);
}

TEST(Cost, TypedSegmentsCount) {
  Codec codec({.model = LMZIP_MODELS_DIR "/tiny.pt"});
  EncodeOptions options;
  options.method = Method::kMixed;
  const uint64_t typed = codec.Cost(Picture(), options).sum.result;
  options.typed_segments = false;
  EXPECT_NE(codec.Cost(Picture(), options).sum.result, typed);
}

TEST(Cost, WithoutAPartIsOfTheSameFrames) {
  Codec codec({.model = LMZIP_MODELS_DIR "/base.pt"});  // which has a prior
  EncodeOptions options;
  options.method = Method::kMixed;
  options.frame_bytes = 20000;
  const Bytes content = WordyBytes(50000, 5);
  const CostReport whole = codec.Cost(content, options);
  EXPECT_EQ(codec.CostWithout(MixerPart::kNone, content, options).sum.result, whole.sum.result);
  for (const MixerPart part : {MixerPart::kPrior, MixerPart::kWords, MixerPart::kMaps}) {
    const CostReport without = codec.CostWithout(part, content, options);
    EXPECT_NE(without.sum.result, whole.sum.result) << int(part);
    EXPECT_EQ(without.frames.size(), 3u);
  }
  EXPECT_EQ(codec.Cost(content, options).sum.result, whole.sum.result);  // nothing stays left out
}

TEST(Cost, TellsWrongUse) {
  Codec small({.model = LMZIP_MODELS_DIR "/tiny.pt", .memory_bytes = 2 << 20});
  EncodeOptions options;
  options.method = Method::kMixed;
  EXPECT_EQ(testing::ErrorOf([&] { small.Cost(Bytes(100000), options); }), ErrorCode::kLimit);
  std::vector<SymbolCost> costs(99);
  EXPECT_EQ(testing::ErrorOf([&] { small.Cost(Bytes(100), options, costs); }), ErrorCode::kUsage);
}

// The mixer's instruction set is the process's: one process each. This is what it prints.
TEST(MeasureIn, ThisProcess) {
  const Bytes content = Order2Content(4000, 10);
  CostSum sum;
  std::vector<SymbolCost> costs(content.size());
  uint64_t digest = 0;
  for (const FrameKind kind : kByteKinds) {
    const CostSum cost =
        Order2Pool(1).Measure(CodedHeader(kind, content.size(), 1, 9), content, costs);
    ExpectEqual(cost, SumOf(costs));
    for (const SymbolCost& each : costs) {
      for (const uint32_t part : {each.network, each.mixed, each.result}) {
        digest = (digest ^ part) * 0x100000001b3;
      }
    }
  }
  std::printf("costs %llx\n", static_cast<unsigned long long>(digest));
}

std::string CostsUnder(Isa isa) {
  const std::string command =
      "env -u GTEST_TOTAL_SHARDS -u GTEST_SHARD_INDEX LMZIP_ISA=" + std::string(IsaName(isa)) +
      " '" + std::filesystem::read_symlink("/proc/self/exe").string() +
      "' --gtest_filter=MeasureIn.ThisProcess --gtest_brief=1 | grep '^costs '";
  FILE* const output = popen(command.c_str(), "r");
  if (!output) return "";
  std::array<char, 200> line{};
  const bool read = fgets(line.data(), line.size(), output) != nullptr;
  pclose(output);
  return read ? line.data() : "";
}

TEST(Measure, IsTheSameOnEveryIsa) {
  const std::string portable = CostsUnder(Isa::kPortable);
  ASSERT_EQ(portable.substr(0, 6), "costs ");
  for (const Isa isa : AvailableIsas()) EXPECT_EQ(CostsUnder(isa), portable) << IsaName(isa);
}

}  // namespace
}  // namespace lmzip
