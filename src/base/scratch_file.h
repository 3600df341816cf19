// A file for what does not fit into memory.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/file_descriptor.h"

namespace lmzip {

/// Has no name, and goes with its owner. It lies in $TMPDIR, or in /tmp.
class ScratchFile {
 public:
  /// Throws Error{kIo}.
  ScratchFile();

  /// Throw Error{kIo}. To read what was not written is a failure.
  void Write(uint64_t offset, ByteView bytes);
  void Read(uint64_t offset, std::span<uint8_t> out) const;

 private:
  std::string folder_;
  FileDescriptor file_;
};

}  // namespace lmzip
