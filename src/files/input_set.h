// Which files a call reads.
#pragma once

#include <sys/stat.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "files/system.h"

namespace lmzip {

/// The files behind some paths as they are before anything is written, so that what is found does
/// not depend on the order of the work. Files, not names: links and "./" do not hide them. "-" is
/// standard input.
class InputSet {
 public:
  explicit InputSet(const std::vector<std::string>& paths, System& system = System::Real());

  /// Why one of the paths led nowhere: an errno; else 0.
  int error(const std::string& path) const {
    const auto found = errors_.find(path);
    return found == errors_.end() ? 0 : found->second;
  }
  bool Contains(const struct stat& file) const {
    return files_.contains({file.st_dev, file.st_ino});
  }
  /// The sizes of all, or 0 when one of them is not known before it is read.
  uint64_t total_bytes() const { return total_bytes_; }

 private:
  std::set<std::pair<dev_t, ino_t>> files_;
  std::map<std::string, int> errors_;
  uint64_t total_bytes_ = 0;
};

}  // namespace lmzip
