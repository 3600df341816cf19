// Range coder (FORMAT.md 5.2): 32-bit range, 64-bit low with carry, byte output.
//
// An interval [low, low + range) of the numbers below 2^32, scaled by 256 as bytes leave, narrows
// with every symbol to the part [range * cum >> bits, range * (cum + freq) >> bits). The products
// are exact, so the only losses are the truncations: see FORMAT.md for the bound.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/bytes.h"

namespace lmzip {

inline constexpr int kBitProbabilityBits = 22;   // binary decisions
inline constexpr int kSymbolFrequencyBits = 24;  // symbols of an alphabet
inline constexpr uint32_t kMinRange = 1u << 24;  // range_ >= this between symbols
inline constexpr size_t kMaxOverread = 8;        // zero bytes a decoder may see past the payload

/// Not thread-safe. Per-symbol calls do not throw, but for std::bad_alloc of the output's growth.
class RangeEncoder {
 public:
  /// A code of `most_bytes` or more is of no use: it is not kept beyond them.
  explicit RangeEncoder(size_t most_bytes) : kept_bytes_(most_bytes + kMaxOverread) {
    bytes_.reserve(kept_bytes_);  // what is not used costs addresses only
  }
  RangeEncoder() = default;

  /// Codes `bit`. p1: P(bit = 1) in 1/2^22. REQUIRES: 1 <= p1 < 2^22.
  void EncodeBit(int bit, uint32_t p1) {
    const uint32_t bound = static_cast<uint32_t>((uint64_t{range_} * p1) >> kBitProbabilityBits);
    if (bit) {
      range_ = bound;
    } else {
      low_ += bound;
      range_ -= bound;
    }
    Normalize();
  }

  /// Codes the symbol that owns [cumulative, cumulative + frequency) of 2^bits.
  /// REQUIRES: frequency >= 1, cumulative + frequency <= 2^bits, bits <= 24.
  void EncodeSymbol(uint32_t cumulative, uint32_t frequency, int bits) {
    const uint64_t left = (uint64_t{range_} * cumulative) >> bits;
    const uint64_t right = (uint64_t{range_} * (cumulative + frequency)) >> bits;
    low_ += left;
    range_ = static_cast<uint32_t>(right - left);
    Normalize();
  }

  /// Ends the code with as few bytes as identify it and returns it. Trailing zero bytes are
  /// dropped, but for those that a decoder would not read past the end. Of a code that
  /// was not kept `most_bytes` or more come out, which mean nothing. Call once.
  Bytes Finish();

  /// Bytes of the code that stand already.
  size_t size() const { return bytes_.size(); }

 private:
  void Normalize() {
    while (range_ < kMinRange) {
      range_ <<= 8;
      ShiftLow();
    }
  }

  /// Moves the top byte of low_ out. It waits in pending_ until no carry can reach it any more.
  void ShiftLow() {
    if (low_ < 0xff000000u || low_ > 0xffffffffu) {
      const auto carry = static_cast<uint8_t>(low_ >> 32);
      if (started_) Append(1, static_cast<uint8_t>(pending_ + carry));
      if (pending_ones_ > 0) Append(pending_ones_, static_cast<uint8_t>(0xff + carry));
      pending_ones_ = 0;
      pending_ = static_cast<uint8_t>(low_ >> 24);
      started_ = true;
    } else {
      ++pending_ones_;
    }
    low_ = (low_ & 0x00ffffffu) << 8;
  }

  void Append(size_t count, uint8_t byte) {
    bytes_.insert(bytes_.end(), std::min(count, kept_bytes_ - bytes_.size()), byte);
  }

  // Those that Finish() may drop included.
  const size_t kept_bytes_ = std::numeric_limits<size_t>::max();
  uint64_t low_ = 0;              // < 2^33 between symbols; bit 32 is the carry
  uint32_t range_ = 0xffffffffu;  // >= kMinRange between symbols
  uint8_t pending_ = 0;           // the last byte that a carry may still change
  size_t pending_ones_ = 0;       // 0xff bytes behind it
  bool started_ = false;          // pending_ holds a byte
  Bytes bytes_;
};

/// A code that comes in pieces.
class CodeSource {
 public:
  virtual ~CodeSource() = default;
  /// The next bytes, valid until the next call; none at the end, if there is one.
  virtual ByteView Next() noexcept = 0;
};

/// Reads what RangeEncoder wrote. Past the end it reads zeros and counts them: check Overread() now
/// and then. Never throws.
class RangeDecoder {
 public:
  /// `bytes` must outlive this.
  explicit RangeDecoder(ByteView bytes) noexcept : next_(bytes.data()), end_(next_ + bytes.size()) {
    Begin();
  }
  /// `source` must outlive this. It is asked for no more than what is needed now.
  explicit RangeDecoder(CodeSource& source) noexcept : source_(&source) { Begin(); }

  int DecodeBit(uint32_t p1) noexcept {
    const uint32_t bound = static_cast<uint32_t>((uint64_t{range_} * p1) >> kBitProbabilityBits);
    const int bit = code_ < bound;
    if (bit) {
      range_ = bound;
    } else {
      code_ -= bound;
      range_ -= bound;
    }
    Normalize();
    return bit;
  }

  /// The position in [0, 2^bits) that the code points at; a symbol's [cumulative, cumulative +
  /// frequency) that holds it is the one that was coded. Follow with AcceptSymbol().
  uint32_t Target(int bits) const noexcept {
    // The largest t with range * t >> bits <= code.
    const uint64_t scaled = ((uint64_t{code_} + 1) << bits) - 1;
    const auto target = static_cast<uint32_t>(scaled / range_);
    return target >> bits ? (1u << bits) - 1 : target;
  }

  void AcceptSymbol(uint32_t cumulative, uint32_t frequency, int bits) noexcept {
    const uint64_t left = (uint64_t{range_} * cumulative) >> bits;
    const uint64_t right = (uint64_t{range_} * (cumulative + frequency)) >> bits;
    code_ -= static_cast<uint32_t>(left);
    range_ = static_cast<uint32_t>(right - left);
    Normalize();
  }

  /// True when zeros were read past the end: what is decoded from here on is not certain, if the
  /// code was cut.
  bool PastEnd() const noexcept { return overread_ > 0; }
  /// True when more zeros were read past the end than any valid code needs.
  bool Overread() const noexcept { return overread_ > kMaxOverread; }

 private:
  void Normalize() noexcept {
    while (range_ < kMinRange) {
      range_ <<= 8;
      code_ = (code_ << 8) | NextByte();
    }
  }

  void Begin() noexcept {
    for (int i = 0; i < 4; ++i) code_ = (code_ << 8) | NextByte();
  }

  uint8_t NextByte() noexcept {
    if (next_ != end_ || Refill()) return *next_++;
    ++overread_;
    return 0;
  }
  /// False at the end of the code.
  bool Refill() noexcept;

  CodeSource* source_ = nullptr;  // null: all bytes are at hand
  const uint8_t* next_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint32_t code_ = 0;  // code - low; < range_ in a valid stream
  uint32_t range_ = 0xffffffffu;
  size_t overread_ = 0;
};

}  // namespace lmzip
