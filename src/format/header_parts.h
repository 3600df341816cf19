// What the writing and parsing of headers of streams and of frames share.
#pragma once

#include <string>

#include "base/hash.h"
#include "format/headers.h"
#include "lmzip/error.h"

namespace lmzip {

/// The check of a header that begins at `start` of `out`: the low bits of its XXH3.
template <typename Check>
void AppendHeaderCheck(size_t start, Bytes& out) {
  AppendLe(static_cast<Check>(Xxh3(ByteView(out).subspan(start))), out);
}

/// Reads the parts of a header in order; running out of bytes means a truncated input.
class HeaderCursor {
 public:
  HeaderCursor(ByteView bytes, const char* what) : bytes_(bytes), what_(what) {}

  ByteView Take(size_t count) {
    if (bytes_.size() - position_ < count) Truncated();
    position_ += count;
    return bytes_.subspan(position_ - count, count);
  }

  uint8_t TakeByte() { return Take(1)[0]; }

  uint64_t TakeVarint() {
    if (position_ == bytes_.size()) Truncated();
    const auto value = ReadVarint(bytes_, position_);
    if (value) return *value;
    if (position_ >= bytes_.size()) Truncated();
    throw Error(ErrorCode::kCorrupt, std::string("damaged ") + what_ + " (malformed length)");
  }

  template <typename Check>
  void TakeCheck() {
    const auto expected = static_cast<Check>(Xxh3(bytes_.first(position_)));
    if (LoadLe<Check>(Take(sizeof(Check)).data()) != expected) {
      throw Error(ErrorCode::kCorrupt, std::string("damaged ") + what_ + " (its check fails)");
    }
  }

  size_t position() const { return position_; }

 private:
  [[noreturn]] void Truncated() const {
    throw Error(ErrorCode::kTruncated, std::string("the input ends inside a ") + what_);
  }

  ByteView bytes_;
  const char* what_;
  size_t position_ = 0;
};

/// Throws Error{kUnsupported} for kinds that FORMAT.md 3 does not define.
void SetKind(uint8_t kind, FrameHeader& header);

/// Throws Error{kCorrupt} unless the header keeps the limits of FORMAT.md 3.1.
void CheckLimits(const FrameHeader& header);

}  // namespace lmzip
