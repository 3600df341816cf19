// Sources and sinks over memory.
#pragma once

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

}  // namespace lmzip
