// Files of known kinds are found by their headers, wherever they stand, cut or damaged as they may
// be.
#include <gtest/gtest.h>

#include <cstdio>

#include "detect/find_segments.h"
#include "detect/header_scan.h"
#include "segments/segment_list.h"
#include "support/made_arrays.h"
#include "support/made_pictures.h"
#include "support/made_programs.h"
#include "support/made_sounds.h"
#include "support/made_tables.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::MadeFile;
using testing::Random;

const std::vector<MadeFile>& AllFiles() {
  static const std::vector<MadeFile> files = [] {
    std::vector<MadeFile> all;
    for (auto made : {testing::MadePictures(), testing::MadeArrays(), testing::MadeSounds(),
                      testing::MadePrograms(), testing::MadeTables()}) {
      all.insert(all.end(), made.begin(), made.end());
    }
    return all;
  }();
  return files;
}

std::string Text(const TypedSegment& segment) {
  return std::to_string(segment.begin) + "+" + std::to_string(segment.length) + " " +
         Describe(segment) + "\n";
}

// Those that headers name.
std::string ByHeaders(ByteView content) {
  std::string text;
  for (const FoundSegment& one : FindSegments(content)) {
    if (!one.guessed) text += Text(one.segment);
  }
  return text;
}

std::string Holds(const MadeFile& made, uint64_t begin = 0) {
  std::string text;
  for (TypedSegment segment : made.holds) {
    segment.begin += begin;
    text += Text(segment);
  }
  return text;
}

void CheckWithinLimits(const std::vector<FoundSegment>& found, ByteView content) {
  std::vector<TypedSegment> segments;
  for (const FoundSegment& one : found) segments.push_back(one.segment);
  if (segments.empty()) return;
  const Bytes list = EncodeSegments(segments, content.size());
  ASSERT_EQ(DecodeSegments(list, content.size()), segments);
}

// Of what headers say; to guess what they do not takes longer.
void CheckHeaders(ByteView content) {
  detect::Finder finder(content);
  detect::FindFiles(content, finder);
  CheckWithinLimits(finder.found(), content);
}

TEST(FindSegments, FindsNothingInNothing) {
  EXPECT_TRUE(FindSegments({}).empty());
  EXPECT_TRUE(FindSegments(Bytes(1)).empty());
}

TEST(FindSegments, FindsWhatFilesHold) {
  for (const MadeFile& made : AllFiles()) {
    EXPECT_EQ(ByHeaders(made.bytes), Holds(made)) << made.name;
  }
}

TEST(FindSegments, FindsThemAnywhereOneBehindAnother) {
  Random random(1);
  Bytes content;
  std::string holds;
  for (const MadeFile& made : AllFiles()) {
    // Bytes of 200 and above are in no magic.
    for (uint64_t i = Below(random, 700); i > 0; --i)
      content.push_back(static_cast<uint8_t>(200 + Below(random, 56)));
    holds += Holds(made, content.size());
    content.insert(content.end(), made.bytes.begin(), made.bytes.end());
  }
  EXPECT_EQ(ByHeaders(content), holds);
}

// A header claims what a cut file in a tar does not hold: the next file is not part of it.
TEST(FindSegments, WhatAMemberHoldsEndsWithIt) {
  const MadeFile sound = testing::MakeWav({}), picture = testing::MakeBmp(61, 40, {});
  const size_t cut = sound.bytes.size() - 1001;
  Bytes content;
  const auto add = [&content](size_t size, ByteView bytes) {
    testing::FileMaker header;
    char octal[16];
    std::snprintf(octal, sizeof octal, "%011zo", size);
    header.Text("name").Until(124).Text(octal).Until(257).Text("ustar").Until(512);
    content.insert(content.end(), header.bytes().begin(), header.bytes().end());
    content.insert(content.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    content.resize((content.size() + 511) / 512 * 512);
  };
  add(cut, sound.bytes);
  const size_t second = content.size() + 512;
  add(picture.bytes.size(), picture.bytes);
  const auto found = FindSegments(content);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].segment.begin, 512 + sound.holds[0].begin);
  EXPECT_EQ(found[0].segment.end(), 512 + cut);
  EXPECT_EQ(found[0].beyond, 0u);
  EXPECT_EQ(found[1].segment.begin, second + picture.holds[0].begin);
}

TEST(FindSegments, SaysHowMuchACutContentLacks) {
  const MadeFile made = testing::MakeWav({});
  const auto found = FindSegments(ByteView(made.bytes).first(made.bytes.size() - 1000));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].segment.length, made.holds[0].length - 1000);
  EXPECT_EQ(found[0].beyond, 1000u);
}

// A writer that streams does not know how much will come.
TEST(FindSegments, SoundOfUnknownLengthReachesToTheEnd) {
  for (const uint32_t claims : {0xffffffffu, 100'000'000u}) {
    const MadeFile made = testing::MakeWav({.claims = claims});
    const auto found = FindSegments(made.bytes);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].segment, made.holds[0]);
  }
}

TEST(FindSegments, CutFilesStayWithinLimits) {
  for (const MadeFile& made : AllFiles()) {
    SCOPED_TRACE(made.name);
    const ByteView whole(made.bytes);
    for (size_t size = 0; size < whole.size(); size += size < 300 ? 1 : 97) {
      CheckHeaders(whole.first(size));
      CheckHeaders(whole.subspan(size));
    }
  }
}

TEST(FindSegments, HeadersThatLieStayWithinLimits) {
  Random random(2);
  for (const MadeFile& made : AllFiles()) {
    SCOPED_TRACE(made.name);
    for (size_t at = 0; at < std::min<size_t>(made.bytes.size(), 256); ++at) {
      for (const uint8_t value : Bytes{0x00, 0x01, 0x7f, 0x80, 0xff}) {
        Bytes bytes = made.bytes;
        bytes[at] = value;
        const size_t wide = std::min<size_t>(4, bytes.size() - at);
        if (Below(random, 2)) std::fill_n(bytes.data() + at, wide, value);
        CheckHeaders(bytes);
      }
    }
  }
}

// Not even the longest list holds all of these.
TEST(FindSegments, KeepsTheLongestOfTooMany) {
  Bytes content;
  for (size_t i = 0; i < 1500; ++i) {
    const std::string header = i % 3 == 0 ? "P5 8 9 255\n" : "P5 8 16 255\n";
    content.insert(content.end(), header.begin(), header.end());
    content.resize(content.size() + (i % 3 == 0 ? 72 : 128));
  }
  const auto found = FindSegments(content);
  ASSERT_EQ(found.size(), kMaxTypedSegments);
  size_t longer = 0;
  for (const FoundSegment& one : found) longer += one.segment.length == 128;
  EXPECT_EQ(longer, 1000u);
  CheckWithinLimits(found, content);
}

}  // namespace
}  // namespace lmzip
