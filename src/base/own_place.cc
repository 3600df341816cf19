#include "base/own_place.h"

#include <dlfcn.h>
#include <link.h>

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// Of a program dladdr() knows what it was called as, which may be a name found in $PATH, and the
// loader's list an empty name; of a library the path that it was opened by.
fs::path FindOwnFile() {
  std::error_code error;
  Dl_info info{};
  link_map* object = nullptr;
  const auto here = reinterpret_cast<const void*>(&OwnFile);
  const bool found = ::dladdr1(here, &info, reinterpret_cast<void**>(&object), RTLD_DL_LINKMAP) != 0;
  if (found && object != nullptr && object->l_name != nullptr && *object->l_name != '\0') {
    const fs::path library = fs::canonical(object->l_name, error);
    return error ? fs::path() : library;
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program;
}

}  // namespace

const fs::path& OwnFile() {
  static const fs::path file = FindOwnFile();
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
