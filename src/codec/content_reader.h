// Content that an encoder has read, but not yet cut into frames.
#pragma once

#include <utility>

#include "base/bytes.h"
#include "lmzip/io.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// Reads a part of a source's content, which may be all of it.
class ContentReader {
 public:
  /// `source` stands where the part begins, and outlives this.
  ContentReader(ByteSource& source, const ByteRange& part)
      : source_(source), part_(part), left_(part.end - part.begin) {}

  /// Where it is empty, reads a few bytes, and at most `most`: whether there are any. Throws as
  /// SkipContent() where the part, but not the content, is empty.
  void Begin(uint64_t most);
  /// Reads on until it holds `size` bytes, growing with the input: a small file pays for no large
  /// frame.
  void Fill(uint64_t size);
  /// Hands over what it holds.
  Bytes Take() { return std::exchange(bytes_, {}); }

  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  /// Whether nothing of the part is left to be read, as far as reading has shown.
  bool at_end() const { return at_end_; }
  /// Whether some of the content may be no part of it.
  bool is_part() const { return part_.begin > 0 || part_.end != ByteRange().end; }
  /// At the part's end: whether it is all of the content.
  bool is_whole() const { return part_.begin == 0 && ends_; }

 private:
  ByteSource& source_;
  const ByteRange part_;
  uint64_t left_;  // of the part
  Bytes bytes_;
  bool at_end_ = false;
  bool ends_ = false;  // the content
};

/// Passes over content, or fills `out` with it. Throw Error{kUsage} where there is less.
void SkipContent(uint64_t bytes, ByteSource& source);
void ReadContent(std::span<uint8_t> out, ByteSource& source);

}  // namespace lmzip
