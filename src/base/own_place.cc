#include "base/own_place.h"

#include "base/platform.h"

namespace lmzip {

namespace fs = std::filesystem;

const fs::path& OwnFile() {
  static const fs::path file = platform::FindOwnFile();
  return file;
}

std::vector<fs::path> InstalledFolders(const fs::path& name) {
  if (OwnFile().empty()) return {};
  const fs::path prefix = OwnFile().parent_path().parent_path();
  std::vector<fs::path> folders = {prefix / name};
  if (prefix.filename() == "lib") folders.push_back(prefix.parent_path() / name);
  return folders;
}

}  // namespace lmzip
