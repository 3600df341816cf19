#include "base/bytes.h"

#include <gtest/gtest.h>

#include "support/random_bytes.h"

namespace lmzip {
namespace {

std::optional<uint64_t> Read(const Bytes& bytes) {
  size_t pos = 0;
  const auto value = ReadVarint(bytes, pos);
  EXPECT_TRUE(!value || pos == bytes.size());
  return value;
}

TEST(Varint, KnownForms) {
  const std::vector<std::pair<uint64_t, Bytes>> forms = {
      {0, {0x00}},
      {127, {0x7f}},
      {128, {0x80, 0x01}},
      {300, {0xac, 0x02}},
      {16383, {0xff, 0x7f}},
      {16384, {0x80, 0x80, 0x01}},
      {~uint64_t{0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
  };
  for (const auto& [value, bytes] : forms) {
    Bytes written;
    AppendVarint(value, written);
    EXPECT_EQ(written, bytes);
    EXPECT_EQ(Read(bytes), value);
  }
}

TEST(Varint, EveryLengthRoundTripsAndEveryCutIsRefused) {
  testing::Random random(1);
  for (int bits = 0; bits <= 64; ++bits) {
    for (int i = 0; i < 100; ++i) {
      const uint64_t value = bits == 0 ? 0 : random() >> (64 - bits);
      Bytes bytes;
      AppendVarint(value, bytes);
      ASSERT_LE(bytes.size(), kMaxVarintBytes);
      ASSERT_EQ(Read(bytes), value);
      for (size_t cut = 0; cut < bytes.size(); ++cut) {
        ASSERT_EQ(Read(Bytes(bytes.begin(), bytes.begin() + cut)), std::nullopt);
      }
    }
  }
}

TEST(Varint, OnlyTheShortestFormIsRead) {
  EXPECT_EQ(Read({0x80, 0x00}), std::nullopt);
  EXPECT_EQ(Read({0xff, 0x80, 0x00}), std::nullopt);
  EXPECT_EQ(Read({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}), std::nullopt);
}

TEST(Varint, MoreThan64BitsAreRefused) {
  EXPECT_EQ(Read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}), std::nullopt);
  EXPECT_EQ(Read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0x00}), std::nullopt);
}

// Two bytes at a time, all of them: what is read is what would have been written.
TEST(Varint, ReadingIsTheInverseOfWriting) {
  for (uint32_t pair = 0; pair < 65536; ++pair) {
    const Bytes bytes = {static_cast<uint8_t>(pair), static_cast<uint8_t>(pair >> 8)};
    size_t pos = 0;
    const auto value = ReadVarint(bytes, pos);
    if (!value) continue;
    Bytes written;
    AppendVarint(*value, written);
    ASSERT_EQ(written, Bytes(bytes.begin(), bytes.begin() + pos));
  }
}

TEST(LittleEndian, LoadAndAppend) {
  Bytes bytes = {0xee};
  AppendLe(uint32_t{0x01020304}, bytes);
  AppendLe(int16_t{-2}, bytes);
  EXPECT_EQ(bytes, (Bytes{0xee, 0x04, 0x03, 0x02, 0x01, 0xfe, 0xff}));
  EXPECT_EQ(LoadLe<uint32_t>(&bytes[1]), 0x01020304u);
  EXPECT_EQ(LoadLe<int16_t>(&bytes[5]), -2);
}

}  // namespace
}  // namespace lmzip
