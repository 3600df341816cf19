// The model sets of programs and of tables.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "mixer/mixer.h"
#include "mixer/sets/x86_code.h"
#include "mixer/wide_bank.h"
#include "support/made_tables.h"
#include "support/mixer_cost.h"

namespace lmzip {
namespace {

using Bytes = std::vector<uint8_t>;
using testing::CostOf;
using testing::LaneGeometry;

TypedSegment Whole(DataKind kind, const Bytes& bytes) {
  TypedSegment segment{.kind = kind};
  segment.level = ModelLevel::kMax;
  segment.length = bytes.size();
  return segment;
}

TypedSegment Program(const Bytes& bytes, Machine machine = Machine::kX86_64) {
  TypedSegment segment = Whole(DataKind::kProgram, bytes);
  segment.machine = machine;
  return segment;
}

TypedSegment Table(const Bytes& bytes, uint32_t row) {
  TypedSegment segment = Whole(DataKind::kTable, bytes);
  segment.row_bytes = row;
  return segment;
}

void Append(Bytes& bytes, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// Functions that call a few others, by distance, and read a few variables beside the code.
Bytes MadeProgram(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::array<uint32_t, 12> functions, variables;
  for (uint32_t& at : functions) at = static_cast<uint32_t>(random() % 1000000);
  for (uint32_t& at : variables) at = static_cast<uint32_t>(2000000 + random() % 10000 * 8);
  Bytes bytes;
  const auto distance = [&](uint32_t target) {
    Append(bytes, target - static_cast<uint32_t>(bytes.size()) - 4, 4);
  };
  while (bytes.size() < size) {
    switch ((random() >> 8) % 5) {
      case 0:
        bytes.push_back(0xE8);
        distance(functions[random() % functions.size()]);
        break;
      case 1:
        bytes.insert(bytes.end(), {0x48, 0x8B, 0x05});
        distance(variables[random() % variables.size()]);
        break;
      case 2:
        bytes.insert(bytes.end(), {0x48, 0x89, static_cast<uint8_t>(0xC0 | random() % 64)});
        break;
      case 3:
        bytes.insert(bytes.end(), {0x8B, 0x44, 0x24, static_cast<uint8_t>(random() % 16 * 8)});
        break;
      default: bytes.insert(bytes.end(), {0x85, 0xC0, 0x74, static_cast<uint8_t>(random() % 32)});
    }
  }
  bytes.resize(size);
  return bytes;
}

// Records of 24 bytes: a number that counts, a kind, its constant, two floats that drift.
Bytes MadeTable(size_t records, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes;
  uint32_t drift = 0x40000000;
  for (uint32_t i = 0; i < records; ++i) {
    const uint32_t kind = (random() >> 7) % 4;
    Append(bytes, 100000 + i, 4);
    Append(bytes, kind, 2);
    Append(bytes, 0x1234567 * kind, 8);
    Append(bytes, 0, 2);
    drift += static_cast<uint32_t>(random() >> 16) % 4096;
    Append(bytes, drift, 4);
    Append(bytes, drift ^ 0xFF, 4);
  }
  return bytes;
}

struct Listing {
  bool is_64_bit;
  std::vector<std::string> instructions;
};

// As objdump divides them.
const std::array<Listing, 2> kListings = {{
    {true,
     {"55",           "4889e5",       "4881ec28010000",   "8b0534120000",
      "48897c2408",   "488d848878563412", "c6052000000007", "66c743043412",
      "48b88877665544332211", "b844332211", "f60001",     "a900000100",
      "48f7d8",       "ff1500010000", "e801020304",       "0f8401020000",
      "7510",         "430fb6042c",   "660f70c11b",       "660f3a0fc104",
      "660f3800c1",   "c5f458c2",     "c5fe6f442440",     "c4e3710fc203",
      "f00fb10f",     "f3a4",         "6bc155",           "69c155550000",
      "c1e003",       "c8100000",     "c3",               "f30f1efa",
      "0f05",         "f20f2cc0",     "648b042528000000"}},
    {false,
     {"55", "89e5", "40", "49", "a178563412", "8b442408", "c403", "6834120000", "06", "66b83412",
      "e801020304", "dd45f8", "ea010203040506", "60", "d50a"}},
}};

TEST(X86Code, FindsTheBordersOfInstructions) {
  for (const Listing& listing : kListings) {
    X86Code code(listing.is_64_bit);
    size_t position = 0;
    for (const std::string& instruction : listing.instructions) {
      ASSERT_TRUE(code.AtInstruction());
      for (size_t i = 0; i < instruction.size(); i += 2) {
        EXPECT_EQ(code.AtInstruction(), i == 0) << instruction;
        code.Update(static_cast<uint8_t>(std::stoul(instruction.substr(i, 2), nullptr, 16)),
                    position++);
      }
      ASSERT_TRUE(code.AtInstruction()) << instruction;
    }
  }
}

TEST(X86Code, DistancesLeadToTargets) {
  X86Code code;
  TargetField field;
  code.Update(0xE8, 1000);
  for (uint32_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(code.FindTarget(1001 + i, field));
    EXPECT_EQ(field.lowest, i == 0);
    // 1005 and the distance 0x01020304 so far
    const uint32_t sum = 1005 + (0x01020304 & ((1u << (8 * i)) - 1));
    EXPECT_EQ(field.offsets[0], sum >> (8 * i) & 255);
    code.Update(static_cast<uint8_t>(4 - i), 1001 + i);
  }
  EXPECT_FALSE(code.FindTarget(1005, field));
  // C6 05 has a byte behind the distance.
  code.Update(0xC6, 1005);
  code.Update(0x05, 1006);
  ASSERT_TRUE(code.FindTarget(1007, field));
  EXPECT_EQ(field.offsets[0], 1012 & 255);
}

TEST(ProgramSet, KnowsTargetsAndInstructions) {
  const Bytes bytes = MadeProgram(20000, 1);
  const TypedSegment program = Program(bytes);
  EXPECT_LT(CostOf(bytes, {&program, 1}).bits, 0.75 * CostOf(bytes, {}).bits);
}

TEST(TableSet, KnowsRecords) {
  const Bytes bytes = MadeTable(1000, 2);
  const TypedSegment table = Table(bytes, 24);
  EXPECT_LT(CostOf(bytes, {&table, 1}).bits, 0.9 * CostOf(bytes, {}).bits);
}

// `layout` told, and not.
std::pair<double, double> CostsOfLayout(const Bytes& bytes, uint32_t row, Layout layout) {
  TypedSegment table = Table(bytes, row);
  const double equal = CostOf(bytes, {&table, 1}).bits;
  table.layout = layout;
  return {CostOf(bytes, {&table, 1}).bits, equal};
}

TEST(TableSet, FollowsTaggedRecords) {
  const auto [tagged, equal] = CostsOfLayout(testing::MakeSheet(60, 12).bytes, 13, Layout::kTagged);
  EXPECT_LT(tagged, 0.85 * equal);
}

TEST(TableSet, FollowsGlyphs) {
  for (const uint32_t alignment : {1u, 4u}) {
    std::vector<uint32_t> offsets;
    const Bytes outlines = testing::MakeOutlines(400, alignment, 13, offsets);
    const auto [glyphs, equal] = CostsOfLayout(outlines, alignment, Layout::kGlyphs);
    EXPECT_LT(glyphs, 0.8 * equal) << alignment;
  }
}

// Whatever the bytes are and wherever a lane enters them; what is not coded yet plays no part.
TEST(TableSet, FollowsAnyBytes) {
  std::mt19937 random(14);
  std::vector<uint32_t> offsets;
  Bytes outlines = testing::MakeOutlines(100, 2, 15, offsets),
        sheet = testing::MakeSheet(20, 16).bytes;
  Bytes small(4000);  // numbers, most of them too small to be anything
  for (uint8_t& byte : small) byte = static_cast<uint8_t>(random() % 4 == 0 ? random() : 0);
  for (Bytes* bytes : {&outlines, &sheet, &small}) {
    for (int i = 0; i < 20; ++i)
      (*bytes)[random() % bytes->size()] = static_cast<uint8_t>(random());
    for (const Layout layout : {Layout::kTagged, Layout::kGlyphs}) {
      TypedSegment table = Table(*bytes, 2);
      table.layout = layout;
      for (const LaneGeometry geometry : {LaneGeometry{1, 4096}, LaneGeometry{4, 500}}) {
        const uint64_t zeros = CostOf(*bytes, {&table, 1}, geometry, 0).hash;
        EXPECT_EQ(zeros, CostOf(*bytes, {&table, 1}, geometry, 0xE8).hash);
      }
    }
  }
}

TEST(WideSets, MoreEffortCostsNoMore) {
  const Bytes program = MadeProgram(15000, 3), table = MadeTable(700, 4);
  for (auto [bytes, segment] :
       {std::pair{&program, Program(program)}, std::pair{&table, Table(table, 24)}}) {
    std::vector<double> bits;
    for (const ModelLevel level : {ModelLevel::kFast, ModelLevel::kDefault, ModelLevel::kMax}) {
      segment.level = level;
      bits.push_back(CostOf(*bytes, {&segment, 1}).bits);
    }
    EXPECT_LT(bits[0], 1.25 * bits[2]);
    EXPECT_LT(bits[1], 1.1 * bits[2]);
  }
}

// A frame of several segments, in every geometry: what is not coded yet plays no part.
TEST(WideSets, ReadNothingThatIsNotCoded) {
  Bytes bytes = MadeProgram(3000, 5);
  const Bytes table = MadeTable(100, 6), program32 = MadeProgram(2000, 7);
  std::vector<TypedSegment> segments = {Program(bytes)};
  segments.push_back(Table(table, 24));
  segments.back().begin = bytes.size() + 100;
  bytes.resize(bytes.size() + 100, 'x');
  bytes.insert(bytes.end(), table.begin(), table.end());
  segments.push_back(Program(program32, Machine::kX86));
  segments.back().begin = bytes.size();
  bytes.insert(bytes.end(), program32.begin(), program32.end());
  for (const ModelLevel level : {ModelLevel::kFast, ModelLevel::kMax}) {
    for (TypedSegment& segment : segments) segment.level = level;
    for (const LaneGeometry geometry :
         {LaneGeometry{1, 4096}, LaneGeometry{4, 1024}, LaneGeometry{64, 50}}) {
      const uint64_t zeros = CostOf(bytes, segments, geometry, 0).hash;
      EXPECT_EQ(zeros, CostOf(bytes, segments, geometry, 0xE8).hash);
    }
  }
}

TEST(WideSets, RowsOfAnyLength) {
  const Bytes bytes = MadeTable(100, 8);
  for (const uint32_t row : {1u, 2u, 3u, 7u, 8u, 9u, 255u, 256u, 70000u, 1u << 24}) {
    const TypedSegment table = Table(bytes, row);
    EXPECT_GT(CostOf(bytes, {&table, 1}, {3, 100}).bits, 0) << row;
  }
}

TEST(WideSets, NoiseExpandsByLittle) {
  std::mt19937 random(9);
  Bytes noise(20000);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random() >> 24);
  for (const TypedSegment& segment : {Program(noise), Table(noise, 16)}) {
    EXPECT_LT(CostOf(noise, {&segment, 1}).bits / 160000, 1.03);
  }
}

TEST(WideSets, TheNetworkIsHeard) {
  const Bytes bytes(64, 'e');
  std::array<int16_t, 256> logits{};
  logits['e'] = 2551;
  ByteTree tree;
  FillByteTree(logits.data(), tree);
  const TypedSegment program = Program(bytes);
  EXPECT_LT(CostOf(bytes, {&program, 1}, {}, 0, &tree).bits,
            0.9 * CostOf(bytes, {&program, 1}).bits);
}

// Bytes would change if these did.
TEST(WideSets, ProbabilitiesArePinned) {
  const Bytes program = MadeProgram(5000, 10), table = MadeTable(200, 11);
  const TypedSegment code = Program(program), records = Table(table, 24);
  EXPECT_EQ(CostOf(program, {&code, 1}).hash, 5886721696301894955u);
  EXPECT_EQ(CostOf(table, {&records, 1}, {4, 512}).hash, 5203285033115842278u);
  for (const auto& [made, hash] :
       {std::pair{testing::MakeSheet(30, 17), uint64_t{4672205526444815471u}},
        std::pair{testing::MakeFont(2, true), uint64_t{10417959385081007417u}}}) {
    TypedSegment segment = made.holds[0];
    segment.level = ModelLevel::kMax;
    EXPECT_EQ(CostOf(made.bytes, {&segment, 1}).hash, hash) << made.name;
  }
}

// A slot is found by its hash again until another context claims it.
TEST(WideSlotTable, KeepsWhatHasSeenMore) {
  WideSlotTable table(12);
  const uint64_t first = 0x1111000000000010u, second = 0x2222000000000010u,
                 third = 0x3333000000000010u;
  WideSlot* const slot = table.Find(first);
  for (int i = 0; i < 3; ++i) slot->slot.nodes[0].Update(1);
  table.Find(second)->slot.nodes[0].Update(1);
  EXPECT_EQ(table.Find(first), slot);
  WideSlot* const third_slot = table.Find(third);
  EXPECT_NE(third_slot, slot);
  EXPECT_TRUE(third_slot->slot.nodes[0].empty());
  EXPECT_EQ(table.Find(first), slot);
  EXPECT_EQ(slot->slot.nodes[0].count(), 3u);
}

}  // namespace
}  // namespace lmzip
