// A file that is read and may be removed afterwards.
#pragma once

#include <optional>
#include <string>

#include "base/file_descriptor.h"
#include "files/descriptor_io.h"
#include "files/system.h"

namespace lmzip {

/// Remembers what was opened and how much of it was read.
class SourceFile : public ByteSource {
 public:
  enum class Kinds { kRegular, kAny };

  /// Throws Error{kIo}; also for a folder and, with kRegular, for what is no regular file or is
  /// named as a descriptor (/dev/stdin), without waiting for a named pipe's writer.
  SourceFile(const std::string& path, Kinds kinds, System& system = System::Real());
  /// Standard input.
  explicit SourceFile(System& system = System::Real());

  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;
  bool Restart() override;

  /// As it was when it was opened.
  const struct stat& status() const { return opened_; }
  bool regular() const { return S_ISREG(opened_.st_mode); }
  bool terminal() const;

  /// What of size and times of a regular file is not as it was when it was opened; else nullopt.
  /// Throws Error{kIo}.
  std::optional<std::string> Change() const;

  /// Removes the file. Throws Error{kIo}, with the file kept, unless its path still leads to what
  /// was opened, and that was read as a whole and has not changed.
  void Remove();

 private:
  void Examine();

  System& system_;
  std::string name_;  // in messages
  std::string path_;
  FileDescriptor file_;
  struct stat opened_ {};
  std::optional<DescriptorSource> source_;
  uint64_t position_ = 0;
  // A regular file, and called as one: not as a descriptor. Found out before there is an output,
  // for it takes memory.
  bool removable_ = false;
};

}  // namespace lmzip
