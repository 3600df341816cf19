#include "base/system_limits.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/platform.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

/// A hierarchy of control groups that limits CPUs: where it is mounted, and which of its groups.
struct CpuHierarchy {
  bool v2 = false;
  fs::path mount;
  std::string mounted_group;  // the group at the mount point; "/" but in containers
};

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool HasPart(const std::string& list, const std::string& part) {
  const auto parts = Split(list, ',');
  return std::ranges::find(parts, part) != parts.end();
}

// Lines of mountinfo: id parent device root mount-point options ... - type source super-options.
std::vector<CpuHierarchy> Hierarchies(const fs::path& root) {
  std::vector<CpuHierarchy> hierarchies;
  std::ifstream file(root / "proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const auto fields = Split(line, ' ');
    const auto dash = std::ranges::find(fields, "-");
    if (fields.size() < 6 || fields.end() - dash < 4) continue;
    const std::string& type = dash[1];
    if (type != "cgroup2" && !(type == "cgroup" && HasPart(dash[3], "cpu"))) continue;
    hierarchies.push_back({.v2 = type == "cgroup2",
                           .mount = root / fs::path(fields[4]).relative_path(),
                           .mounted_group = fields[3]});
  }
  return hierarchies;
}

// Lines of /proc/self/cgroup: number:controllers:group; v2 has number 0 and no controllers.
std::string OwnGroup(const fs::path& root, const CpuHierarchy& hierarchy) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (hierarchy.v2 ? controllers.empty() : HasPart(controllers, "cpu")) {
      return line.substr(second + 1);
    }
  }
  return "/";
}

// The quota of one group alone.
std::optional<double> GroupQuota(const fs::path& group, bool v2) {
  double quota = -1, period = 0;
  if (v2) {
    std::ifstream(group / "cpu.max") >> quota >> period;  // "max 100000": reads no number
  } else {
    std::ifstream(group / "cpu.cfs_quota_us") >> quota;
    std::ifstream(group / "cpu.cfs_period_us") >> period;
  }
  if (quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

}  // namespace

std::optional<double> CpuQuota(const fs::path& root) {
  std::optional<double> least;
  for (const CpuHierarchy& hierarchy : Hierarchies(root)) {
    // Where the own group lies outside of what is mounted here, the mount point's is the nearest.
    const fs::path below =
        fs::path(OwnGroup(root, hierarchy)).lexically_relative(hierarchy.mounted_group);
    const bool inside = !below.empty() && *below.begin() != "..";
    fs::path group = hierarchy.mount;
    const auto take = [&] {
      const auto quota = GroupQuota(group, hierarchy.v2);
      if (quota) least = std::min(*quota, least.value_or(*quota));
    };
    take();
    if (!inside) continue;
    for (const fs::path& part : below) {
      group /= part;
      take();
    }
  }
  return least;
}

int UsableCpus() {
  static const int cpus = [] {
    const auto quota = CpuQuota();
    const int allowed = platform::AllowedCpus();
    const int paid = quota ? static_cast<int>(std::min(std::ceil(*quota), 1e6)) : allowed;
    return std::max(1, std::min(paid, allowed));
  }();
  return cpus;
}

size_t MaxOpenFiles() { return platform::MaxOpenFiles(); }

}  // namespace lmzip
