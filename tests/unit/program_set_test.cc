// The model set of programs: machines of words and Java.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "mixer/sets/java_fields.h"
#include "mixer/sets/java_opcodes.h"
#include "mixer/sets/word_code.h"
#include "mixer/sets/word_forms.h"
#include "support/made_code.h"
#include "support/mixer_cost.h"

namespace lmzip {
namespace {

using testing::ClassMaker;
using testing::CostOf;
using testing::LaneGeometry;
using testing::MakeArm64Code;
using Bytes = std::vector<uint8_t>;

constexpr Machine kWordMachines[] = {Machine::kArm, Machine::kArm64, Machine::kSparc,
                                     Machine::kPowerPc, Machine::kMips};

TypedSegment Program(const Bytes& bytes, Machine machine) {
  TypedSegment segment{.kind = DataKind::kProgram};
  segment.level = ModelLevel::kMax;
  segment.length = bytes.size();
  segment.machine = machine;
  return segment;
}

Bytes Noise(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes noise(size);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random() >> 24);
  return noise;
}

TEST(WordForms, AbsoluteWordsLeadBack) {
  std::mt19937 random(1);
  for (const Machine name : kWordMachines) {
    const WordMachine& machine = *WordMachineOf(name);
    for (int i = 0; i < 20000; ++i) {
      const auto word = static_cast<uint32_t>(random()), at = static_cast<uint32_t>(random());
      const WordForm& form = machine.FormOf(word);
      const uint32_t absolute = form.Absolute(word, at);
      EXPECT_EQ(form.Relative(absolute, at), word);
      // The address takes the distance's place: the form stays what it was.
      EXPECT_EQ(&machine.FormOf(absolute), &form) << NameOf(name) << " " << word;
    }
  }
}

// The same address from two places: the words differ, the absolute ones do not.
TEST(WordForms, FindDistances) {
  struct Case {
    Machine machine;
    uint32_t first, at, second, at_too;
  };
  for (const Case& one : {
           Case{Machine::kArm64, 0x94000010, 0, 0x9400000F, 4},              // bl
           Case{Machine::kArm64, 0x17FFFFFF, 8, 0x14000001, 0},              // b
           Case{Machine::kArm64, 0x54000081, 0, 0x54000061, 4},              // b.ne
           Case{Machine::kArm64, 0xB0000000, 0, 0x90000000, 4096},           // adrp
           Case{Machine::kArm64, 0x90000020, 0x1000, 0xF0000000, 0x2000},    // across the low bits
           Case{Machine::kSparc, 0x40000010, 0, 0x7FFFFFF0, 0x80},           // call
           Case{Machine::kSparc, 0x12800004, 0, 0x12800003, 4},              // bne
           Case{Machine::kPowerPc, 0x48000011, 0, 0x4800000D, 4},            // bl
           Case{Machine::kPowerPc, 0x41820010, 4, 0x41820014, 0},            // beq
           Case{Machine::kMips, 0x10400004, 0, 0x10400003, 4},               // beqz
           Case{Machine::kArm, 0xEB000010, 0, 0xEB00000F, 4},                // bl
       }) {
    const WordMachine& machine = *WordMachineOf(one.machine);
    const WordForm &first = machine.FormOf(one.first), &second = machine.FormOf(one.second);
    EXPECT_EQ(&first, &second);
    EXPECT_GT(first.width, 0);
    EXPECT_EQ(first.Absolute(one.first, one.at), second.Absolute(one.second, one.at_too))
        << NameOf(one.machine) << std::hex << " " << one.first;
  }
}

TEST(WordForms, NumbersFitTheirSets) {
  for (const Machine name : kWordMachines) {
    const WordMachine& machine = *WordMachineOf(name);
    EXPECT_LE(machine.forms.size(), 32u);
    EXPECT_EQ(machine.forms.back().mask, 0u);
    for (const WordForm& form : machine.forms) EXPECT_EQ(form.value & ~form.mask, 0u);
  }
  EXPECT_EQ(WordMachineOf(Machine::kX86), nullptr);
  EXPECT_EQ(WordMachineOf(Machine::kUnknown), nullptr);
}

TEST(WordCode, WordsBeginInPhase) {
  WordCode code(*WordMachineOf(Machine::kSparc), 3);
  code.Update(0xAA, 100);  // the end of a word
  const Bytes call = {0x40, 0x00, 0x00, 0x10};
  for (size_t i = 0; i < 4; ++i) {
    const WordField field = code.Field(101 + i);
    EXPECT_EQ(field.index, i);
    EXPECT_EQ(field.position, 101u);
    EXPECT_FALSE(code.EndedDistance());
    code.Update(call[i], 101 + i);
  }
  EXPECT_TRUE(code.EndedDistance());
  EXPECT_EQ(code.last_word(), 0x40000010u + (101 >> 2));
}

TEST(JavaFields, FollowsFieldsFromClassToClass) {
  const Bytes classes = ClassMaker::Make(20, 2);
  JavaFields java;
  size_t opcodes = 0, lines = 0, lines_guessed = 0, magics = 0;
  for (const uint8_t byte : classes) {
    const JavaFields::Role role = java.role();
    opcodes += role == JavaFields::kOpcode ? 1 : 0;
    magics += role == JavaFields::kMagic ? 1 : 0;
    EXPECT_NE(role, JavaFields::kRest);
    if (role == JavaFields::kBodyWord) {
      const bool is_low = ++lines % 2 == 0;
      const auto& guesses = java.guesses();
      const bool is_guessed = std::ranges::any_of(
          guesses, [&](uint32_t guess) { return static_cast<uint8_t>(guess) == byte; });
      lines_guessed += is_low && is_guessed ? 1 : 0;
    }
    java.Update(byte);
  }
  EXPECT_EQ(java.role(), JavaFields::kMagic);
  EXPECT_EQ(magics, 4u * 19);  // the first one is found
  EXPECT_GT(opcodes, 20u * 3 * (2 * 6 + 1));
  EXPECT_GT(lines_guessed, lines / 2 * 3 / 5);
}

// Damaged and cut ones, and what is none: nothing but the next begin is waited for.
TEST(JavaFields, TakesAnything) {
  std::mt19937 random(3);
  const Bytes classes = ClassMaker::Make(3, 4);
  for (int turn = 0; turn < 300; ++turn) {
    Bytes damaged = classes;
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
    JavaFields java;
    StructureView view;
    TargetField field;
    for (const uint8_t byte : damaged) {
      view.count = 0;
      java.View(0, view);
      EXPECT_LE(view.count, StructureView::kContexts);
      EXPECT_TRUE(view.state < 256 && view.group < 4096 && view.neighbour < 256);
      EXPECT_TRUE(view.detail < 32 && view.phase < 8);
      java.FindField(field);
      java.Update(byte);
    }
    // Another class is found when this one is over or has broken off.
    for (int i = 0; i < 70000 && java.role() != JavaFields::kLost; ++i) java.Update(0xFF);
  }
  JavaFields java;
  for (const uint8_t byte : Noise(100000, 5)) java.Update(byte);
  EXPECT_EQ(java.role(), JavaFields::kLost);
}

TEST(JavaOpcode, KnowsWhatIsNamed) {
  EXPECT_EQ(JavaOpcode(0xB6).constant_tag(), JavaPool::kMethod);
  EXPECT_EQ(JavaOpcode(0xB4).constant_tag(), JavaPool::kField);
  EXPECT_EQ(JavaOpcode(0x12).operand_bytes(), 1u);
  EXPECT_TRUE(JavaOpcode(0xA7).branches());
  EXPECT_FALSE(JavaOpcode(0xB1).names_constant());
  EXPECT_TRUE(JavaOpcode(0xB1).ends_statement());
}

TEST(ProgramSet, KnowsWordsAndTheirTargets) {
  const Bytes code = MakeArm64Code(8000, 6);
  const TypedSegment program = Program(code, Machine::kArm64);
  EXPECT_LT(CostOf(code, {&program, 1}).bits, 0.8 * CostOf(code, {}).bits);
}

TEST(ProgramSet, KnowsClasses) {
  const Bytes classes = ClassMaker::Make(30, 7);
  const TypedSegment program = Program(classes, Machine::kJava);
  EXPECT_LT(CostOf(classes, {&program, 1}).bits, 0.7 * CostOf(classes, {}).bits);
}

// A frame of several machines, in every geometry: what is not coded yet plays no part.
TEST(ProgramSet, ReadsNothingThatIsNotCoded) {
  Bytes bytes;
  std::vector<TypedSegment> segments;
  for (const auto& [part, machine] :
       {std::pair{MakeArm64Code(600, 8), Machine::kArm64}, {ClassMaker::Make(3, 9), Machine::kJava},
        {Noise(1001, 10), Machine::kSparc}, {MakeArm64Code(300, 11), Machine::kX86}}) {
    segments.push_back(Program(part, machine));
    segments.back().begin = bytes.size();
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  for (const LaneGeometry geometry :
       {LaneGeometry{1, 4096}, LaneGeometry{4, 1023}, LaneGeometry{64, 50}}) {
    const uint64_t zeros = CostOf(bytes, segments, geometry, 0).hash;
    EXPECT_EQ(zeros, CostOf(bytes, segments, geometry, 0xCA).hash);
  }
}

TEST(ProgramSet, NoiseExpandsByLittle) {
  const Bytes noise = Noise(12000, 12);
  for (const Machine machine : {Machine::kArm64, Machine::kSparc, Machine::kJava}) {
    const TypedSegment segment = Program(noise, machine);
    EXPECT_LT(CostOf(noise, {&segment, 1}).bits / 8 / 12000, 1.04);
  }
}

// Bytes would change if these did.
TEST(ProgramSet, ProbabilitiesArePinned) {
  const Bytes code = MakeArm64Code(1500, 13), classes = ClassMaker::Make(5, 14);
  const TypedSegment words = Program(code, Machine::kArm64), sparc = Program(code, Machine::kSparc),
                     java = Program(classes, Machine::kJava);
  EXPECT_EQ(CostOf(code, {&words, 1}).hash, 17375919852709008376u);
  EXPECT_EQ(CostOf(code, {&sparc, 1}, {4, 512}).hash, 1717777700607503489u);
  EXPECT_EQ(CostOf(classes, {&java, 1}, {2, 2048}).hash, 5454904901288533255u);
}

}  // namespace
}  // namespace lmzip
