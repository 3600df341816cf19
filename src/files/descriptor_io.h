// Bytes from and to file descriptors, blocking or not.
#pragma once

#include <string>

#include "files/system.h"
#include "lmzip/io.h"

namespace lmzip {

/// Reads a descriptor that someone else owns.
class DescriptorSource : public ByteSource {
 public:
  /// `name` stands in messages.
  DescriptorSource(int fd, std::string name, System& system = System::Real());
  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;
  bool Restart() override;

 private:
  System& system_;
  int fd_;
  std::string name_;
  bool seekable_;
  off_t begin_ = 0;  // where the descriptor stood at first, if it is seekable
};

/// Writes a descriptor that someone else owns. In a regular file, at whose end it starts, zeros
/// become holes, as far as they fill blocks; they count as written only after Finish().
class DescriptorSink : public ByteSink {
 public:
  DescriptorSink(int fd, std::string name, System& system = System::Real());
  /// After an error, what is written keeps its length.
  ~DescriptorSink() override;
  DescriptorSink(const DescriptorSink&) = delete;
  DescriptorSink& operator=(const DescriptorSink&) = delete;

  void Write(std::span<const uint8_t> bytes) override;
  /// Gives the file its length, zeros at its end included. Throws Error{kIo}.
  void Finish();

 private:
  bool MayLeaveHoles();
  bool LeaveHole();
  void WriteAll(std::span<const uint8_t> bytes);

  System& system_;
  int fd_;
  std::string name_;
  uint64_t position_ = 0;  // in the file, when holes may be left
  uint64_t hole_ = 0;      // bytes of zeros that end at position_, not yet written
  bool holes_;
};

}  // namespace lmzip
