#include "base/hash.h"

#include <gtest/gtest.h>

#include "support/damage.h"
#include "support/random_bytes.h"

namespace lmzip {
namespace {

using testing::FromText;

// Published vectors: they pin the algorithms and, for XXH3, the seed and the library's stable form.
TEST(Xxh3, PublishedVectors) {
  Bytes bytes;
  for (uint64_t state = 2654435761; bytes.size() < 2367; state *= 11400714785074694797u) {
    bytes.push_back(static_cast<uint8_t>(state >> 56));
  }
  const std::pair<size_t, uint64_t> vectors[] = {
      {0, 0x2d06800538d394c2},   {1, 0xc44bdff4074eecdb},    {6, 0x27b56a84cd2d7325},
      {12, 0xa713daf0dfbb77e7},  {24, 0xa3fe70bf9d3510eb},   {48, 0x397da259ecba1f11},
      {80, 0xbcdefbbb2c47c90a},  {195, 0xcd94217ee362ec3a},  {403, 0xcdeb804d65c6dea4},
      {512, 0x617e49599013cb6b}, {2048, 0xdd59e2c3a5f038e0}, {2367, 0xcb37aeb9e5d361ed},
  };
  for (const auto& [length, expected] : vectors) {
    EXPECT_EQ(Xxh3(ByteView(bytes).first(length)), expected) << length;
  }
}

TEST(Xxh3, StreamEqualsOneCall) {
  const Bytes bytes = testing::UniformBytes(5000, 1);
  for (size_t step : {1, 3, 64, 255, 256, 257, 4999}) {
    Xxh3Stream stream;
    for (size_t at = 0; at < bytes.size(); at += step) {
      stream.Add(ByteView(bytes).subspan(at, std::min(step, bytes.size() - at)));
    }
    EXPECT_EQ(stream.Digest(), Xxh3(bytes)) << step;
  }
  EXPECT_EQ(Xxh3Stream().Digest(), Xxh3({}));
}

TEST(Sha256, PublishedVectors) {
  const auto sha256 = [](const std::string& text) {
    Sha256 hash;
    hash.Add(FromText(text));
    return Hex(hash.Finish());
  };
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Hex, LowerCaseTwoDigitsAByte) { EXPECT_EQ(Hex(Bytes{0x00, 0x0f, 0xa5, 0xff}), "000fa5ff"); }

}  // namespace
}  // namespace lmzip
