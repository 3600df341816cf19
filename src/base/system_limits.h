// What the system grants this process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace lmzip {

/// CPUs that this process can keep busy: those that it may run on (taskset, cpuset), but no more
/// than the quotas of its control groups pay for, rounded up. At least 1.
int UsableCpus();

/// The CPUs that the quotas of control groups (cgroup v1 and v2, its own and those above) allow
/// this process; nullopt without a quota. `root`: where /proc and the control groups are looked
/// for.
std::optional<double> CpuQuota(const std::filesystem::path& root = "/");

/// Files that this process may have open at once.
size_t MaxOpenFiles();

}  // namespace lmzip
