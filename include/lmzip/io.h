// Where bytes come from and go to. lmzip/memory_io.h and lmzip/file_io.h have some; programs make
// their own.
//
// A call of the codec uses a source and a sink from the thread that made the call alone, and keeps
// neither: the caller owns them. What theirs throw, std::exception or not, ends the call and
// arrives where it was made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lmzip/export.h"

namespace lmzip {

/// Bytes from a file, a pipe or memory. Not thread-safe.
class LMZIP_API ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `out` as far as the input goes; fewer bytes than asked for mean its end.
  /// Throws Error{kIo}.
  virtual size_t Read(std::span<uint8_t> out) = 0;
  /// Passes over `count` bytes, by seeking where the input can; returns how many there were.
  virtual uint64_t Skip(uint64_t count);
  /// Goes back to where it stood at first; false, and nothing happens, where the input cannot.
  virtual bool Restart() { return false; }
};

/// Bytes to a file, a pipe or memory. Not thread-safe.
class LMZIP_API ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes all of `bytes`, or throws Error{kIo}.
  virtual void Write(std::span<const uint8_t> bytes) = 0;
};

}  // namespace lmzip
