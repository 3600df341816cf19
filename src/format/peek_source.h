// A byte source that can look ahead.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "lmzip/io.h"

namespace lmzip {

/// Every byte is read once. The memory is that of what was read and is still needed, twice at most.
class PeekSource {
 public:
  /// `source` must outlive this.
  explicit PeekSource(ByteSource& source) : source_(source) {}

  /// The next `count` bytes, or all that are left; valid until the next call.
  ByteView Peek(size_t count);
  /// REQUIRES: `count` bytes were peeked.
  void Consume(size_t count);
  /// Reads exactly out.size() bytes, or fewer at the input's end.
  size_t Read(std::span<uint8_t> out);
  /// Passes over `count` bytes; returns how many there were. Gives a mark up.
  uint64_t Skip(uint64_t count);

  /// Keeps what is read from here on in memory, until the next Mark().
  void Mark() { mark_ = begin_; }
  /// Bytes read since the mark; 0 without one.
  uint64_t BytesSinceMark() const { return mark_ ? begin_ - *mark_ : 0; }
  /// Comes back to the mark, which is then gone. Without one nothing happens.
  void Rewind();

  /// Where the source stands: bytes consumed so far.
  uint64_t offset() const { return offset_; }

 private:
  ByteView Buffered() const { return ByteView(buffer_).subspan(begin_); }
  void DropConsumed();

  ByteSource& source_;
  Bytes buffer_;
  size_t begin_ = 0;            // of what has not been consumed, in buffer_
  std::optional<size_t> mark_;  // in buffer_, at most begin_
  uint64_t offset_ = 0;
  bool ended_ = false;  // buffer_ ends where the input does
};

}  // namespace lmzip
