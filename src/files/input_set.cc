#include "files/input_set.h"

#include <unistd.h>

#include <cerrno>

namespace lmzip {

InputSet::InputSet(const std::vector<std::string>& paths, System& system) {
  bool all_known = true;
  for (const std::string& path : paths) {
    struct stat status;
    const bool found =
        (path == "-" ? system.Status(STDIN_FILENO, status) : system.Status(path, status)) == 0;
    all_known &= found && S_ISREG(status.st_mode);
    if (!found) {
      errors_[path] = errno;
      continue;
    }
    files_.insert({status.st_dev, status.st_ino});
    total_bytes_ += static_cast<uint64_t>(status.st_size);
  }
  if (!all_known) total_bytes_ = 0;
}

}  // namespace lmzip
