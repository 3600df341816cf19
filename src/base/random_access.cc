#include "base/random_access.h"

#include <algorithm>
#include <cerrno>

#include "base/check.h"

namespace lmzip {

void MemoryAccess::Read(uint64_t offset, std::span<uint8_t> out) const {
  LMZIP_CHECK(offset <= bytes_.size() && out.size() <= bytes_.size() - offset);
  std::ranges::copy(bytes_.subspan(offset, out.size()), out.begin());
}

FileAccess::FileAccess(const std::filesystem::path& path)
    : name_(path.string()), file_(platform::OpenToRead(path)) {
  const auto status = file_ ? platform::StatusOf(file_.get()) : std::nullopt;
  if (!status) throw IoError(name_ + ": cannot open", errno);
  if (!status->regular) throw Error(ErrorCode::kIo, name_ + ": not a regular file");
  opened_ = *status;
}

void FileAccess::Read(uint64_t offset, std::span<uint8_t> out) const {
  LMZIP_CHECK(offset <= size() && out.size() <= size() - offset);
  const auto got = platform::ReadAt(file_.get(), offset, out);
  if (!got) throw IoError(name_ + ": cannot read", errno);
  if (*got < out.size()) throw Error(ErrorCode::kIo, name_ + ": was cut short while it was read");
}

void FileAccess::RequireUnchanged() const {
  const auto now = platform::StatusOf(file_.get());
  if (!now) throw IoError(name_ + ": cannot read", errno);
  if (*now != opened_) throw Error(ErrorCode::kIo, name_ + ": changed while it was read");
}

}  // namespace lmzip
