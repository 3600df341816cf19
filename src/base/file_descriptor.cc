#include "base/file_descriptor.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace lmzip {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

void FileDescriptor::Close(const std::string& what) {
  const int fd = std::exchange(fd_, -1);
  if (fd >= 0 && ::close(fd) != 0) throw IoError(what + ": cannot close", errno);
}

Error IoError(const std::string& what, int error_number) {
  return Error(ErrorCode::kIo, what + ": " + std::generic_category().message(error_number));
}

}  // namespace lmzip
