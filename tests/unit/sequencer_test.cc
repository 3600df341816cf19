#include "codec/sequencer.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace lmzip {
namespace {

TEST(Sequencer, KeepsAnOrderAndPublishesWrites) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kTurns = 500 * kThreads;
  Sequencer sequencer;
  std::vector<uint64_t> log;  // guarded by the turns
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (uint64_t turn = i; turn < kTurns; turn += kThreads) {
        ASSERT_TRUE(sequencer.WaitFor(turn));
        log.push_back(turn);
        sequencer.Advance();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(log.size(), kTurns);
  for (uint64_t i = 0; i < log.size(); ++i) ASSERT_EQ(log[i], i);
}

TEST(Sequencer, WhatIsDoneNeedsNoWait) {
  Sequencer sequencer;
  EXPECT_TRUE(sequencer.WaitFor(0));
  sequencer.Advance();
  sequencer.Advance();
  EXPECT_TRUE(sequencer.WaitFor(1));
  EXPECT_TRUE(sequencer.WaitFor(2));
}

TEST(Sequencer, AbortWakesSleepersAndStays) {
  Sequencer sequencer;
  std::thread sleeper([&sequencer] { EXPECT_FALSE(sequencer.WaitFor(5)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  sequencer.Abort();
  sleeper.join();
  sequencer.Advance();  // a thread that was in its turn
  EXPECT_FALSE(sequencer.WaitFor(0));
  EXPECT_FALSE(sequencer.WaitFor(5));
}

}  // namespace
}  // namespace lmzip
