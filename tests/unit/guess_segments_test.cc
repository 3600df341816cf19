// Raw data without headers are found by what they look like; text, programs' tables and noise are
// not.
#include <gtest/gtest.h>

#include "detect/find_segments.h"
#include "support/made_files.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

// What is found first, without its place.
std::string FirstGuess(ByteView content) {
  const auto found = FindSegments(content);
  if (found.empty()) return "nothing";
  EXPECT_TRUE(found[0].guessed);
  return Describe(found[0].segment);
}

// Oscillators of whole numbers that a little noise drives, one a channel.
class Tones {
 public:
  explicit Tones(int channels, uint64_t seed) : random_(seed), states_(channels) {}

  int32_t Next(int channel, int32_t loudness) {
    auto& [level, speed] = states_[channel];
    speed += static_cast<int32_t>(Below(random_, 2 * loudness / 16 + 1)) - loudness / 16 -
             level / (40 + 10 * channel);
    speed -= speed / 64;
    level += speed;
    level = std::clamp(level, -4 * loudness, 4 * loudness);
    return level;
  }

 private:
  struct State {
    int32_t level = 0, speed = 0;
  };
  Random random_;
  std::vector<State> states_;
};

Bytes MakeSamples(int bits, int channels, bool big_endian, size_t count) {
  Tones tones(channels, 7);
  testing::FileMaker maker(big_endian);
  const int32_t loudness = bits == 8 ? 12 : bits == 16 ? 3000 : 300'000;
  for (size_t i = 0; i < count; ++i) {
    for (int channel = 0; channel < channels; ++channel) {
      const int32_t level = tones.Next(channel, loudness);
      if (bits == 8) maker.U8(static_cast<uint64_t>(level + 128));
      if (bits == 16) maker.U16(static_cast<uint64_t>(level));
      if (bits == 24) maker.U24(static_cast<uint64_t>(level));
    }
  }
  return maker.bytes();
}

// Each sample near the one beside it and the one above it.
Bytes MakeRows(size_t width, size_t height, size_t channels) {
  Random random(5);
  const size_t row = width * channels;
  Bytes bytes(row * height);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int left = i % row >= channels ? bytes[i - channels] : 128;
    const int above = i >= row ? bytes[i - row] : left;
    const int noise = static_cast<int>(Below(random, 25)) - 12;
    bytes[i] = static_cast<uint8_t>(std::clamp((left + above) / 2 + noise, 0, 255));
  }
  return bytes;
}

TEST(GuessSegments, FindsRawSound) {
  EXPECT_EQ(FirstGuess(MakeSamples(8, 1, false, 100'000)), "sound 8 bits");
  EXPECT_EQ(FirstGuess(MakeSamples(16, 1, false, 60'000)), "sound 16 bits signed");
  EXPECT_EQ(FirstGuess(MakeSamples(16, 2, false, 40'000)), "sound 16 bits signed x 2");
  EXPECT_EQ(FirstGuess(MakeSamples(16, 2, true, 40'000)), "sound 16 bits signed big-endian x 2");
  EXPECT_EQ(FirstGuess(MakeSamples(24, 1, false, 40'000)), "sound 24 bits signed");
  EXPECT_EQ(FirstGuess(MakeSamples(24, 2, false, 30'000)), "sound 24 bits signed x 2");
}

TEST(GuessSegments, SamplesBeginWhereTheyDo) {
  const Bytes samples = MakeSamples(16, 1, false, 60'000);
  const Bytes words = testing::WordyBytes(20'001, 3);
  Bytes content = words;
  content.insert(content.end(), samples.begin(), samples.end());
  content.insert(content.end(), words.begin(), words.end());
  const auto found = FindSegments(content);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Describe(found[0].segment), "sound 16 bits signed");
  EXPECT_EQ(found[0].segment.begin % 2, 1u);  // with a sample's first byte
  EXPECT_NEAR(static_cast<double>(found[0].segment.begin), 20'001, 2048);
  EXPECT_NEAR(static_cast<double>(found[0].segment.end()), 140'001, 2048);
}

TEST(GuessSegments, FindsRawPictures) {
  EXPECT_EQ(FirstGuess(MakeRows(300, 300, 1)), "picture 8 bits, 300 bytes a row");
  EXPECT_EQ(FirstGuess(MakeRows(200, 300, 3)), "picture 8 bits x 3, 600 bytes a row");
  EXPECT_EQ(FirstGuess(MakeRows(251, 300, 4)), "picture 8 bits x 4, 1004 bytes a row");
}

TEST(GuessSegments, FindsRowsOfBits) {
  // Black shapes whose borders wander.
  Random random(9);
  constexpr size_t kRow = 216;
  Bytes bytes;
  std::vector<size_t> borders(12);
  for (size_t i = 0; i < borders.size(); ++i) borders[i] = 140 * (i + 1);
  for (int row = 0; row < 400; ++row) {
    for (size_t& border : borders) border += Below(random, 3) - 1;
    Bytes bits(kRow);
    for (size_t i = 0; i + 1 < borders.size(); i += 2) {
      for (size_t at = borders[i]; at < borders[i + 1]; ++at) bits[at / 8] |= 0x80 >> at % 8;
    }
    bytes.insert(bytes.end(), bits.begin(), bits.end());
  }
  EXPECT_EQ(FirstGuess(bytes), "picture 1 bits, 216 bytes a row");
}

TEST(GuessSegments, FindsRecordsAndNumbers) {
  Random random(11);
  testing::FileMaker records, floats;
  for (uint32_t i = 0; i < 8000; ++i) {
    records.U16(7).U32(i * 3).U8(Below(random, 5)).U16(Below(random, 3000)).U32(0x4711);
  }
  EXPECT_EQ(FirstGuess(records.bytes()), "table of 13 bytes a record");
  for (uint32_t i = 0; i < 20'000; ++i) floats.U32(0x3f800000 + Below(random, 1 << 24));
  EXPECT_EQ(FirstGuess(floats.bytes()), "table of 4 bytes a record");
}

TEST(GuessSegments, FindsGenomes) {
  Random random(13);
  const auto sequence = [&random](size_t letters, bool upper) {
    std::string text;
    for (size_t i = 0; i < letters; ++i) text += (upper ? "ACGT" : "acgt")[Below(random, 4)];
    return text;
  };
  std::string fasta = ">one of two sequences, human\n";
  for (int line = 0; line < 100; ++line) fasta += sequence(60, line < 50) + "\n";
  const size_t second = fasta.size() + 5;
  fasta += ">two\n";
  for (int line = 0; line < 100; ++line) fasta += sequence(60, true) + "\n";
  const auto found = FindSegments(testing::FileMaker().Text(fasta).bytes());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(Describe(found[0].segment), "genome in lines of 61 bytes");
  EXPECT_EQ(found[0].segment.begin, 29u);
  EXPECT_EQ(found[0].segment.length, 6100u);
  EXPECT_EQ(found[1].segment.begin, second);
  EXPECT_EQ(found[1].segment.end(), fasta.size());
  EXPECT_EQ(FirstGuess(testing::FileMaker().Text(sequence(5000, true)).bytes()), "genome");
}

TEST(GuessSegments, FindsNothingInText) {
  Random random(17);
  std::string log, code, json = "[", columns, hex, base64, russian;
  for (uint64_t i = 0; i < 4000; ++i) {
    const auto number = [&random](uint64_t bound) { return std::to_string(Below(random, bound)); };
    log += "2026-11-27 03:" + number(60) + " worker[" + number(9) + "]: took " + number(5000) +
           " ms\n";
    code += "    if (value[" + number(90) + "] > limit) { return " + number(900) + "; }\n";
    json += "{\"id\": " + std::to_string(i) + ", \"name\": \"n" + number(100) + "\"},\n";
    std::string wide = number(100'000'000);
    columns += std::string(12 - wide.size(), ' ') + wide + (i % 6 == 5 ? "\n" : "");
    for (int j = 0; j < 32; ++j) hex += "0123456789abcdef"[Below(random, 16)];
    base64 += std::string(i % 7, 'A');
    for (int j = 0; j < 16; ++j) base64 += "ABCDEFghijkl0123+/"[Below(random, 18)];
    for (int j = 0; j < 12; ++j) {
      russian += j % 6 == 5 ? std::string(" ")
                            : std::string("\xd0") + static_cast<char>(0xb0 + Below(random, 16));
    }
  }
  for (const std::string& text : {log, code, json, columns, hex, base64, russian}) {
    EXPECT_EQ(FirstGuess(testing::FileMaker().Text(text).bytes()), "nothing") << text.substr(0, 60);
  }
  EXPECT_EQ(FirstGuess(testing::WordyBytes(200'000, 1)), "nothing");
}

TEST(GuessSegments, FindsNothingInNoiseAndBlanks) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(FirstGuess(testing::UniformBytes(100'000, seed)), "nothing") << seed;
  }
  EXPECT_EQ(FirstGuess(Bytes(200'000)), "nothing");
  EXPECT_EQ(FirstGuess(Bytes(200'000, 0xff)), "nothing");
}

}  // namespace
}  // namespace lmzip
