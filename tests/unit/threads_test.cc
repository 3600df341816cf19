#include "base/threads.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

namespace lmzip {
namespace {

TEST(Threads, AllRunAndAreJoined) {
  std::atomic<int> runs = 0;
  {
    Threads threads;
    threads.Start(20, [&] { ++runs; });
    EXPECT_EQ(threads.count(), 20);
  }
  EXPECT_EQ(runs, 20);
  Threads none;
  none.Start(0, [&] { ++runs; });
  EXPECT_EQ(none.count(), 0);
  EXPECT_EQ(runs, 20);
}

// In a process of its own: `bytes` more of addresses than it has. Exits with 0 when all is well.
int StartUnderLimit(rlim_t bytes, int count) {
  std::atomic<int> runs = 0;
  rlimit limit{};
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  statm >> pages;
  limit.rlim_cur = limit.rlim_max = pages * 4096 + bytes;
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 2;
  Threads threads;
  threads.Start(count, [&] { ++runs; });
  const int started = threads.count();
  threads.Join();
  return started < count && runs == started ? 0 : 1;
}

TEST(Threads, WhereTheSystemGivesFewerTheyRun) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more addresses than a limit leaves";
#endif
  EXPECT_EXIT(_exit(StartUnderLimit(rlim_t{100} << 20, 1000)), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(_exit(StartUnderLimit(rlim_t{1} << 20, 30)), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace lmzip
