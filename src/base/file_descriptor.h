// An owned file descriptor, and the error of a failed system call.
#pragma once

#include <string>
#include <utility>

#include "lmzip/error.h"

namespace lmzip {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Hands it over: no longer closed here.
  int Release() noexcept { return std::exchange(fd_, -1); }
  /// Closes now; throws Error{kIo} naming `what` when that fails: a full disk may show only here.
  void Close(const std::string& what);

 private:
  int fd_ = -1;
};

/// Error{kIo} with "`what`: " and the system's text for `error_number`.
Error IoError(const std::string& what, int error_number);

}  // namespace lmzip
