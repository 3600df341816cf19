#include "lmzip/memory_io.h"

#include <algorithm>
#include <array>

namespace lmzip {

uint64_t ByteSource::Skip(uint64_t count) {
  std::array<uint8_t, 1 << 14> scratch;
  uint64_t skipped = 0;
  while (skipped < count) {
    const size_t want = std::min<uint64_t>(scratch.size(), count - skipped);
    const size_t got = Read(std::span(scratch).first(want));
    skipped += got;
    if (got < want) break;
  }
  return skipped;
}

size_t MemorySource::Read(std::span<uint8_t> out) {
  const size_t count = std::min(out.size(), rest_.size());
  std::copy_n(rest_.begin(), count, out.begin());
  rest_ = rest_.subspan(count);
  return count;
}

uint64_t MemorySource::Skip(uint64_t count) {
  const size_t skipped = std::min<uint64_t>(count, rest_.size());
  rest_ = rest_.subspan(skipped);
  return skipped;
}

bool MemorySource::Restart() {
  rest_ = all_;
  return true;
}

void MemorySink::Write(std::span<const uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void NullSink::Write(std::span<const uint8_t>) {}

}  // namespace lmzip
