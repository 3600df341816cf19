// What is not compressed, among what is to be decompressed.
#pragma once

#include <array>
#include <span>

#include "lmzip/lmzip.h"

namespace lmzip {

/// Looks at the first bytes of a source, and has them read all the same.
class SignedSource : public ByteSource {
 public:
  /// `source` must outlive this.
  explicit SignedSource(ByteSource& source)
      : source_(source), rest_(std::span(bytes_).first(source.Read(bytes_))) {}

  /// Whether nothing but a stream begins so. REQUIRES: nothing was read.
  bool looks_compressed() const { return LooksCompressed(rest_); }
  size_t Read(std::span<uint8_t> out) override;
  uint64_t Skip(uint64_t count) override;

 private:
  ByteSource& source_;
  std::array<uint8_t, kSignatureBytes> bytes_{};
  std::span<uint8_t> rest_;  // of bytes_, to be read
};

/// Copies all of `source`, which counts as content and as input. Throws Error{kLimit} before more
/// than `max_output` bytes are written.
DecodeReport PassThrough(ByteSource& source, ByteSink& sink, uint64_t max_output,
                         Progress& progress);

}  // namespace lmzip
