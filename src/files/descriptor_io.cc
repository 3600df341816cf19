#include "files/descriptor_io.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file_descriptor.h"

namespace lmzip {
namespace {

// Shorter runs of zeros, and those that do not fill a block, save nothing.
constexpr uint64_t kBlockBytes = 4096;

bool AllZeros(std::span<const uint8_t> bytes) {
  return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

}  // namespace

DescriptorSource::DescriptorSource(int fd, std::string name, System& system)
    : system_(system), fd_(fd), name_(std::move(name)) {
  struct stat status;
  seekable_ = system.Status(fd, status) == 0 && S_ISREG(status.st_mode);
  if (seekable_) begin_ = system.Seek(fd, 0, SEEK_CUR);
}

size_t DescriptorSource::Read(std::span<uint8_t> out) {
  size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got = system_.Read(fd_, out.subspan(filled));
    if (got == 0) break;
    if (got < 0) {
      if (errno == EAGAIN && system_.Wait(fd_, POLLIN) >= 0) continue;
      throw IoError(name_ + ": cannot read", errno);
    }
    filled += static_cast<size_t>(got);
  }
  return filled;
}

uint64_t DescriptorSource::Skip(uint64_t count) {
  if (!seekable_) return ByteSource::Skip(count);
  const off_t here = system_.Seek(fd_, 0, SEEK_CUR);
  struct stat status;
  if (here < 0 || system_.Status(fd_, status) != 0) throw IoError(name_ + ": cannot seek", errno);
  const uint64_t rest = status.st_size > here ? static_cast<uint64_t>(status.st_size - here) : 0;
  const uint64_t step = std::min(count, rest);
  if (system_.Seek(fd_, static_cast<off_t>(step), SEEK_CUR) < 0) {
    throw IoError(name_ + ": cannot seek", errno);
  }
  return step;
}

bool DescriptorSource::Restart() {
  return seekable_ && begin_ >= 0 && system_.Seek(fd_, begin_, SEEK_SET) >= 0;
}

DescriptorSink::DescriptorSink(int fd, std::string name, System& system)
    : system_(system), fd_(fd), name_(std::move(name)), holes_(MayLeaveHoles()) {}

DescriptorSink::~DescriptorSink() {
  if (hole_ > 0 && LeaveHole()) system_.Truncate(fd_, static_cast<off_t>(position_));
}

// Not where others append, and not over what the file holds already.
bool DescriptorSink::MayLeaveHoles() {
  struct stat status;
  if (system_.Status(fd_, status) != 0 || !S_ISREG(status.st_mode)) return false;
  const int flags = system_.Flags(fd_);
  if (flags < 0 || (flags & O_APPEND)) return false;
  const off_t position = system_.Seek(fd_, 0, SEEK_CUR);
  if (position != status.st_size) return false;
  position_ = static_cast<uint64_t>(position);
  return true;
}

void DescriptorSink::Write(std::span<const uint8_t> bytes) {
  if (!holes_) return WriteAll(bytes);
  size_t written = 0, at = 0;
  while (at < bytes.size()) {
    const uint64_t block_left = kBlockBytes - position_ % kBlockBytes;
    const auto piece = bytes.subspan(at, std::min<uint64_t>(block_left, bytes.size() - at));
    const bool zeros = AllZeros(piece);
    if (zeros && hole_ == 0) WriteAll(bytes.subspan(written, at - written));
    if (zeros) hole_ += piece.size();
    if (!zeros && hole_ > 0) {
      if (!LeaveHole()) throw IoError(name_ + ": cannot seek", errno);
      written = at;
    }
    at += piece.size();
    position_ += piece.size();
    if (zeros) written = at;
  }
  WriteAll(bytes.subspan(written));
}

// Moves on to the end of the zeros; their place is at most the file's end.
bool DescriptorSink::LeaveHole() {
  return system_.Seek(fd_, static_cast<off_t>(std::exchange(hole_, 0)), SEEK_CUR) >= 0;
}

void DescriptorSink::Finish() {
  if (hole_ == 0) return;
  if (!LeaveHole() || system_.Truncate(fd_, static_cast<off_t>(position_)) != 0) {
    throw IoError(name_ + ": cannot write", errno);
  }
}

void DescriptorSink::WriteAll(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = system_.Write(fd_, bytes);
    if (put < 0) {
      if (errno == EAGAIN && system_.Wait(fd_, POLLOUT) >= 0) continue;
      throw IoError(name_ + ": cannot write", errno);
    }
    bytes = bytes.subspan(static_cast<size_t>(put));
  }
}

}  // namespace lmzip
