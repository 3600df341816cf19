#include "format/peek_source.h"

#include <algorithm>

#include "base/check.h"

namespace lmzip {

ByteView PeekSource::Peek(size_t count) {
  if (Buffered().size() < count) {
    const size_t dropped = mark_.value_or(begin_);
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<ptrdiff_t>(dropped));
    begin_ -= dropped;
    if (mark_) mark_ = 0;
    const size_t have = buffer_.size();
    buffer_.resize(begin_ + count);
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
  const ByteView ahead =
      mark_ ? Peek(out.size()) : Buffered().first(std::min(out.size(), Buffered().size()));
  std::copy(ahead.begin(), ahead.end(), out.begin());
  Consume(ahead.size());
  const size_t direct = mark_ ? 0 : source_.Read(out.subspan(ahead.size()));
  offset_ += direct;
  return ahead.size() + direct;
}

void PeekSource::Rewind() {
  if (!mark_) return;
  offset_ -= begin_ - *mark_;
  begin_ = *mark_;
  mark_.reset();
}

uint64_t PeekSource::Skip(uint64_t count) {
  mark_.reset();
  const uint64_t ahead = std::min<uint64_t>(count, Buffered().size());
  begin_ += ahead;
  const uint64_t skipped = ahead + (ahead < count ? source_.Skip(count - ahead) : 0);
  offset_ += skipped;
  return skipped;
}

}  // namespace lmzip
