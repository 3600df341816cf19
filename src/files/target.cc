#include "files/target.h"

#include <unistd.h>

#include <charconv>
#include <string>

#include "files/temporary_name.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // as the kernel follows

// Whether it is /proc/PID/fd or /proc/PID/task/TID/fd of this process.
bool HoldsOwnDescriptors(const fs::path& folder) {
  const std::string own = "/proc/" + std::to_string(::getpid()) + "/";
  return folder.filename() == "fd" && folder.string().starts_with(own);
}

std::optional<int> ParseDescriptor(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// File systems keep times in parts of 1 ns to 2 s.
int64_t GrainOf(const timespec& time) {
  return time.tv_nsec % 10'000'000 == 0 ? 2'000'000'000 : 1'000;
}

}  // namespace

// Links are followed one by one: behind the last one, which only the kernel can follow, a
// descriptor's file would look like any other. Descriptors' names are links.
std::optional<int> FindDescriptor(fs::path path) {
  for (int links = 0; links < kMaxLinks; ++links) {
    std::error_code error;
    if (!fs::is_symlink(path, error)) return std::nullopt;
    const fs::path folder = fs::canonical(FolderOf(path), error);
    if (error) return std::nullopt;
    if (HoldsOwnDescriptors(folder)) return ParseDescriptor(path.filename().string());
    const fs::path next = fs::read_symlink(folder / path.filename(), error);
    if (error) return std::nullopt;
    path = folder / next;  // `next` alone when it is absolute
  }
  return std::nullopt;
}

Target FindTarget(const fs::path& path, System& system) {
  Target target;
  target.exists = system.Status(path, target.status) == 0;
  struct stat link;
  if (system.LinkStatus(path, link) != 0) return target;
  const auto descriptor = S_ISLNK(link.st_mode) ? FindDescriptor(path) : std::nullopt;
  if (descriptor) {
    target.kind = TargetKind::kDescriptor;
    target.descriptor = *descriptor;
  } else if (target.exists && !S_ISREG(target.status.st_mode)) {
    target.kind = TargetKind::kInPlace;
  } else {
    target.kind = TargetKind::kReplaceable;
  }
  return target;
}

bool IsOlder(const struct stat& output, const struct stat& source) {
  const timespec &made = output.st_mtim, &written = source.st_mtim;
  if (written.tv_sec - made.tv_sec > 2) return true;
  const int64_t later =
      (written.tv_sec - made.tv_sec) * 1'000'000'000 + written.tv_nsec - made.tv_nsec;
  return later >= GrainOf(made);
}

}  // namespace lmzip
