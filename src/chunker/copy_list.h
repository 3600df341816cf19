// Copies: what a frame's content repeats at length, apart from what is coded (FORMAT.md 3.5).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "chunker/content_window.h"

namespace lmzip {

/// `gap` bytes of residue, then `length` bytes that stand `distance` before them in the content, or
/// before it: such a copy is far.
struct Copy {
  uint64_t gap = 0;
  uint64_t length = 0;
  uint64_t distance = 0;

  bool operator==(const Copy&) const = default;
};

uint64_t CopiedBytes(std::span<const Copy> copies);

/// What stands before the content of a frame: `position` bytes of its stream, of which copies reach
/// the last `reach`, and before them `reference_bytes` of references, of which they reach all.
struct FarSources {
  uint64_t reach = 0;
  uint64_t position = 0;
  uint64_t reference_bytes = 0;

  /// Whether a copy may begin `before` bytes before the frame.
  bool Allow(uint64_t before, uint64_t length) const {
    if (before <= reach) return true;
    const uint64_t in_references = before - std::min(before, position);
    return in_references > 0 && in_references <= reference_bytes &&
           (length <= in_references || reach == position);
  }
};

/// Whether any copies begin before the content.
bool HasFarCopies(std::span<const Copy> copies);
/// How far before the content they begin in the `position` bytes of the stream before it.
uint64_t ReachOf(std::span<const Copy> copies, uint64_t position);

/// How much content is there when the first `coded_end` bytes of what the frame codes are: residue,
/// and in woven frames what is given before each piece of it (weaving.h).
uint64_t ContentBytes(std::span<const Copy> copies, uint64_t coded_end,
                      std::span<const uint32_t> given = {});

/// Those of at least `least` bytes; the others' content becomes residue.
std::vector<Copy> LongCopies(std::span<const Copy> copies, uint64_t least);

/// Those that begin in the content or in references, not in the `position` bytes of the stream
/// before the content; what others stand for becomes residue.
std::vector<Copy> CopiesBesideStream(std::span<const Copy> copies, uint64_t position);

/// The content's bytes that are not copied.
Bytes Residue(ByteView content, std::span<const Copy> copies);

/// REQUIRES: `far` where HasFarCopies(copies).
Bytes EncodeCopies(std::span<const Copy> copies, bool far);

/// Throws Error{kCorrupt} unless `code` is a list of copies that together stand for `copied_bytes`
/// of `raw_bytes` of content, each within limits. `far`: what stands before the content; none: the
/// list has no far copies.
std::vector<Copy> DecodeCopies(ByteView code, uint64_t raw_bytes, uint64_t copied_bytes,
                               const std::optional<FarSources>& far);

/// Throws Error{kCorrupt}.
[[noreturn]] void RefuseCopies(const char* why);

/// What a list must keep while it is decoded.
class CopyLimits {
 public:
  CopyLimits(uint64_t raw_bytes, uint64_t copied_bytes, const FarSources& far)
      : raw_bytes_(raw_bytes), copied_bytes_(copied_bytes), far_(far) {}

  /// Content so far, and what copies are still to stand for.
  uint64_t at() const { return gaps_ + copied_; }
  uint64_t left() const { return copied_bytes_ - copied_; }
  /// Throws Error{kCorrupt} for what is beyond them.
  void Take(const Copy& copy);

 private:
  const uint64_t raw_bytes_, copied_bytes_;
  const FarSources far_;
  uint64_t gaps_ = 0, copied_ = 0;
};

/// Makes content of what a frame codes, as far as that is there.
class CopyExpander {
 public:
  /// All arguments must outlive this; `content` has the room for all copies and the residue in
  /// `coded`; `given`: of a woven frame (weaving.h).
  CopyExpander(std::span<const Copy> copies, ByteView coded, std::span<uint8_t> content,
               std::span<const uint32_t> given = {})
      : copies_(copies), given_(given), coded_(coded), content_(content) {}

  /// The first `coded_end` bytes of what is coded are there. Returns how many bytes of content are.
  /// What far copies stand for is in `window`, at whose end the content begins; null: there are
  /// none. What it has lost becomes zeros.
  uint64_t Advance(uint64_t coded_end, const ContentWindow* window);

  /// Whether content that copies stand for was lost.
  bool misses_sources() const { return misses_sources_; }

 private:
  bool TakeGap(uint64_t gap, uint64_t coded_end);
  void TakeResidue(uint64_t count);
  void TakeCopy(const Copy& copy, const ContentWindow* window);
  uint64_t TakeFar(const Copy& copy, const ContentWindow& window);

  const std::span<const Copy> copies_;
  const std::span<const uint32_t> given_;
  const ByteView coded_;
  const std::span<uint8_t> content_;
  size_t next_ = 0;                          // of the copies
  uint64_t gap_done_ = 0, given_done_ = 0;  // before it
  uint64_t read_ = 0;                        // of what is coded
  uint64_t written_ = 0;
  bool misses_sources_ = false;
};

}  // namespace lmzip
