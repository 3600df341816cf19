// A file's bytes, mapped read-only.
#pragma once

#include <filesystem>

#include "base/bytes.h"

namespace lmzip {

/// The file must not shrink while it is mapped.
class MappedFile {
 public:
  /// Throws Error{kIo} when the file cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  ByteView bytes() const noexcept { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace lmzip
