// Copies: what is found expands to the content, and no list of copies does harm.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "chunker/copy_finder.h"
#include "format/format.h"
#include "lmzip/error.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::Below;
using testing::Random;

Bytes Noise(Random& random, size_t size) {
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(Below(random, 256));
  return bytes;
}

// Noise, runs of any period and repeats of what came before, some with a byte changed.
Bytes Repetitive(Random& random) {
  Bytes bytes = Noise(random, 1 + Below(random, 3000));
  const size_t parts = Below(random, 12);
  for (size_t part = 0; part < parts; ++part) {
    const size_t length = 1 + Below(random, part % 3 == 0 ? 200 : 20000);
    const size_t distance = 1 + Below(random, Below(random, 2) ? std::min<size_t>(40, bytes.size())
                                                               : bytes.size());
    for (size_t i = 0; i < length; ++i) bytes.push_back(bytes[bytes.size() - distance]);
    if (Below(random, 3) == 0) bytes[bytes.size() - 1 - Below(random, length)] ^= 1;
    if (Below(random, 2) == 0) {
      const Bytes noise = Noise(random, Below(random, 100));
      bytes.insert(bytes.end(), noise.begin(), noise.end());
    }
  }
  return bytes;
}

TEST(Copies, WhatIsFoundExpandsToTheContentHoweverItArrives) {
  size_t with_copies = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Bytes content = Repetitive(random);
    std::vector<Copy> copies = FindCopies(content);
    if (seed % 3 == 0) copies = LongCopies(copies, Below(random, 10000));
    with_copies += !copies.empty();
    const Bytes residue = Residue(content, copies);
    ASSERT_EQ(residue.size() + CopiedBytes(copies), content.size());
    ASSERT_EQ(DecodeCopies(EncodeCopies(copies, /*far=*/false), content.size(), CopiedBytes(copies),
                           std::nullopt), copies);
    Bytes expanded(content.size(), 0xEE);
    CopyExpander expander(copies, residue, expanded);
    for (uint64_t end = 0, done = 0; done < content.size();) {
      end = std::min<uint64_t>(end + Below(random, 5000), residue.size());
      const uint64_t now = expander.Advance(end, nullptr);
      ASSERT_GE(now, done);
      done = now;
      ASSERT_TRUE(std::equal(expanded.begin(), expanded.begin() + static_cast<ptrdiff_t>(done),
                             content.begin()));
    }
  }
  EXPECT_GT(with_copies, 100u);
}

TEST(Copies, RunsAndLongRepeatsAreFound) {
  Random random(5);
  const Bytes noise = Noise(random, 50000);
  Bytes content = noise;
  content.resize(content.size() + 100000);                          // zeros
  content.insert(content.end(), noise.begin() + 7, noise.end());    // a repeat, out of step
  for (size_t i = 0; i < 30000; ++i) content.push_back("abcde"[i % 5]);
  EXPECT_LT(content.size() - CopiedBytes(FindCopies(content)), noise.size() + 200);
  EXPECT_LT(EncodeCopies(FindCopies(content), /*far=*/false).size(), 24u);
  EXPECT_TRUE(FindCopies(noise).empty());
  EXPECT_TRUE(FindCopies({}).empty());
  EXPECT_TRUE(FindCopies(Bytes(63)).empty());
}

// Whatever a list says, it is refused or within the frame.
TEST(Copies, AnyListIsRefusedOrWithinLimits) {
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Bytes code = Noise(random, Below(random, 40));
    if (seed % 3 == 0) std::ranges::fill(code, static_cast<uint8_t>(seed % 2 ? 0 : 0xff));
    if (seed % 3 == 1) {
      code = EncodeCopies(FindCopies(Repetitive(random)), /*far=*/false);
      if (!code.empty())
        code[Below(random, code.size())] ^= static_cast<uint8_t>(1 << Below(random, 8));
    }
    const uint64_t raw_bytes = 2 + Below(random, uint64_t{1} << (2 + Below(random, 24)));
    const uint64_t copied_bytes = 1 + Below(random, raw_bytes - 1);
    try {
      const std::vector<Copy> copies = DecodeCopies(code, raw_bytes, copied_bytes, std::nullopt);
      uint64_t position = 0;
      for (const Copy& copy : copies) {
        position += copy.gap;
        ASSERT_GE(copy.length, kMinCopyBytes);
        ASSERT_TRUE(copy.distance >= 1 && copy.distance <= position);
        position += copy.length;
      }
      ASSERT_EQ(CopiedBytes(copies), copied_bytes);
      ASSERT_LE(position, raw_bytes);
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), ErrorCode::kCorrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace lmzip
