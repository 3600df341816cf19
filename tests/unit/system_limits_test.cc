#include "base/system_limits.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace lmzip {
namespace {

namespace fs = std::filesystem;

/// A folder that stands for the root of a system.
class FakeRoot {
 public:
  FakeRoot() {
    std::string name = (fs::temp_directory_path() / "lmzip-root.XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~FakeRoot() { fs::remove_all(path_); }

  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  std::optional<double> Quota() const { return CpuQuota(path_); }

 private:
  fs::path path_;
};

constexpr char kV2Mount[] =
    "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n";

TEST(SystemLimits, WithoutControlGroupsThereIsNoQuota) {
  const FakeRoot root;
  EXPECT_EQ(root.Quota(), std::nullopt);
  root.Write("proc/self/mountinfo", "23 1 0:2 / / rw - ext4 /dev/sda rw\nbroken line\n\n");
  root.Write("proc/self/cgroup", "nonsense\n0::/\n");
  EXPECT_EQ(root.Quota(), std::nullopt);
}

TEST(SystemLimits, TheLeastQuotaOfTheOwnGroupAndThoseAboveCounts) {
  const FakeRoot root;
  root.Write("proc/self/mountinfo", kV2Mount);
  root.Write("proc/self/cgroup", "0::/a/b\n");
  root.Write("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  EXPECT_EQ(root.Quota(), std::nullopt);
  root.Write("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  EXPECT_EQ(root.Quota(), 1.5);
  root.Write("sys/fs/cgroup/a/b/cpu.max", "25000 50000\n");
  EXPECT_EQ(root.Quota(), 0.5);
  root.Write("sys/fs/cgroup/a/c/cpu.max", "1000 100000\n");  // another's
  EXPECT_EQ(root.Quota(), 0.5);
}

// A container sees its own group at the mount point, under its name outside.
TEST(SystemLimits, ContainersSeeTheirGroupAtTheMountPoint) {
  const FakeRoot root;
  root.Write("proc/self/mountinfo",
             "9 8 0:38 /docker/1f /sys/fs/cgroup ro master:9 - cgroup2 cgroup2 rw\n");
  root.Write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  for (const char* group : {"0::/docker/1f\n", "0::/elsewhere\n", "0::/../2e\n", ""}) {
    root.Write("proc/self/cgroup", group);
    EXPECT_EQ(root.Quota(), 2.0) << group;
  }
  root.Write("proc/self/cgroup", "0::/docker/1f/inner\n");
  root.Write("sys/fs/cgroup/inner/cpu.max", "100000 100000\n");
  EXPECT_EQ(root.Quota(), 1.0);
}

TEST(SystemLimits, Version1) {
  const FakeRoot root;
  root.Write("proc/self/mountinfo",
             "32 31 0:29 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
             "33 31 0:30 / /cg/cpuset rw - cgroup cgroup rw,cpuset\n");
  root.Write("proc/self/cgroup", "4:cpuset:/x\n2:cpu,cpuacct:/job\n0::/x\n");
  root.Write("cg/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  root.Write("cg/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(root.Quota(), std::nullopt);
  root.Write("cg/cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n");
  EXPECT_EQ(root.Quota(), 3.0);
}

TEST(SystemLimits, ThisMachine) {
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  EXPECT_GE(UsableCpus(), 1);
  EXPECT_LE(UsableCpus(), CPU_COUNT(&set));
  EXPECT_GE(MaxOpenFiles(), 3u);
}

}  // namespace
}  // namespace lmzip
