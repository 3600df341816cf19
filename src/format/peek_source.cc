#include "format/peek_source.h"

#include <algorithm>

#include "base/check.h"

namespace lmzip {

ByteView PeekSource::Peek(size_t count) {
  if (Buffered().size() < count) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<ptrdiff_t>(begin_));
    begin_ = 0;
    const size_t have = buffer_.size();
    buffer_.resize(count);
    buffer_.resize(have + source_.Read(std::span(buffer_).subspan(have)));
  }
  return Buffered().first(std::min(count, Buffered().size()));
}

void PeekSource::Consume(size_t count) {
  LMZIP_CHECK(count <= Buffered().size());
  begin_ += count;
  offset_ += count;
}

size_t PeekSource::Read(std::span<uint8_t> out) {
  const ByteView ahead = Buffered().first(std::min(out.size(), Buffered().size()));
  std::copy(ahead.begin(), ahead.end(), out.begin());
  begin_ += ahead.size();
  size_t count = ahead.size();
  if (count < out.size()) count += source_.Read(out.subspan(count));
  offset_ += count;
  return count;
}

uint64_t PeekSource::Skip(uint64_t count) {
  const uint64_t ahead = std::min<uint64_t>(count, Buffered().size());
  begin_ += ahead;
  const uint64_t skipped = ahead + (ahead < count ? source_.Skip(count - ahead) : 0);
  offset_ += skipped;
  return skipped;
}

}  // namespace lmzip
