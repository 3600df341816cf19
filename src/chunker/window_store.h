// Where a window's bytes lie: in memory or in a file.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/random_access.h"

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

/// Files, one behind the other, which must outlive it, and kFileWindowBytes of memory; it is not
/// written to. Its functions throw Error{kIo}.
std::unique_ptr<WindowStore> WindowOfFiles(std::vector<const RandomAccess*> files);
inline constexpr uint64_t kFileWindowBytes = uint64_t{1} << 20;

}  // namespace lmzip
