// Sources and sinks over files. Not thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "lmzip/io.h"

namespace lmzip {

/// Reads a file from its beginning, or what a descriptor gives, blocking or not.
class LMZIP_API FileSource : public ByteSource {
 public:
  /// Throws Error{kIo} when `path` cannot be opened or is a folder.
  explicit FileSource(const std::filesystem::path& path);
  /// The descriptor stays the caller's and must stay open; `name` stands in messages.
  FileSource(int descriptor, const std::string& name);
  ~FileSource() override;
  FileSource(FileSource&&) noexcept;
  FileSource& operator=(FileSource&&) noexcept;

  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;
  bool Restart() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a file that appears under its name as a whole or not at all: by Commit(). Without it
/// nothing remains, however the process ends but by a signal on a file system without nameless
/// files, where a hidden file may stay until the next time.
class LMZIP_API FileSink : public ByteSink {
 public:
  /// Throws Error{kIo} when nothing can be written in the folder of `path`.
  explicit FileSink(const std::filesystem::path& path);
  ~FileSink() override;
  FileSink(FileSink&&) noexcept;
  FileSink& operator=(FileSink&&) noexcept;

  void Write(std::span<const uint8_t> bytes) override;
  /// Brings all that was written to disk, then gives it its name. With `overwrite` it replaces a
  /// file of that name. Call once, last. Throws Error{kIo}; the file is then as it was before.
  void Commit(bool overwrite = false);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a descriptor, blocking or not. In a regular file, at whose end it starts, zeros become
/// holes; they count as written only after Finish().
class LMZIP_API DescriptorOutput : public ByteSink {
 public:
  /// The descriptor stays the caller's and must stay open; `name` stands in messages.
  DescriptorOutput(int descriptor, const std::string& name);
  ~DescriptorOutput() override;
  DescriptorOutput(DescriptorOutput&&) noexcept;
  DescriptorOutput& operator=(DescriptorOutput&&) noexcept;

  void Write(std::span<const uint8_t> bytes) override;
  /// Call last. Throws Error{kIo}.
  void Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lmzip
