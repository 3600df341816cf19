#include "base/io.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file_descriptor.h"

namespace lmzip {

uint64_t ByteSource::Skip(uint64_t count) {
  std::array<uint8_t, 1 << 14> scratch;
  uint64_t skipped = 0;
  while (skipped < count) {
    const size_t want = std::min<uint64_t>(scratch.size(), count - skipped);
    const size_t got = Read(std::span(scratch).first(want));
    skipped += got;
    if (got < want) break;
  }
  return skipped;
}

size_t MemorySource::Read(std::span<uint8_t> out) {
  const size_t count = std::min(out.size(), rest_.size());
  std::copy_n(rest_.begin(), count, out.begin());
  rest_ = rest_.subspan(count);
  return count;
}

uint64_t MemorySource::Skip(uint64_t count) {
  const size_t skipped = std::min<uint64_t>(count, rest_.size());
  rest_ = rest_.subspan(skipped);
  return skipped;
}

DescriptorSource::DescriptorSource(int fd, std::string name) : fd_(fd), name_(std::move(name)) {
  struct stat status;
  seekable_ = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

size_t DescriptorSource::Read(std::span<uint8_t> out) {
  size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got = ::read(fd_, out.data() + filled, out.size() - filled);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError(name_ + ": cannot read", errno);
    filled += static_cast<size_t>(got);
  }
  return filled;
}

uint64_t DescriptorSource::Skip(uint64_t count) {
  if (!seekable_) return ByteSource::Skip(count);
  const off_t here = ::lseek(fd_, 0, SEEK_CUR);
  struct stat status;
  if (here < 0 || ::fstat(fd_, &status) != 0) throw IoError(name_ + ": cannot seek", errno);
  const uint64_t rest = status.st_size > here ? static_cast<uint64_t>(status.st_size - here) : 0;
  const uint64_t step = std::min(count, rest);
  if (::lseek(fd_, static_cast<off_t>(step), SEEK_CUR) < 0) {
    throw IoError(name_ + ": cannot seek", errno);
  }
  return step;
}

void DescriptorSink::Write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw IoError(name_ + ": cannot write", errno);
    bytes = bytes.subspan(static_cast<size_t>(put));
  }
}

}  // namespace lmzip
