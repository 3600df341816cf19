// Sources and sinks over memory. Not thread-safe.
#pragma once

#include <utility>
#include <vector>

#include "lmzip/io.h"

namespace lmzip {

class LMZIP_API MemorySource : public ByteSource {
 public:
  /// `bytes` must outlive this.
  explicit MemorySource(std::span<const uint8_t> bytes) : all_(bytes), rest_(bytes) {}
  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;
  bool Restart() override;

 private:
  std::span<const uint8_t> all_, rest_;
};

class LMZIP_API MemorySink : public ByteSink {
 public:
  void Write(std::span<const uint8_t> bytes) override;
  const std::vector<uint8_t>& bytes() const { return bytes_; }
  /// Hands the bytes over; what is written afterwards begins anew.
  std::vector<uint8_t> Take() { return std::exchange(bytes_, {}); }

 private:
  std::vector<uint8_t> bytes_;
};

/// Takes everything and keeps nothing.
class LMZIP_API NullSink : public ByteSink {
 public:
  void Write(std::span<const uint8_t> bytes) override;
};

}  // namespace lmzip
