#include "format/peek_source.h"

#include <algorithm>

#include "base/check.h"

namespace lmzip {
namespace {

constexpr size_t kStepBytes = size_t{64} << 10;  // memory grows with what is there

}  // namespace

ByteView PeekSource::Peek(size_t count) {
  if (Buffered().size() < count && !ended_) DropConsumed();
  while (Buffered().size() < count && !ended_) {
    const size_t have = buffer_.size();
    const size_t missing = count - Buffered().size();
    const size_t step = std::min(missing, std::max(kStepBytes, Buffered().size()));
    buffer_.resize(have + step);
    buffer_.resize(have + source_.Read(std::span(buffer_).subspan(have)));
    ended_ = buffer_.size() < have + step;
  }
  return Buffered().first(std::min(count, Buffered().size()));
}

// When it is half of the buffer at least, so that no byte is moved more than once on the average.
void PeekSource::DropConsumed() {
  const size_t dropped = mark_.value_or(begin_);
  if (dropped < buffer_.size() - dropped) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<ptrdiff_t>(dropped));
  begin_ -= dropped;
  if (mark_) mark_ = 0;
  if (buffer_.capacity() > 4 * (buffer_.size() + kStepBytes)) buffer_.shrink_to_fit();
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
  if (mark_ || ended_ || ahead.size() == out.size()) return ahead.size();
  const std::span<uint8_t> rest = out.subspan(ahead.size());
  const size_t direct = source_.Read(rest);
  ended_ = direct < rest.size();
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
  const uint64_t skipped = ahead + (ahead < count && !ended_ ? source_.Skip(count - ahead) : 0);
  ended_ = ended_ || skipped < count;
  offset_ += skipped;
  return skipped;
}

}  // namespace lmzip
