#include "codec/memory_budget.h"

#include <gtest/gtest.h>

#include <future>

#include "support/damage.h"

namespace lmzip {
namespace {

using testing::ErrorOf;

TEST(MemoryBudget, LeasesComeBack) {
  MemoryBudget budget(100);
  {
    const auto lease = budget.Wait(60, "a frame");
    EXPECT_TRUE(lease);
    EXPECT_FALSE(budget.Try(41));
    EXPECT_TRUE(budget.Try(40));
  }
  EXPECT_TRUE(budget.Try(100));
}

TEST(MemoryBudget, MovedLeasesComeBackOnce) {
  MemoryBudget budget(100);
  auto first = budget.Wait(30, "a frame");
  MemoryBudget::Lease second(std::move(first));
  MemoryBudget::Lease third;
  third = std::move(second);
  EXPECT_FALSE(budget.Try(71));
  third = MemoryBudget::Lease();
  EXPECT_TRUE(budget.Try(100));
}

TEST(MemoryBudget, WhatCanNeverFitIsRefusedWithItsSize) {
  MemoryBudget budget(uint64_t{5} << 20);
  try {
    budget.Wait((uint64_t{7} << 20) + 1, "a frame");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kLimit);
    EXPECT_NE(std::string(e.what()).find("a frame needs 8 MiB"), std::string::npos) << e.what();
  }
  budget.Reserve(uint64_t{4} << 20, "a model");
  EXPECT_EQ(ErrorOf([&] { budget.Reserve(uint64_t{2} << 20, "a model"); }), ErrorCode::kLimit);
  EXPECT_EQ(ErrorOf([&] { budget.Wait(uint64_t{2} << 20, "a frame"); }), ErrorCode::kLimit);
  EXPECT_TRUE(budget.Try(uint64_t{1} << 20));
}

TEST(MemoryBudget, WaitersGetWhatIsReleased) {
  MemoryBudget budget(100);
  auto lease = budget.Wait(80, "a frame");
  auto waiter =
      std::async(std::launch::async, [&] { return static_cast<bool>(budget.Wait(50, "another")); });
  EXPECT_EQ(waiter.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  lease = MemoryBudget::Lease();
  EXPECT_TRUE(waiter.get());
}

// A model that is loaded while someone waits may leave too little for ever.
TEST(MemoryBudget, AReservationEndsHopelessWaits) {
  MemoryBudget budget(100);
  const auto lease = budget.Wait(80, "a frame");
  auto waiter =
      std::async(std::launch::async, [&] { return ErrorOf([&] { budget.Wait(90, "another"); }); });
  EXPECT_EQ(waiter.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  budget.Reserve(20, "a model");
  ASSERT_EQ(waiter.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(waiter.get(), ErrorCode::kLimit);
}

}  // namespace
}  // namespace lmzip
