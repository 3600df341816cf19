#include "codec/memory_budget.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "base/zeroed_array.h"
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

// A large frame is not passed by while small ones come and go, and who comes first is woken alone.
TEST(MemoryBudget, ThoseWhoWaitHaveTurns) {
  MemoryBudget budget(100);
  auto held = budget.Wait(50, "a frame");
  auto large = std::async(std::launch::async, [&] { return budget.Wait(80, "a frame"); });
  EXPECT_EQ(large.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  auto small = std::async(std::launch::async, [&] { return budget.Wait(20, "a frame"); });
  EXPECT_EQ(small.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  held.ShrinkTo(20);
  EXPECT_TRUE(large.get());
  held.ShrinkTo(0);
  EXPECT_TRUE(small.get());
  // One that can never be served leaves its turn to the next.
  held = budget.Wait(100, "a frame");
  auto hopeless = std::async(std::launch::async, [&] {
    return ErrorOf([&] { budget.Wait(95, "a frame"); });
  });
  EXPECT_EQ(hopeless.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  auto next = std::async(std::launch::async, [&] { return budget.WaitAtMost(95); });
  EXPECT_EQ(next.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  budget.Reserve(10, "a model");
  EXPECT_EQ(hopeless.get(), ErrorCode::kLimit);
  held = MemoryBudget::Lease();
  EXPECT_EQ(next.get().bytes(), 90u);
}

TEST(MemoryBudget, LeasesShrink) {
  MemoryBudget budget(100);
  auto lease = budget.Wait(80, "a frame");
  lease.ShrinkTo(90);
  EXPECT_EQ(lease.bytes(), 80u);
  EXPECT_FALSE(budget.Try(21));
  lease.ShrinkTo(30);
  EXPECT_EQ(lease.bytes(), 30u);
  EXPECT_FALSE(budget.Try(71));
  EXPECT_TRUE(budget.Try(70));
  lease = MemoryBudget::Lease();
  EXPECT_TRUE(budget.Try(100));
}

TEST(MemoryBudget, WhatCannotBeHadIsAllThatThereIs) {
  MemoryBudget budget(100);
  budget.Reserve(10, "a model");
  EXPECT_EQ(budget.WaitAtMost(80).bytes(), 80u);
  auto lease = budget.WaitAtMost(1000);
  EXPECT_EQ(lease.bytes(), 90u);
  auto waiter = std::async(std::launch::async, [&] { return budget.WaitAtMost(91).bytes(); });
  EXPECT_EQ(waiter.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  lease.ShrinkTo(1);  // not all yet
  EXPECT_EQ(waiter.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  lease = MemoryBudget::Lease();
  EXPECT_EQ(waiter.get(), 90u);
  EXPECT_EQ(ErrorOf([&] { budget.RequirePossible(91, "a frame"); }), ErrorCode::kLimit);
  EXPECT_EQ(ErrorOf([&] { budget.RequirePossible(90, "a frame"); }), std::nullopt);
  EXPECT_TRUE(budget.IsPossible(90));
  EXPECT_FALSE(budget.IsPossible(91));
}

TEST(MemoryBudget, KeptPagesGetWhatIsLeft) {
  constexpr size_t kPiece = size_t{2} << 20;
  const auto mapped = [] {
    std::ifstream statm("/proc/self/statm");
    size_t pages = 0;
    statm >> pages;
    return pages * 4096;
  };
  TrimKeptPages(0);
  const size_t before = mapped();
  {
    const ZeroedArray<uint8_t> first(kPiece), second(kPiece);
  }
  EXPECT_EQ(mapped(), before + 2 * kPiece);
  MemoryBudget budget(10 * kPiece);
  const auto lease = budget.Wait(8 * kPiece, "a frame");
  EXPECT_EQ(mapped(), before + 2 * kPiece);
  const auto another = budget.Try(kPiece);
  EXPECT_EQ(mapped(), before + kPiece);
  const auto last = budget.Try(1);
  EXPECT_EQ(mapped(), before);
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

// Those who hold memory for long leave room for what each of them needs beside it, and come first.
TEST(MemoryBudget, HoldersNeverWaitForEachOther) {
  MemoryBudget budget(100);
  auto first = budget.Hold(20, 50, "a window");
  auto second = budget.Hold(20, 60, "a window");  // 20 + 20 + 60
  auto third = std::async(std::launch::async, [&] { return budget.Hold(10, 10, "a window"); });
  EXPECT_EQ(third.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  EXPECT_TRUE(budget.Wait(60, "a frame", MemoryBudget::Turn::kFirst));
  auto frame = budget.Wait(50, "a frame", MemoryBudget::Turn::kFirst);
  second = {};
  first = {};
  EXPECT_TRUE(third.get());
  EXPECT_TRUE(budget.Wait(40, "a frame"));
}

// To wait for what cannot come while it holds would be for ever.
TEST(MemoryBudget, AHolderIsToldWhatDoesNotFitBeside) {
  MemoryBudget budget(100);
  const auto held = budget.Hold(30, 50, "a window");
  EXPECT_TRUE(budget.FitsBeside(held, 70));
  EXPECT_FALSE(budget.FitsBeside(held, 71));
  EXPECT_EQ(ErrorOf([&] { budget.Wait(71, "a frame", MemoryBudget::Turn::kFirst); }),
            ErrorCode::kLimit);
  EXPECT_TRUE(budget.Wait(70, "a frame", MemoryBudget::Turn::kFirst));
}

TEST(MemoryBudget, AHolderAloneMayNeedAnything) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.Hold(60, 80, "a window"));
  EXPECT_EQ(ErrorOf([&] { budget.Hold(101, 1, "a window"); }), ErrorCode::kLimit);
  const auto held = budget.Hold(60, 80, "a window");
  EXPECT_EQ(budget.WaitAtMost(70, MemoryBudget::Turn::kFirst).bytes(), 40u);
}

class CountingSpare final : public MemoryBudget::Spare {
 public:
  void Drop() noexcept override { ++drops; }
  int drops = 0;
};

TEST(MemoryBudget, WhatIsLentWaitsForOthersAndThenGivesWay) {
  MemoryBudget budget(100);
  CountingSpare spare;
  ASSERT_TRUE(budget.Lend(20, spare));
  auto lease = budget.Wait(50, "a frame");
  EXPECT_FALSE(budget.Try(40));  // beside the first frame there is none for it
  EXPECT_TRUE(budget.Try(30));
  EXPECT_EQ(spare.drops, 0);
  lease = {};
  EXPECT_TRUE(budget.Try(90));
  EXPECT_EQ(spare.drops, 1);
  budget.TakeBack(spare);
  EXPECT_EQ(spare.drops, 1);
}

TEST(MemoryBudget, WhoAsksForALoanGetsItBeforeFurtherLeases) {
  MemoryBudget budget(100);
  CountingSpare spare, other;
  auto first = budget.Wait(45, "a frame"), second = budget.Wait(45, "a frame");
  EXPECT_FALSE(budget.Lend(20, spare));
  EXPECT_FALSE(budget.Lend(20, other));  // one at a time
  first = {};
  EXPECT_FALSE(budget.Try(45));
  EXPECT_TRUE(budget.Lend(20, spare));
  EXPECT_TRUE(budget.Try(35));
  budget.TakeBack(spare);
  EXPECT_TRUE(budget.Lend(20, other));
  budget.TakeBack(other);
  EXPECT_EQ(spare.drops + other.drops, 0);
}

TEST(MemoryBudget, ALoanThatNobodyGotHoldsNobodyBackForEver) {
  MemoryBudget budget(100);
  CountingSpare spare;
  auto lease = budget.Wait(90, "a frame");
  EXPECT_FALSE(budget.Lend(20, spare));
  auto waiter =
      std::async(std::launch::async, [&] { return static_cast<bool>(budget.Wait(95, "another")); });
  lease = {};
  ASSERT_EQ(waiter.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_TRUE(waiter.get());
  EXPECT_FALSE(budget.Lend(60, spare));  // most of what there is
  EXPECT_TRUE(budget.Try(100));
}

}  // namespace
}  // namespace lmzip
