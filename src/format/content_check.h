// Checks over content (FORMAT.md 3.2, 3.4).
#pragma once

#include "base/bytes.h"
#include "base/hash.h"

namespace lmzip {

/// The check of one unit of content.
inline uint32_t UnitCheck(ByteView unit) noexcept { return static_cast<uint32_t>(Xxh3(unit)); }

/// Throws Error{kCorrupt}, with both values, when `expected` is not the unit's check.
void CompareCheck(ByteView unit, uint32_t expected);

/// The checks of all units of a frame's content, in order, of `unit_bytes` each but for the last.
std::vector<uint32_t> UnitChecks(ByteView content, uint64_t unit_bytes);

/// What the check of a stream in the short form is combined with by xor, beside its content's.
uint32_t ShortFormCheck(ByteView stream_header, ByteView data);

/// The check that ends a stream: over the length and the payload of every content frame. So damage
/// shows even where it leaves the content as it was, in the last bits of a code.
class StreamCheck {
 public:
  void AddFrame(uint64_t raw_bytes, std::span<const uint32_t> unit_checks, ByteView data);
  uint32_t Value() const { return static_cast<uint32_t>(hash_.Digest()); }

 private:
  Xxh3Stream hash_;
};

}  // namespace lmzip
