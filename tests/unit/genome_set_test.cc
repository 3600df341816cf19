// The model set of genomes.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/mixer.h"
#include "mixer/sets/nucleotides.h"
#include "support/mixer_cost.h"

namespace lmzip {
namespace {

using Bytes = std::vector<uint8_t>;
using testing::CostOf;
using testing::LaneGeometry;

TypedSegment Genome(const Bytes& bytes, uint32_t row = 61) {
  TypedSegment segment{.kind = DataKind::kGenome};
  segment.level = ModelLevel::kMax;
  segment.length = bytes.size();
  segment.row_bytes = row;
  return segment;
}

std::string RandomLetters(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::string letters;
  while (letters.size() < size) letters.push_back("ACGT"[random() >> 30]);
  return letters;
}

std::string OtherStrand(std::string_view letters) {
  std::string other;
  for (size_t i = letters.size(); i-- > 0;)
    other.push_back("TGCA"[NucleotideOf(static_cast<uint8_t>(letters[i]))]);
  return other;
}

Bytes InLines(std::string_view letters) {
  Bytes bytes;
  for (size_t i = 0; i < letters.size(); ++i) {
    bytes.push_back(static_cast<uint8_t>(letters[i]));
    if (i % 60 == 59) bytes.push_back('\n');
  }
  return bytes;
}

double CostOfLetters(std::string_view letters) {
  const Bytes bytes = InLines(letters);
  const TypedSegment genome = Genome(bytes);
  return CostOf(bytes, {&genome, 1}).bits;
}

// With repeats of both strands, lower case, unknown letters and a line that names.
Bytes Mixed() {
  std::string letters = RandomLetters(4000, 1);
  letters += letters.substr(1003, 900) + OtherStrand(letters.substr(500, 1500));
  for (size_t i = 700; i < 1100; ++i) letters[i] |= 0x20;
  for (size_t i = 2000; i < 2100; ++i) letters[i] = 'N';
  Bytes bytes = InLines(letters);
  for (const char c : std::string_view(">name of CAT 1\nACGUUGCARY-acgt\r\n"))
    bytes.push_back(static_cast<uint8_t>(c));
  return bytes;
}

TEST(Nucleotides, NodesTellLetters) {
  for (const char letter : std::string_view("ACGTUacgtu")) {
    const uint8_t byte = static_cast<uint8_t>(letter);
    const int code = NucleotideOf(byte);
    for (int depth = 0; depth < 8; ++depth) {
      const int node = NucleotideNode((256u | byte) >> (8 - depth), depth);
      const bool asked = (depth == 3) || (depth == 5 && code < 3) || (depth == 6 && code < 2);
      ASSERT_EQ(node >= 0, asked) << letter << depth;
      if (!asked) continue;
      EXPECT_EQ((byte >> (7 - depth) & 1) != 0, code == 3 - node) << letter << depth;
    }
  }
  EXPECT_EQ(NucleotideOf('N'), -1);
  EXPECT_EQ(NucleotideOf('\n'), -1);
}

TEST(Nucleotides, TheOtherStrandIsTheComplementBackwards) {
  const std::string letters = RandomLetters(100, 2), other = OtherStrand(letters);
  Strands forward, backward;
  for (const char c : letters) forward.Append(NucleotideOf(static_cast<uint8_t>(c)));
  for (size_t i = 0; i < 20; ++i) backward.Append(NucleotideOf(static_cast<uint8_t>(other[i])));
  EXPECT_EQ(forward.LastInverted(20), backward.Last(20));
}

TEST(GenomeSet, RandomLettersTakeTwoBits) {
  EXPECT_LT(CostOfLetters(RandomLetters(20000, 3)), 2.05 * 20000);
}

TEST(GenomeSet, KnowsRepeatsOfBothStrands) {
  const std::string once = RandomLetters(6000, 4);
  const double first = CostOfLetters(once);
  EXPECT_LT(CostOfLetters(once + once.substr(7)) - first, 0.04 * first);
  EXPECT_LT(CostOfLetters(once + OtherStrand(once)) - first, 0.04 * first);
  std::string changed = once;
  for (size_t i = 20; i < changed.size(); i += 50) changed[i] = changed[i] == 'A' ? 'C' : 'A';
  EXPECT_LT(CostOfLetters(once + changed) - first, 0.2 * first);
}

TEST(GenomeSet, ReadsNothingThatIsNotCoded) {
  Bytes bytes = Mixed();
  std::vector<TypedSegment> segments = {Genome(bytes)};
  bytes.resize(bytes.size() + 90, 'a');
  const Bytes again = Mixed();
  segments.push_back(Genome(again, 0));
  segments.back().begin = bytes.size();
  bytes.insert(bytes.end(), again.begin(), again.end());
  for (const ModelLevel level : {ModelLevel::kFast, ModelLevel::kDefault, ModelLevel::kMax}) {
    for (TypedSegment& segment : segments) segment.level = level;
    for (const LaneGeometry geometry :
         {LaneGeometry{1, 4096}, LaneGeometry{4, 1024}, LaneGeometry{64, 50}}) {
      const uint64_t zeros = CostOf(bytes, segments, geometry, 0).hash;
      EXPECT_EQ(zeros, CostOf(bytes, segments, geometry, 'A').hash);
    }
  }
}

TEST(GenomeSet, NoiseExpandsByLittle) {
  std::mt19937 random(9);
  Bytes noise(20000);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random() >> 24);
  const TypedSegment genome = Genome(noise);
  EXPECT_LT(CostOf(noise, {&genome, 1}).bits / 160000, 1.05);
}

TEST(GenomeSet, TakesLittleMemory) {
  const auto memory = [](uint64_t size) {
    KindBytes kinds{};
    kinds[static_cast<size_t>(DataKind::kGenome)] = size;
    return Mixer::MemoryBytes(kinds, 1);
  };
  EXPECT_LT(memory(uint64_t{16} << 20), uint64_t{48} << 20);
  EXPECT_LT(memory(2048), uint64_t{4} << 20);
}

// Bytes would change if these did.
TEST(GenomeSet, ProbabilitiesArePinned) {
  const Bytes bytes = Mixed();
  const TypedSegment genome = Genome(bytes);
  EXPECT_EQ(CostOf(bytes, {&genome, 1}).hash, 10679039953740505248u);
  EXPECT_EQ(CostOf(bytes, {&genome, 1}, {4, 512}).hash, 18006804848350702636u);
}

}  // namespace
}  // namespace lmzip
