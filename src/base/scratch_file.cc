#include "base/scratch_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace lmzip {
namespace {

// Where a file system has no nameless files, one has a name for a moment.
int OpenIn(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  std::string name = folder + "/lmzip-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

ScratchFile::ScratchFile() {
  std::error_code error;
  folder_ = std::filesystem::temp_directory_path(error).string();
  if (error) throw IoError("$TMPDIR: no folder for scratch files", error.value());
  file_ = FileDescriptor(OpenIn(folder_));
  if (!file_) throw IoError(folder_ + ": cannot create a scratch file", errno);
}

void ScratchFile::Write(uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw IoError(folder_ + ": cannot write a scratch file", errno);
    bytes = bytes.subspan(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
  }
}

void ScratchFile::Read(uint64_t offset, std::span<uint8_t> out) const {
  while (!out.empty()) {
    const ssize_t done = ::pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw IoError(folder_ + ": cannot read a scratch file", done < 0 ? errno : EIO);
    out = out.subspan(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
  }
}

}  // namespace lmzip
