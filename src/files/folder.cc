#include "files/folder.h"

#include <fcntl.h>

#include <cerrno>

#include "base/file_descriptor.h"
#include "files/temporary_name.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

mode_t ModeOf(const std::string& like, System& system) {
  struct stat status;
  if (like.empty() || system.Status(like, status) != 0) return 0777;
  return (status.st_mode & 0777) | 0700;
}

bool IsFolder(const fs::path& path, System& system) {
  struct stat status;
  return system.Status(path, status) == 0 && S_ISDIR(status.st_mode);
}

// "a/b/" is the folder "a/b".
fs::path WithoutSlash(const fs::path& path) {
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

}  // namespace

void MakeFolder(const fs::path& named, const std::string& like, bool sync, System& system) {
  const fs::path path = WithoutSlash(named);
  const mode_t mode = ModeOf(like, system);
  int result = system.MakeFolder(path, mode);
  if (result != 0 && errno == ENOENT && FolderOf(path) != path) {
    MakeFolder(FolderOf(path), /*like=*/"", sync, system);
    result = system.MakeFolder(path, mode);
  }
  const int error_number = errno;
  if (result != 0 && !IsFolder(path, system)) {
    throw IoError(path.string() + ": cannot create the folder", error_number);
  }
  if (sync) SyncFolder(FolderOf(path), system);
}

void SyncFolder(const fs::path& folder, System& system) {
  const FileDescriptor file(system.Open(folder, O_RDONLY | O_DIRECTORY));
  const auto not_supported = [] {
    return errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
  };
  if (!file || (system.Sync(file.get()) != 0 && !not_supported())) {
    throw IoError(folder.string() + ": cannot write to disk", errno);
  }
}

}  // namespace lmzip
