#include "base/random_access.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"

namespace lmzip {

void MemoryAccess::Read(uint64_t offset, std::span<uint8_t> out) const {
  LMZIP_CHECK(offset <= bytes_.size() && out.size() <= bytes_.size() - offset);
  std::ranges::copy(bytes_.subspan(offset, out.size()), out.begin());
}

FileAccess::FileAccess(const std::filesystem::path& path)
    : name_(path.string()),
      file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  if (!file_ || ::fstat(file_.get(), &opened_) != 0) throw IoError(name_ + ": cannot open", errno);
  if (!S_ISREG(opened_.st_mode)) throw Error(ErrorCode::kIo, name_ + ": not a regular file");
}

void FileAccess::Read(uint64_t offset, std::span<uint8_t> out) const {
  LMZIP_CHECK(offset <= size() && out.size() <= size() - offset);
  while (!out.empty()) {
    const ssize_t got = ::pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError(name_ + ": cannot read", errno);
    if (got == 0) throw Error(ErrorCode::kIo, name_ + ": was cut short while it was read");
    out = out.subspan(static_cast<size_t>(got));
    offset += static_cast<uint64_t>(got);
  }
}

void FileAccess::RequireUnchanged() const {
  struct stat now;
  if (::fstat(file_.get(), &now) != 0) throw IoError(name_ + ": cannot read", errno);
  if (now.st_size != opened_.st_size || now.st_mtim.tv_sec != opened_.st_mtim.tv_sec ||
      now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec) {
    throw Error(ErrorCode::kIo, name_ + ": changed while it was read");
  }
}

}  // namespace lmzip
