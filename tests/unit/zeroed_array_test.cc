// Zeroed memory, fresh and used again.
#include "base/zeroed_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace lmzip {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kSizes[] = {1, 4095, 4096, 4097, kMiB - 1, kMiB, 2 * kMiB, 3 * kMiB, 9 * kMiB + 1};

bool IsZero(const uint8_t* data, size_t size) {
  return std::all_of(data, data + size, [](uint8_t byte) { return byte == 0; });
}

TEST(ZeroedArray, IsZeroHoweverOftenItsMemoryWasUsed) {
  for (int round = 0; round < 3; ++round) {
    for (const size_t size : kSizes) {
      ZeroedArray<uint8_t> array(size);
      ASSERT_EQ(array.size(), size);
      ASSERT_TRUE(IsZero(array.data(), size)) << size << ", round " << round;
      std::fill_n(array.data(), size, uint8_t{0xa5});
    }
  }
}

TEST(ZeroedArray, LiveOnesShareNothing) {
  std::vector<std::unique_ptr<ZeroedArray<uint8_t>>> arrays;
  for (uint8_t mark = 1; mark <= 12; ++mark) {
    const size_t size = kSizes[mark % 4 + 4];
    arrays.push_back(std::make_unique<ZeroedArray<uint8_t>>(size));
    std::fill_n(arrays.back()->data(), size, mark);
  }
  for (uint8_t mark = 1; mark <= 12; ++mark) {
    ZeroedArray<uint8_t>& array = *arrays[mark - 1];
    ASSERT_TRUE(std::all_of(array.data(), array.data() + array.size(),
                            [&](uint8_t byte) { return byte == mark; }));
  }
}

TEST(ZeroedArray, ComesFromAnyThread) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int round = 0; round < 20; ++round) {
        ZeroedArray<uint8_t> array(kSizes[round % 7]);
        EXPECT_TRUE(IsZero(array.data(), array.size()));
        std::fill_n(array.data(), array.size(), uint8_t{0xff});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ZeroedArena, ArraysAreZeroAlignedAndApart) {
  ZeroedArena arena;
  std::vector<std::pair<uint32_t*, size_t>> taken;
  uint32_t mark = 0;
  for (const size_t count : {1u, 15u, 16u, 17u, 100'000u, 300'000u, 1u, 600'000u, 500'000u, 3u}) {
    uint32_t* array = arena.Take<uint32_t>(count);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(array) % 64, 0u);
    ASSERT_TRUE(IsZero(reinterpret_cast<uint8_t*>(array), count * sizeof(uint32_t))) << count;
    std::fill_n(array, count, ++mark);
    taken.emplace_back(array, count);
  }
  mark = 0;
  for (const auto& [array, count] : taken) {
    ++mark;
    ASSERT_TRUE(std::all_of(array, array + count, [&](uint32_t value) { return value == mark; }));
  }
}

}  // namespace
}  // namespace lmzip
