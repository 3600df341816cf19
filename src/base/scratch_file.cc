#include "base/scratch_file.h"

#include <cerrno>
#include <filesystem>

#include "base/platform.h"

namespace lmzip {

ScratchFile::ScratchFile() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) throw IoError("$TMPDIR: no folder for scratch files", error.value());
  folder_ = folder.string();
  file_ = FileDescriptor(platform::OpenScratch(folder));
  if (!file_) throw IoError(folder_ + ": cannot create a scratch file", errno);
}

void ScratchFile::Write(uint64_t offset, ByteView bytes) {
  if (platform::WriteAt(file_.get(), offset, bytes)) return;
  throw IoError(folder_ + ": cannot write a scratch file", errno);
}

void ScratchFile::Read(uint64_t offset, std::span<uint8_t> out) const {
  const auto got = platform::ReadAt(file_.get(), offset, out);
  if (got == out.size()) return;
  throw IoError(folder_ + ": cannot read a scratch file", got ? EIO : errno);
}

}  // namespace lmzip
