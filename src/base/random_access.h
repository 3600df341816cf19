// Bytes at any offset, of a file or of memory.
#pragma once

#include <filesystem>
#include <optional>

#include "base/bytes.h"
#include "base/file_descriptor.h"
#include "base/platform.h"

namespace lmzip {

/// Thread-safe. A part of the plug-ins' interface (base/plugin.h).
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;

  virtual uint64_t size() const = 0;
  /// Fills `out` with the bytes from `offset` on. REQUIRES: offset + out.size() <= size().
  /// Throws Error{kIo}.
  virtual void Read(uint64_t offset, std::span<uint8_t> out) const = 0;
  /// All of it where it lies in memory already, as long as this lives.
  virtual std::optional<ByteView> InMemory() const { return std::nullopt; }
  /// Throws Error{kIo} when the bytes may have changed since this was made.
  virtual void RequireUnchanged() const {}
};

/// Bytes in memory, which must outlive this.
class MemoryAccess final : public RandomAccess {
 public:
  explicit MemoryAccess(ByteView bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  void Read(uint64_t offset, std::span<uint8_t> out) const override;
  std::optional<ByteView> InMemory() const override { return bytes_; }

 private:
  ByteView bytes_;
};

/// An open file. It is read, never mapped: a file that someone cuts gives an error here, where a
/// mapping would end the process.
class FileAccess final : public RandomAccess {
 public:
  /// Throws Error{kIo} when this is no regular file that can be opened; waits for no FIFO's writer.
  explicit FileAccess(const std::filesystem::path& path);
  uint64_t size() const override { return opened_.bytes; }
  void Read(uint64_t offset, std::span<uint8_t> out) const override;
  void RequireUnchanged() const override;

 private:
  std::string name_;
  FileDescriptor file_;
  platform::FileStatus opened_;
};

}  // namespace lmzip
