// Where a window's bytes lie: in memory or in a file.
#pragma once

#include <memory>

#include "base/bytes.h"

namespace lmzip {

/// Room for bytes at places from 0 on. What is read was written before. Not thread-safe.
class WindowStore {
 public:
  virtual ~WindowStore() = default;
  virtual void Write(uint64_t place, ByteView bytes) = 0;
  /// Bytes from `place` on, before `end`: one at least. Valid until the next call.
  virtual ByteView From(uint64_t place, uint64_t end) = 0;
  /// Likewise those that end before `place`, from `begin` on.
  virtual ByteView Before(uint64_t place, uint64_t begin) = 0;
};

/// Memory that is touched as it is written to.
std::unique_ptr<WindowStore> WindowInMemory(uint64_t bytes);

/// A scratch file, and kFileWindowBytes of memory. Throws Error{kIo}, as its functions do.
std::unique_ptr<WindowStore> WindowInFile();
inline constexpr uint64_t kFileWindowBytes = uint64_t{1} << 20;

}  // namespace lmzip
