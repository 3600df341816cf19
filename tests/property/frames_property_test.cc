// Frames through the pool: against a plain reference coder, and against each other for every number
// of threads, size of batch, and shape of lanes.
#include <gtest/gtest.h>

#include <set>

#include "chunker/block_layout.h"
#include "coder/byte_tree.h"
#include "mixer/mixer.h"
#include "support/damage.h"
#include "support/order2_frames.h"

namespace lmzip {
namespace {

using testing::CodedHeader;
using testing::Order2Content;
using testing::Order2Model;
using testing::Order2Pool;

void CodeReferenceByte(RangeEncoder& encoder, const ByteTree* tree, Mixer* mixer, uint8_t byte) {
  for (uint32_t context = 1, shift = 8; shift-- > 0;) {
    const int bit = (byte >> shift) & 1;
    encoder.EncodeBit(bit, mixer ? mixer->P() : tree->P1(context));
    if (mixer) mixer->Update(bit);
    context = 2 * context + static_cast<uint32_t>(bit);
  }
}

// FORMAT.md 4 and 5, as a few plain loops: one token at a time, one lane at a time, no threads.
Bytes ReferenceCode(const FrameHeader& header, ByteView content) {
  const size_t lanes = size_t{1} << header.geometry.lanes_log2;
  const size_t full_segment = size_t{1} << header.geometry.segment_log2;
  std::unique_ptr<Mixer> mixer;
  if (header.uses_mixer()) {
    mixer = std::make_unique<Mixer>(MixerOptions{.lanes = static_cast<int>(lanes),
                                                 .prior = nullptr},
                                    content);
  }
  RangeEncoder encoder;
  for (size_t begin = 0; begin < content.size(); begin += lanes * full_segment) {
    const size_t end = std::min(begin + lanes * full_segment, content.size());
    const size_t segment = (end - begin + lanes - 1) / lanes;
    const auto lane_begin = [&](size_t lane) { return std::min(begin + lane * segment, end); };
    for (size_t lane = 0; mixer && lane < lanes; ++lane) {
      mixer->StartSegment(static_cast<int>(lane), lane_begin(lane), lane_begin(lane + 1));
    }
    const auto predictor = Order2Model().NewPredictor(static_cast<int>(lanes));
    for (size_t step = 0; step < segment; ++step) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        const size_t at = lane_begin(lane) + step;
        if (at >= lane_begin(lane + 1)) continue;
        ByteTree tree;
        if (header.uses_model()) {
          const int index = static_cast<int>(lane);
          const int32_t token = step == 0 ? Order2Model::kStart : content[at - 1];
          std::array<int16_t, 256> logits;
          if (step == 0) predictor->Reset(index);
          predictor->Run({&index, 1}, 1, &token, logits.data());
          FillByteTree(logits.data(), tree);
        }
        if (mixer) mixer->BeginByte(static_cast<int>(lane), header.uses_model() ? &tree : nullptr);
        CodeReferenceByte(encoder, &tree, mixer.get(), content[at]);
      }
    }
  }
  return encoder.Finish();
}

std::set<uint64_t> InterestingSizes(uint64_t lanes, uint64_t segment) {
  const uint64_t block = lanes * segment;
  std::set<uint64_t> sizes = {1,
                              2,
                              3,
                              lanes,
                              lanes + 1,
                              segment - 1,
                              segment,
                              segment + 1,
                              block - 1,
                              block,
                              block + 1,
                              block + lanes + 1,
                              3 * block + segment + 5};
  if (lanes > 1) sizes.insert(lanes - 1);
  return sizes;
}

struct Shape {
  FrameKind kind;
  int lanes_log2;
  int segment_log2;
};

class Frames : public ::testing::TestWithParam<Shape> {};

TEST_P(Frames, EqualTheReferenceForAllThreadsAndBatches) {
  const Shape shape = GetParam();
  struct Pool {
    int threads, preferred_lanes;
  };
  const auto sizes = InterestingSizes(1u << shape.lanes_log2, 1u << shape.segment_log2);
  for (const Pool pool_shape : {Pool{1, 1}, Pool{1, 64}, Pool{2, 4}, Pool{3, 4}, Pool{8, 2}}) {
    Order2Pool pool(pool_shape.threads, pool_shape.preferred_lanes);
    // Threads change what waits for what, not where the bounds are: the largest size shows it.
    for (uint64_t size : pool_shape.threads <= 2 ? sizes : std::set{*sizes.rbegin()}) {
      SCOPED_TRACE("size " + std::to_string(size) + ", threads " +
                   std::to_string(pool_shape.threads));
      const Bytes content = Order2Content(size, size);
      const FrameHeader header =
          CodedHeader(shape.kind, size, shape.lanes_log2, shape.segment_log2);
      const Bytes code = pool.Encode(header, content);
      ASSERT_EQ(code, ReferenceCode(header, content));
      ASSERT_EQ(pool.Decode(header, {UnitCheck(content)}, code), content);
    }
  }
}

std::string ShapeName(const ::testing::TestParamInfo<Shape>& info) {
  const char* kind = info.param.kind == FrameKind::kModel   ? "lm"
                     : info.param.kind == FrameKind::kMixed ? "mix"
                                                            : "lm_mix";
  return std::string(kind) + "_" + std::to_string(1 << info.param.lanes_log2) + "x" +
         std::to_string(1 << info.param.segment_log2);
}

INSTANTIATE_TEST_SUITE_P(
    Model, Frames,
    ::testing::Values(Shape{FrameKind::kModel, 0, 4}, Shape{FrameKind::kModel, 0, 8},
                      Shape{FrameKind::kModel, 1, 6}, Shape{FrameKind::kModel, 2, 4},
                      Shape{FrameKind::kModel, 3, 7}, Shape{FrameKind::kModel, 6, 4},
                      Shape{FrameKind::kModel, 6, 6}),
    ShapeName);
INSTANTIATE_TEST_SUITE_P(Mixer, Frames,
                         ::testing::Values(Shape{FrameKind::kMixed, 0, 5},
                                           Shape{FrameKind::kMixed, 2, 4},
                                           Shape{FrameKind::kModelMixed, 0, 4},
                                           Shape{FrameKind::kModelMixed, 2, 5},
                                           Shape{FrameKind::kModelMixed, 6, 4}),
                         ShapeName);

// Around the units that carry checks, with blocks that do and do not divide them.
TEST(Units, SizesAroundOne) {
  constexpr uint64_t kUnit = kMinUnitBytes;
  Order2Pool pool(1);
  for (uint64_t size : {kUnit - 1, kUnit, kUnit + 1, 2 * kUnit, 5 * kUnit + 17}) {
    const Bytes content = Order2Content(size, size);
    FrameHeader header = size == 2 * kUnit ? CodedHeader(FrameKind::kModel, size, 0, 26)
                                           : CodedHeader(FrameKind::kModel, size, 2, 14);
    const Bytes code = pool.Encode(header, content);
    EXPECT_LT(code.size(), size / 3);
    header.data_bytes = code.size();
    ASSERT_EQ(header.unit_count(), (size + kUnit - 1) / kUnit);
    ASSERT_EQ(pool.Decode(header, UnitChecks(content, kUnit), code), content) << size;
  }
}

// Also inside a block, however long: every lane 0 is content in one piece.
TEST(Units, GoodOnesAreReadyBeforeABadOneFails) {
  constexpr uint64_t kUnit = kMinUnitBytes;
  for (const auto& [lanes_log2, segment_log2] : {std::pair{2, 14}, {2, 9}, {0, 26}}) {
    Order2Pool pool(1);
    const Bytes content = Order2Content(2 * kUnit + 1000, 1);
    FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), lanes_log2, segment_log2);
    const Bytes code = pool.Encode(header, content);
    header.data_bytes = code.size();
    std::vector<uint32_t> checks = UnitChecks(content, kUnit);
    checks[2] ^= 1;
    Bytes decoded(content.size());
    JobOwner job = pool.StartDecoding(header, checks, code, decoded);
    uint64_t ready = job->WaitBeyond(0);
    if (ready == kUnit) ready = job->WaitBeyond(kUnit);
    EXPECT_EQ(ready, 2 * kUnit);
    EXPECT_TRUE(std::equal(decoded.begin(), decoded.begin() + 2 * kUnit, content.begin()));
    EXPECT_EQ(testing::ErrorOf([&] { job->WaitBeyond(2 * kUnit); }), ErrorCode::kCorrupt);
  }
}

// What is said to be certain of a cut code is what the whole code says, and nearly all that it has.
TEST(Units, WhatACutCodeSaysForCertain) {
  Order2Pool pool(1);
  const Bytes content = Order2Content(6000, 3);
  for (const auto& [lanes_log2, segment_log2] : {std::pair{0, 16}, {2, 6}}) {
    const FrameHeader header =
        CodedHeader(FrameKind::kModel, content.size(), lanes_log2, segment_log2);
    const Bytes code = pool.Encode(header, content);
    for (size_t cut = 0; cut < code.size(); cut += 13) {
      Bytes decoded(content.size());
      JobOwner job =
          pool.StartDecoding(header, {UnitCheck(content)}, ByteView(code).first(cut), decoded);
      EXPECT_EQ(testing::ErrorOf([&] { job->WaitAll(); }), ErrorCode::kCorrupt);
      const uint64_t certain = job->certain_bytes();
      ASSERT_TRUE(std::equal(decoded.begin(), decoded.begin() + static_cast<ptrdiff_t>(certain),
                             content.begin()))
          << cut;
      ASSERT_GE(certain + 500, content.size() * cut / code.size()) << cut;
    }
  }
}

// Decoding damaged code ends in an error, or in the content: never in other bytes.
TEST(Damage, NoBitOfTheCodeMatters) {
  Order2Pool pool(1);
  const Bytes content = Order2Content(700, 2);
  for (const Shape& shape : {Shape{FrameKind::kModel, 2, 5}, Shape{FrameKind::kModelMixed, 1, 7}}) {
    const FrameHeader header =
        CodedHeader(shape.kind, content.size(), shape.lanes_log2, shape.segment_log2);
    const Bytes code = pool.Encode(header, content);
    const std::vector<uint32_t> checks = {UnitCheck(content)};
    // A mixer costs a table a frame: fewer bits of its code, but those of its end.
    const size_t step = header.uses_mixer() ? 7 : 1;
    size_t harmless = 0;
    for (size_t bit = 0; bit < 8 * code.size(); bit += bit + 16 < 8 * code.size() ? step : 1) {
      const Bytes damaged = testing::Flipped(code, bit / 8, static_cast<uint8_t>(1 << bit % 8));
      Bytes decoded;
      const auto error = testing::ErrorOf([&] { decoded = pool.Decode(header, checks, damaged); });
      ASSERT_TRUE(error == ErrorCode::kCorrupt || decoded == content) << bit;
      harmless += !error;
    }
    EXPECT_LT(harmless, 32u);  // in the last bytes
    for (size_t cut = 0; cut < code.size(); cut += step) {
      Bytes decoded;
      const auto error = testing::ErrorOf(
          [&] { decoded = pool.Decode(header, checks, ByteView(code).first(cut)); });
      ASSERT_TRUE(error == ErrorCode::kCorrupt || decoded == content) << cut;
    }
  }
}

TEST(Damage, NoiseIsRefusedAndStopsEarly) {
  Order2Pool pool(3);
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Bytes noise = testing::UniformBytes(100, seed);
    const FrameHeader header =
        CodedHeader(FrameKind::kModel, 100 * 65536, static_cast<int>(seed % 7), 14);
    EXPECT_EQ(testing::ErrorOf(
                  [&] { pool.Decode(header, std::vector<uint32_t>(header.unit_count()), noise); }),
              ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace lmzip
