#include "mixer/mixer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/zeroed_array.h"
#include "lmzip/error.h"
#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/prior.h"
#include "mixer/prior_bucket.h"
#include "mixer/training/prior_maker.h"
#include "mixer/training/slot_census.h"
#include "mixer/weight_sets.h"
#include "support/damage.h"
#include "support/mixer_cost.h"
#include "support/toy_set.h"

namespace lmzip {
namespace {

using Bytes = std::vector<uint8_t>;

using Geometry = testing::LaneGeometry;

using Coded = testing::MixerCost;
using Network = testing::NetworkAt;

Coded Code(const Bytes& bytes, Geometry geometry = {}, uint8_t filler = 0,
           const Prior* prior = nullptr, const Network& network = nullptr,
           std::span<const TypedSegment> segments = {}, std::span<const ModelSetEntry> sets = {}) {
  return testing::CostOf({.prior = prior, .segments = segments, .sets = sets}, bytes, geometry,
                         filler, network);
}

Coded CodeTyped(const Bytes& bytes, std::span<const TypedSegment> segments, Geometry geometry = {},
                uint8_t filler = 0) {
  return Code(bytes, geometry, filler, nullptr, nullptr, segments);
}

double BitsAByte(const Bytes& bytes, const Coded& coded) {
  return coded.bits / static_cast<double>(bytes.size());
}

Bytes Noise(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() >> 24);
  return bytes;
}

// Words of a small vocabulary in sentences: portable, so that hashes can be pinned.
Bytes Prose(size_t size, uint32_t seed) {
  static constexpr std::array<const char*, 12> kWords = {"the ",  "river ",  "and ",   "a ",
                                                         "mill ", "turned ", "slowly", ", ",
                                                         ".\n",   "under ",  "old ",   "bridges "};
  std::mt19937 random(seed);
  Bytes bytes;
  while (bytes.size() < size) {
    const std::string word = kWords[(random() >> 8) % kWords.size()];
    bytes.insert(bytes.end(), word.begin(), word.end());
  }
  bytes.resize(size);
  return bytes;
}

// Some numbers of six digits, in any order: no words, no lines.
Bytes Numbers(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::array<uint32_t, 40> numbers;
  for (uint32_t& number : numbers) number = 100000 + uint32_t(random() >> 8) % 900000;
  Bytes bytes;
  while (bytes.size() < size) {
    const std::string digits = std::to_string(numbers[(random() >> 8) % numbers.size()]);
    bytes.insert(bytes.end(), digits.begin(), digits.end());
  }
  bytes.resize(size);
  return bytes;
}

// A PPM whose samples are the mean of their neighbours, and grain.
Bytes Picture(int width, int height) {
  const std::string header =
      "P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
  Bytes bytes(header.begin(), header.end());
  const size_t row = static_cast<size_t>(width) * 3;
  std::mt19937 random(3);
  for (size_t i = 0; i < row * static_cast<size_t>(height); ++i) {
    const int west = i >= 3 ? bytes[bytes.size() - 3] : 128;
    const int north = i >= row ? bytes[bytes.size() - row] : 128;
    const int grain = static_cast<int>(random() >> 29) - 3;
    bytes.push_back(static_cast<uint8_t>(std::clamp((west + north) / 2 + grain, 0, 255)));
  }
  return bytes;
}

// Behind the header of Picture(width, height).
TypedSegment PictureSegment(const Bytes& picture, int width) {
  const auto row = static_cast<uint32_t>(width) * 3;
  const uint64_t begin = picture.size() % row;
  return {.kind = DataKind::kPicture,
          .begin = begin,
          .length = picture.size() - begin,
          .row_bytes = row,
          .channels = 3};
}

// A typed segment of any kind, form and level that begins at `begin`.
TypedSegment SomeForm(std::mt19937& random, uint64_t begin, uint64_t size) {
  TypedSegment segment;
  segment.kind = DataKind{static_cast<uint8_t>(1 + random() % (kDataKinds - 1))};
  segment.level = ModelLevel{static_cast<uint8_t>(random() % kModelLevels)};
  segment.begin = begin;
  segment.length = std::min<uint64_t>(64 + random() % 2000, size - begin);
  segment.row_bytes = 1 + static_cast<uint32_t>(random() % (random() % 2 == 0 ? 40 : 700));
  segment.channels = static_cast<uint8_t>(1 + random() % (random() % 2 == 0 ? 4 : 16));
  segment.bits = static_cast<uint8_t>(8 * (1 + random() % 4));
  if (segment.kind == DataKind::kPicture && random() % 6 == 0) segment.bits = 1;
  segment.big_endian = random() % 2 == 0;
  segment.is_signed = random() % 2 == 0;
  segment.is_float = segment.bits == 32 && random() % 2 == 0;
  segment.is_palette = random() % 4 == 0;
  segment.machine = Machine{static_cast<uint8_t>(random() % kMachines)};
  return segment;
}

// A tree that gives every byte the weight 1 and `likely` a thousand.
ByteTree Tree(uint8_t likely) {
  std::array<int16_t, 256> logits{};
  logits[likely] = 2551;
  ByteTree tree;
  FillByteTree(logits.data(), tree);
  return tree;
}

TEST(Logistic, SquashAndStretchAreInverse) {
  EXPECT_EQ(Squash(0), 32768);
  EXPECT_EQ(Squash(kSquashLimit), 65535);
  EXPECT_EQ(Squash(-kSquashLimit - 1000), 1);
  for (int x = -1800; x <= 1800; x += 25) {
    EXPECT_NEAR(Stretch(static_cast<uint32_t>(Squash(x))), x, 70) << x;
    EXPECT_EQ(Squash(x) + Squash(-x), 65536) << x;
  }
}

TEST(MixKernels, CountersLearnTheSameOnEveryInstructionSet) {
  std::mt19937 random(8);
  for (int round = 0; round < 2000; ++round) {
    CounterStates before{};
    for (uint32_t& cell : before.cells) cell = static_cast<uint32_t>(random());
    for (uint16_t& node : before.nodes) node = static_cast<uint16_t>(random());
    const size_t count = 1 + static_cast<size_t>(round) % kMostCounters;
    CounterStates expected{};
    kPortableKernels.learn(before, count, round % 2, expected);
    for (const Isa isa : AvailableIsas()) {
      CounterStates got{};
      MixKernelsFor(isa).learn(before, count, round % 2, got);
      for (size_t i = 0; i < count; ++i) {
        ASSERT_EQ(got.cells[i], expected.cells[i]) << IsaName(isa);
        ASSERT_EQ(got.nodes[i], expected.nodes[i]) << IsaName(isa);
      }
    }
  }
}

TEST(MixKernels, EveryInstructionSetGivesTheSame) {
  std::mt19937 random(7);
  const auto within = [&](int32_t limit) {
    const uint32_t all = 2 * static_cast<uint32_t>(limit) + 1;
    return static_cast<int32_t>(random() % all) - limit;
  };
  struct Weights {
    std::array<WeightRow, kSets> rows;
    FinalRow final_row;
  };
  for (int round = 0; round < 400; ++round) {
    // Every other round's results are beyond the limits.
    const int32_t most = round % 2 == 0 ? kMaxWeight : 1 << 14;
    BitMix mix;
    for (size_t i = 0; i + 1 < kInputs; ++i) mix.inputs[i] = within(4096);
    Weights first{};
    for (WeightRow& row : first.rows) {
      for (int32_t& w : row.weights) w = within(most);
    }
    for (size_t s = 0; s < kSets; ++s) first.final_row.weights[s] = within(most);
    first.final_row.weights[kFinalPlaces - 1] = 1;
    MixErrors errors{};
    for (int32_t& e : errors.rows) e = within(9280);
    errors.final_row = within(9280);

    const auto run = [&](const MixKernels& kernels, Weights& weights) {
      weights = first;
      for (size_t s = 0; s < kSets; ++s) mix.rows[s] = &weights.rows[s];
      mix.final_row = &weights.final_row;
      kernels.mix(mix);
      kernels.train(mix, errors);
    };
    Weights expected, got;
    run(kPortableKernels, expected);
    const auto outputs = mix.outputs;
    const int32_t result = mix.result;
    for (const Isa isa : AvailableIsas()) {
      run(MixKernelsFor(isa), got);
      EXPECT_EQ(mix.outputs, outputs) << IsaName(isa);
      EXPECT_EQ(mix.result, result) << IsaName(isa);
      EXPECT_EQ(std::memcmp(&got, &expected, sizeof got), 0) << IsaName(isa);
    }
  }
}

// Bytes would change if these did: MIXER.md, "Test vectors".
TEST(Mixer, ProbabilitiesArePinned) {
  const ByteTree tree = Tree('e');
  const Network network = [&](size_t position) { return position % 3 == 0 ? nullptr : &tree; };
  EXPECT_EQ(Code(Prose(5000, 1)).hash, 2974352582009313247u);
  EXPECT_EQ(Code(Prose(5000, 1), {4, 512}).hash, 9906903869768321269u);
  EXPECT_EQ(Code(Prose(5000, 1), {}, 0, nullptr, network).hash, 10398627904242895441u);
  EXPECT_EQ(Code(Noise(5000, 2)).hash, 12870975262142005092u);
  const Bytes picture = Picture(40, 40);
  TypedSegment segment = PictureSegment(picture, 40);
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 7258474198348622294u);
  segment.level = ModelLevel::kFast;
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 15784897633907730674u);
  segment.level = ModelLevel::kMax;
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 11972286292236899982u);
  segment.is_palette = true;
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 14619053846020547358u);
  segment.bits = 16;
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 17879603825141162257u);
  segment.big_endian = segment.is_signed = true;
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 16753573730141652332u);
  segment.bits = segment.channels = 1;
  EXPECT_EQ(CodeTyped(picture, {{segment}}).hash, 9009382915199889772u);
}

TEST(Mixer, ReadsNothingThatIsNotCoded) {
  for (const Bytes& bytes : {Prose(30000, 4), Picture(100, 90), Noise(9000, 5)}) {
    for (const Geometry geometry : {Geometry{1, 4096}, Geometry{4, 1024}, Geometry{64, 50}}) {
      const Coded zeros = Code(bytes, geometry, 0);
      EXPECT_EQ(zeros.hash, Code(bytes, geometry, 0xE5).hash);
      EXPECT_EQ(zeros.hash, Code(bytes, geometry, 'P').hash);
    }
  }
}

TEST(Mixer, EmptySegmentsAndShortContents) {
  for (const size_t size : {1, 2, 3, 5, 63, 65}) {
    EXPECT_GT(Code(Prose(size, 6), {4, 16}).bits, 0) << size;
    EXPECT_GT(Code(Prose(size, 6), {64, 4}).bits, 0) << size;
  }
}

TEST(Mixer, LearnsText) { EXPECT_LT(BitsAByte(Prose(20000, 7), Code(Prose(20000, 7))), 0.9); }

// Each part that is left out leaves its own mark, and content that it alone knows is dearer.
TEST(Mixer, PartsCanBeLeftOut) {
  const auto cost = [](MixerPart part, const Bytes& bytes) {
    return testing::CostOf({.without = part}, bytes, {}, 0, nullptr);
  };
  const auto dearer = [&](MixerPart part, const Bytes& bytes) {
    return cost(part, bytes).bits / cost(MixerPart::kNone, bytes).bits;
  };
  const Bytes prose = Prose(20000, 7);
  std::set<uint64_t> hashes = {Code(prose).hash};
  EXPECT_EQ(cost(MixerPart::kNone, prose).hash, Code(prose).hash);
  using enum MixerPart;
  for (const MixerPart part :
       {kLowOrders, kHighOrders, kWords, kLines, kGaps, kRecords, kClasses, kMatches, kMaps}) {
    EXPECT_TRUE(hashes.insert(cost(part, prose).hash).second) << int(part);
  }
  EXPECT_GT(dearer(kHighOrders, Numbers(20000, 7)), 1.02);
  EXPECT_EQ(cost(kPrior, prose).hash, Code(prose).hash);  // here there is none
  Bytes repeated = Noise(6000, 3);
  repeated.insert(repeated.end(), repeated.begin(), repeated.begin() + 5000);
  EXPECT_GT(dearer(kMatches, repeated), 1.005);
}

TEST(Mixer, NoiseExpandsByLessThanAThousandth) {
  const Bytes noise = Noise(100000, 8);
  EXPECT_LT(BitsAByte(noise, Code(noise)), 8.008 + 0.04);
}

// What never fails becomes certain, behind other content too, and is so again soon after a
// surprise.
TEST(Mixer, CertaintyGrowsWithEvidence) {
  Bytes bytes = Prose(20000, 10);
  const double prose = Code(bytes).bits;
  bytes.resize(bytes.size() + 300000);
  const double zeros = Code(bytes).bits - prose;
  EXPECT_LT(zeros, 8 * 100);
  for (size_t i = 0; i < 30; ++i) bytes[20000 + 10000 * i + 37 * i] = 0xA5;
  EXPECT_LT(Code(bytes).bits - prose - zeros, 30 * 8 * 6);
}

TEST(Mixer, LongRepeatsCostAlmostNothing) {
  const Bytes once = Noise(60000, 9);
  Bytes twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  EXPECT_LT(Code(twice).bits - Code(once).bits, 0.02 * 8 * 60000);
}

TEST(Mixer, PicturesAreModelledAsSuch) {
  const Bytes picture = Picture(220, 100);
  const TypedSegment segment = PictureSegment(picture, 220);
  EXPECT_LT(CodeTyped(picture, {{segment}}).bits, 0.9 * Code(picture).bits);
}

// Every form of every kind that there is a set of, in pieces, beside each other and in lanes that
// cut them: nothing unreadable is read, whatever the bytes.
TEST(Mixer, SegmentsOfAllFormsReadNothingThatIsNotCoded) {
  std::mt19937 random(12);
  int modelled = 0;
  for (int round = 0; round < 42; ++round) {
    const Bytes bytes =
        round % 2 == 0 ? Picture(40, 40) : Noise(4800, static_cast<uint32_t>(round));
    std::vector<TypedSegment> segments;
    for (uint64_t position = random() % 50; position + 64 < bytes.size();) {
      const TypedSegment segment = SomeForm(random, position, bytes.size());
      if (!HasModelSet(segment)) continue;
      segments.push_back(segment);
      position = segment.end() + (random() % 2 == 0 ? random() % 300 : 0);
      ++modelled;
    }
    const Geometry geometry =
        std::array{Geometry{1, 1000}, Geometry{4, 300}, Geometry{64, 40}}[round % 3];
    const Coded zeros = CodeTyped(bytes, segments, geometry, 0);
    ASSERT_EQ(zeros.hash, CodeTyped(bytes, segments, geometry, 0xE5).hash) << round;
  }
  EXPECT_GT(modelled, 60);
}

// A forged list reaches no set that cannot take it.
TEST(Mixer, RefusesFormsThatNoSetModels) {
  const Bytes bytes(200);
  std::mt19937 random(14);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    const TypedSegment segment = SomeForm(random, 20, bytes.size());
    const auto make = [&] { Mixer({.segments = {&segment, 1}}, bytes); };
    if (HasModelSet(segment)) {
      EXPECT_NO_THROW(make()) << Describe(segment);
    } else {
      EXPECT_EQ(testing::ErrorOf(make), ErrorCode::kUnsupported) << Describe(segment);
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
}

// The set that src/README.md adds: bytes that are those of the record before, or one more.
TEST(Mixer, TakesAToySet) {
  Bytes bytes = Noise(37, 13);
  std::mt19937 random(13);
  while (bytes.size() < 8000) {
    bytes.push_back(static_cast<uint8_t>(bytes[bytes.size() - 37] + (random() % 8 == 0)));
  }
  const TypedSegment records{.kind = DataKind::kTable, .begin = 0, .length = 8000, .row_bytes = 37};
  const std::array sets = {ModelSetEntry{.kind = DataKind::kTable,
                                         .make = testing::ToySet::Make,
                                         .bytes = testing::ToySet::MemoryBytes,
                                         .models = testing::ToySet::Models}};
  for (const Geometry geometry : {Geometry{1, 8000}, Geometry{4, 500}}) {
    const Coded toy = Code(bytes, geometry, 0, nullptr, nullptr, {{records}}, sets);
    EXPECT_LT(BitsAByte(bytes, toy), 2.5);
    EXPECT_EQ(toy.hash, Code(bytes, geometry, 'x', nullptr, nullptr, {{records}}, sets).hash);
  }
}

TEST(Mixer, TrustsAGoodNetwork) {
  const Bytes bytes = Noise(8000, 10);
  std::vector<ByteTree> trees(256);
  for (size_t b = 0; b < 256; ++b) trees[b] = Tree(static_cast<uint8_t>(b));
  const Network oracle = [&](size_t position) { return &trees[bytes[position]]; };
  EXPECT_LT(BitsAByte(bytes, Code(bytes, {}, 0, nullptr, oracle)), 0.6);
}

// Hostile headers and sizes, in every geometry, must not read or write out of bounds (sanitizers).
TEST(Mixer, ArbitraryBytesBreakNothing) {
  std::mt19937 random(11);
  const std::array<std::string, 4> parts = {
      "P6\n99999999 1\n255\n", "BM______\0\0\0\0\x36\0\0\0\x28\0\0\0\xFF\xFF\xFF\xFF",
      "fmt \x10\0\0\0\x01\0\x02\0________\x04\0\x10\0data\xFF\xFF\xFF\xFF", "P5 #\n8 65535\n255 "};
  for (int round = 0; round < 40; ++round) {
    Bytes bytes;
    while (bytes.size() < 3000) {
      const std::string& part = parts[(random() >> 5) % parts.size()];
      bytes.insert(bytes.end(), part.begin(), part.end());
      for (size_t i = random() % 200; i > 0; --i)
        bytes.push_back(static_cast<uint8_t>(random() >> 9));
    }
    EXPECT_GT(Code(bytes, {round % 5 + 1, 100}).bits, 0);
  }
}

PriorRecipe SmallRecipe() {
  PriorRecipe recipe;
  recipe.buckets = 1500;
  recipe.table_bits = 26;
  recipe.counted = {Prose(6000, 20), Prose(3000, 21), Prose(6000, 22)};
  recipe.samples = {Prose(4000, 23)};
  return recipe;
}

TEST(Prior, HelpsFromTheFirstByte) {
  const Bytes blob = MakePrior(SmallRecipe());
  EXPECT_EQ(blob, MakePrior(SmallRecipe()));
  const Prior prior(blob);
  const Bytes bytes = Prose(1000, 24);
  EXPECT_LT(Code(bytes, {}, 0, &prior).bits, 0.7 * Code(bytes).bits);

  Bytes shifted(blob.size() + 1);
  std::ranges::copy(blob, shifted.begin() + 1);
  const Prior unaligned(std::span<const uint8_t>(shifted).subspan(1));
  EXPECT_EQ(Code(bytes, {}, 0, &prior).hash, Code(bytes, {}, 0, &unaligned).hash);
}

// A context that has seen the nibbles of `seen`, in order.
Slot SlotThatSaw(const std::vector<uint32_t>& seen, uint16_t check) {
  Slot slot{.check = check, .nodes = {}};
  for (uint32_t nibble : seen) {
    for (uint32_t prefix = 1, shift = 4; shift-- > 0;) {
      slot.nodes[prefix - 1].Update(static_cast<int>(nibble >> shift & 1));
      prefix = 2 * prefix + (nibble >> shift & 1);
    }
  }
  return slot;
}

// `got` has nearly the probabilities of `slot`, marked as trained.
void ExpectAlike(const Slot& got, const Slot& slot, int tolerance) {
  for (size_t n = 0; n < slot.nodes.size(); ++n) {
    ASSERT_EQ(got.nodes[n].empty(), slot.nodes[n].empty()) << n;
    EXPECT_NEAR(Stretch(got.nodes[n].P12() << 4), Stretch(slot.nodes[n].P12() << 4), tolerance)
        << n;
    EXPECT_TRUE(slot.nodes[n].empty() || got.nodes[n].count() >= Node::kTrained) << n;
  }
}

// Contexts of 1 to 16 different nibbles, every one of them seen `times` times in turn.
TEST(PriorBucket, KeepsContextsOfEveryKind) {
  for (const uint32_t times : {2u, 5u, 40u}) {
    for (uint32_t different = 1; different <= 16; ++different) {
      std::vector<uint32_t> seen;
      for (uint32_t i = 0; i < times * different; ++i) seen.push_back(i % different * 7 % 16);
      const Slot slot = SlotThatSaw(seen, 0x1234);
      const PackedContext packed(slot);
      EXPECT_EQ(packed.kind, std::min<size_t>(different - 1, BucketLayout::kNodes));
      BucketWriter writer;
      ASSERT_TRUE(writer.Add(PackedContext(SlotThatSaw({3, 3}, 0x4321))));
      ASSERT_TRUE(writer.Add(packed));
      std::array<uint8_t, BucketLayout::kBytes> bucket;
      writer.Write(bucket.data());
      Slot got, other;
      FillFromBucket(bucket.data(), 0x1234, got);
      FillFromBucket(bucket.data(), 0x1235, other);
      EXPECT_TRUE(other.nodes[0].empty());
      ExpectAlike(got, slot, 400);  // 1.6 nat: lists are capped
    }
  }
}

TEST(PriorBucket, HoldsWhatFits) {
  BucketWriter writer;
  std::vector<Slot> kept;
  for (uint32_t i = 0; i < 40; ++i) {
    const std::vector<uint32_t> seen = {i % 16, (i * 5 + 1) % 16, i % 16, (i * 5 + 1) % 16};
    const Slot slot = SlotThatSaw(i % 3 == 0 ? std::vector{i % 16, i % 16} : seen,
                                  static_cast<uint16_t>(100 + i));
    if (writer.Add(PackedContext(slot))) kept.push_back(slot);
  }
  EXPECT_GE(kept.size(), 16u);
  EXPECT_LT(kept.size(), 40u);
  // Guards on both sides: nothing beyond the bucket is written.
  std::array<uint8_t, BucketLayout::kBytes + 2> bucket;
  bucket.front() = bucket.back() = 0x5A;
  writer.Write(&bucket[1]);
  EXPECT_EQ(bucket.front(), 0x5A);
  EXPECT_EQ(bucket.back(), 0x5A);
  for (const Slot& slot : kept) {
    Slot got;
    FillFromBucket(&bucket[1], slot.check, got);
    ExpectAlike(got, slot, 256);  // 1 nat
  }
}

// A list of bytes is the nodes of both nibbles, as lists of nibbles would be.
TEST(PriorBucket, KeepsListsOfBytes) {
  const Slot first = SlotThatSaw({4, 4, 4, 4, 6, 6}, 0x2345);
  const Slot after4 = SlotThatSaw({1, 2, 1, 2}, 1), after6 = SlotThatSaw({9, 9}, 2);
  Followers bytes;
  for (uint16_t high : NibblesOf(first)) {
    for (uint16_t low : NibblesOf(high >> 4 == 4 ? after4 : after6)) {
      bytes.push_back(static_cast<uint16_t>((high >> 4) << 8 | low));
    }
  }
  ASSERT_EQ(bytes.size(), BucketLayout::kLongestByteList);
  for (size_t others = 0; others < 4; ++others) {  // the body begins at even and odd places
    BucketWriter writer;
    for (size_t i = 0; i < others; ++i) {
      ASSERT_TRUE(writer.Add(PackedContext(SlotThatSaw({3, 3}, static_cast<uint16_t>(i)))));
    }
    ASSERT_TRUE(writer.Add(PackedContext(0x2345, bytes)));
    std::array<uint8_t, BucketLayout::kBytes> bucket;
    writer.Write(bucket.data());
    Slot got_first, got4, got6, got7, other;
    FillFromBucket(bucket.data(), 0x2345, got_first);
    ExpectAlike(got_first, first, 200);
    EXPECT_TRUE(FillFromBytes(bucket.data(), 0x2345, 4, got4));
    ExpectAlike(got4, after4, 200);
    EXPECT_TRUE(FillFromBytes(bucket.data(), 0x2345, 6, got6));
    ExpectAlike(got6, after6, 200);
    EXPECT_TRUE(FillFromBytes(bucket.data(), 0x2345, 7, got7));
    EXPECT_TRUE(got7.nodes[0].empty());
    EXPECT_FALSE(FillFromBytes(bucket.data(), 0x2346, 4, other));
    EXPECT_FALSE(FillFromBytes(bucket.data(), 0, 3, other)) << "a list of nibbles";
    EXPECT_TRUE(other.nodes[0].empty());
  }
}

// Counts that would reach beyond the bucket are no contexts.
TEST(PriorBucket, ArbitraryBytesAreABucket) {
  const Bytes noise = Noise(64 * 2000, 27);
  for (size_t i = 0; i < noise.size(); i += 64) {
    const std::vector<uint8_t> bucket(noise.begin() + static_cast<ptrdiff_t>(i),
                                      noise.begin() + static_cast<ptrdiff_t>(i) + 64);
    for (size_t at = 4; at < 63; ++at) {
      Slot slot;
      const int two = bucket[at] | bucket[at + 1] << 8;
      for (const int check : {two, two >> 4}) {
        FillFromBucket(bucket.data(), static_cast<uint16_t>(check), slot);
        FillFromBytes(bucket.data(), static_cast<uint16_t>(check), at % 16, slot);
      }
    }
  }
}

// Every context is counted in one of the passes, with all that followed it.
TEST(Prior, PassesCountTheSame) {
  PriorRecipe recipe = SmallRecipe();
  const Bytes whole = MakePrior(recipe);
  recipe.passes = 7;
  const Bytes parts = MakePrior(recipe);
  const Prior prior(whole), other(parts);
  const Bytes bytes = Prose(1000, 24);
  EXPECT_NEAR(Code(bytes, {}, 0, &prior).bits, Code(bytes, {}, 0, &other).bits, 8);
}

// Nothing is left of what was trained before but the contexts.
TEST(Prior, IsTrainedAnew) {
  PriorRecipe recipe = SmallRecipe();
  const Bytes first = MakePrior(recipe);
  recipe.samples = {Prose(2000, 25)};
  const Bytes second = TrainPrior(recipe, first);
  EXPECT_NE(second, first);
  EXPECT_EQ(second, TrainPrior(recipe, CountPrior(recipe)));
  recipe.counted.clear();
  recipe.samples = {Prose(4000, 23)};
  EXPECT_EQ(TrainPrior(recipe, second), first);
  EXPECT_THROW(TrainPrior(recipe, Bytes(first.begin(), first.end() - 1)), Error);
}

TEST(Prior, RefusesWhatIsNoPrior) {
  const Bytes good = MakePrior(SmallRecipe());
  const auto refused = [](Bytes blob) {
    try {
      const Prior prior(blob);
    } catch (const Error& error) {
      return error.code() == ErrorCode::kModelLoad;
    }
    return false;
  };
  EXPECT_FALSE(refused(good));
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused(Bytes(good.begin(), good.end() - 1)));
  for (const size_t place : {0, 8, 12, 15}) {  // magic, version, buckets
    Bytes bad = good;
    bad[place] ^= 0x40;
    EXPECT_TRUE(refused(bad)) << place;
  }
}

TEST(Prior, ArbitraryPartsBreakNothing) {
  Bytes blob = MakePrior(SmallRecipe());
  const Bytes noise = Noise(blob.size() - 64, 25);
  std::ranges::copy(noise, blob.begin() + 64);
  const Prior prior(blob);
  const ByteTree tree = Tree('e');
  const Network network = [&](size_t) { return &tree; };
  EXPECT_GT(Code(Prose(5000, 26), {}, 0, &prior).bits, 0);
  EXPECT_GT(Code(Prose(5000, 26), {}, 0, &prior, network).bits, 0);
}

// What --memory counts is what is mapped.
TEST(Mixer, MemoryIsAsItIsCounted) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers map memory of their own";
#elif defined(_WIN32)
  GTEST_SKIP() << "the system does not tell in this way";
#endif
  const auto mapped = [] {
    std::ifstream statm("/proc/self/statm");
    size_t pages = 0;
    statm >> pages;
    return pages * 4096;
  };
  for (size_t size : {size_t{1}, size_t{5000}, size_t{65535}, size_t{65536}, size_t{200000},
                      size_t{3} << 20, size_t{64} << 20}) {
    for (int lanes : {1, 64}) {
      const std::vector<uint8_t> content(size);
      TrimKeptPages(0);
      const size_t before = mapped();
      const auto mixer = std::make_unique<Mixer>(
          MixerOptions{.lanes = lanes}, content);
      const size_t taken = mapped() - before;
      EXPECT_LE(taken, Mixer::MemoryBytes(KindBytesOf({}, size), lanes) + (size_t{256} << 10))
          << size;  // the heap's
      EXPECT_GE(taken + (size_t{1} << 20), Mixer::MemoryBytes(KindBytesOf({}, size), lanes))
          << size;
    }
  }
}

// More text than 2^16 pieces: a context of the first piece is new in the one of the same low bits.
TEST(SlotCensus, PiecesAreNotTakenForEachOther) {
  SlotTable table(14);
  SlotCensus census(table);
  std::array<Slot*, kSlots> slots;
  for (size_t i = 0; i < kSlots; ++i) slots[i] = table.Find((uint64_t{i} << 48) + i);
  census.StartPiece();
  census.VisitFirst(slots, kInPrior, 5);
  for (Slot* slot : slots) {
    for (int i = 0; i < 20; ++i) {
      for (uint32_t prefix = 1, shift = 4; shift-- > 0; prefix = 2 * prefix + (5 >> shift & 1)) {
        slot->nodes[prefix - 1].Update(5 >> shift & 1);
      }
    }
  }
  const size_t first = static_cast<size_t>(slots[0] - &table[0]);
  EXPECT_LE(census.Worth(first), 0);
  for (int i = 0; i < 65536; ++i) census.StartPiece();
  census.VisitFirst(slots, kInPrior, 5);
  EXPECT_GT(census.Worth(first), 0);
}

// The lowest number a prior can hold stands for the lowest weight: its products stay in 32 bits.
TEST(WeightSets, TheLowestTrainedWeightIsClamped) {
  std::vector<int16_t> rows(kAllRows * kInputs, INT16_MIN),
      finals(kAllFinalRows * kSets, INT16_MIN);
  for (size_t r = 0; r < kAllRows; ++r) rows[r * kInputs + kInputs - 1] = 1;
  for (Isa isa : AvailableIsas()) {
    WeightSets weights(MixKernelsFor(isa), {rows.data(), finals.data()});
    std::fill_n(weights.inputs(), kInputs - 1, 0);
    weights.inputs()[1] = -4096;  // 2^31 by a weight of -2^19
    // Every output is clamped at 2047: six times -2047 * 2^19 / 2^16.
    EXPECT_EQ(weights.Mix(false, {}, 0), -kSquashLimit) << IsaName(isa);
    EXPECT_EQ(weights.Mix(true, {}, 0), -kSquashLimit) << IsaName(isa);
  }
}

}  // namespace
}  // namespace lmzip
