// What stands where an output is to go.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "files/system.h"

namespace lmzip {

enum class TargetKind {
  kFree,
  kReplaceable,  // a regular file, or a link to one or to nothing
  kInPlace,      // a device, a pipe: is opened and written
  kDescriptor,   // one of this process's own, as /dev/stdout and /dev/fd/3 name them
};

struct Target {
  TargetKind kind = TargetKind::kFree;
  int descriptor = -1;  // of kDescriptor
  bool exists = false;  // then `status` is that of the file behind links
  struct stat status {};
};

/// The descriptor of this process that a path such as /dev/stdin leads to; else nullopt.
std::optional<int> FindDescriptor(std::filesystem::path path);

/// Looks at `path`.
Target FindTarget(const std::filesystem::path& path, System& system = System::Real());

/// Whether `output` was made before `source` was last written to. Outputs bear the times of their
/// sources, as far as their file system keeps them.
bool IsOlder(const struct stat& output, const struct stat& source);

}  // namespace lmzip
