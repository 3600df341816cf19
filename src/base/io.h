// Sources and sinks over memory and file descriptors.
#pragma once

#include <string>

#include "base/bytes.h"
#include "lmzip/io.h"

namespace lmzip {

class MemorySource : public ByteSource {
 public:
  /// `bytes` must outlive this.
  explicit MemorySource(ByteView bytes) : rest_(bytes) {}
  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;

 private:
  ByteView rest_;
};

class MemorySink : public ByteSink {
 public:
  void Write(ByteView bytes) override { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Takes everything and keeps nothing.
class NullSink : public ByteSink {
 public:
  void Write(ByteView) override {}
};

/// Reads a descriptor that someone else owns.
class DescriptorSource : public ByteSource {
 public:
  /// `name` stands in messages.
  DescriptorSource(int fd, std::string name);
  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;

 private:
  int fd_;
  std::string name_;
  bool seekable_;
};

/// Writes a descriptor that someone else owns.
class DescriptorSink : public ByteSink {
 public:
  DescriptorSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  void Write(ByteView bytes) override;

 private:
  int fd_;
  std::string name_;
};

}  // namespace lmzip
