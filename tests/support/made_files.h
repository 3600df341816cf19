// Files of known kinds, made here: what each holds and where is known.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "segments/typed_segment.h"

namespace lmzip::testing {

struct MadeFile {
  std::string name;
  Bytes bytes;
  std::vector<TypedSegment> holds;  // in order
};

/// Builds a file's bytes, in either order.
class FileMaker {
 public:
  explicit FileMaker(bool big_endian = false) : big_endian_(big_endian) {}

  FileMaker& Text(std::string_view letters) {
    bytes_.insert(bytes_.end(), letters.begin(), letters.end());
    return *this;
  }
  FileMaker& U8(uint64_t value) { return Number(value, 1); }
  FileMaker& U16(uint64_t value) { return Number(value, 2); }
  FileMaker& U24(uint64_t value) { return Number(value, 3); }
  FileMaker& U32(uint64_t value) { return Number(value, 4); }
  FileMaker& U64(uint64_t value) { return Number(value, 8); }
  FileMaker& Zeros(size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  /// Zeros up to `position`.
  FileMaker& Until(size_t position) { return Zeros(position - bytes_.size()); }
  /// Bytes that go up and down in small steps, like those of a picture or of sound.
  FileMaker& Waves(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      level_ = static_cast<uint8_t>(level_ + (state_ >> 60) % 5 - 2);
      bytes_.push_back(level_);
    }
    return *this;
  }
  size_t size() const { return bytes_.size(); }
  const Bytes& bytes() const { return bytes_; }

 private:
  FileMaker& Number(uint64_t value, int count) {
    for (int i = 0; i < count; ++i) {
      bytes_.push_back(static_cast<uint8_t>(value >> 8 * (big_endian_ ? count - 1 - i : i)));
    }
    return *this;
  }

  bool big_endian_;
  uint64_t state_ = 1;
  uint8_t level_ = 128;
  Bytes bytes_;
};

inline TypedSegment Picture(int bits, int channels, uint32_t row_bytes) {
  TypedSegment form{.kind = DataKind::kPicture};
  form.bits = static_cast<uint8_t>(bits);
  form.channels = static_cast<uint8_t>(channels);
  form.row_bytes = row_bytes;
  return form;
}

inline TypedSegment Sound(int bits, int channels) {
  TypedSegment form{.kind = DataKind::kSound};
  form.bits = static_cast<uint8_t>(bits);
  form.channels = static_cast<uint8_t>(channels);
  form.is_signed = bits > 8;
  return form;
}

inline TypedSegment Program(Machine machine) {
  TypedSegment form{.kind = DataKind::kProgram};
  form.machine = machine;
  return form;
}

inline TypedSegment Table(uint32_t row_bytes) {
  TypedSegment form{.kind = DataKind::kTable};
  form.row_bytes = row_bytes;
  return form;
}

/// `form` where it stands.
inline TypedSegment At(TypedSegment form, uint64_t begin, uint64_t length) {
  form.begin = begin;
  form.length = length;
  return form;
}

}  // namespace lmzip::testing
