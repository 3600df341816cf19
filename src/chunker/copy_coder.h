// The codes of lists of copies: bits and numbers that learn (FORMAT.md 3.5).
#pragma once

#include <algorithm>
#include <array>
#include <bit>

#include "base/bytes.h"
#include "coder/range_coder.h"

namespace lmzip {

/// A bit that learns: its probability of a one in 1/2^16, and how often it was seen.
class AdaptiveBit {
 public:
  uint32_t P1() const { return p_ << (kBitProbabilityBits - 16); }
  uint32_t P16() const { return p_; }  // in 1/2^16
  void Update(int bit) {
    const uint32_t step = kRate + seen_;
    p_ = bit ? p_ + (65535 - p_) / step : p_ - p_ / step;
    p_ = std::clamp(p_, kFloor, 65536 - kFloor);
    seen_ = std::min(seen_ + 1, kMostSeen);
  }

 private:
  static constexpr uint32_t kRate = 2, kMostSeen = 14, kFloor = 64;
  uint32_t p_ = 32768;
  uint32_t seen_ = 0;
};

inline constexpr uint32_t kHalf = 1u << (kBitProbabilityBits - 1);

/// Codes bits that are known: with the probability that was learned, or a half.
class CopyWriter {
 public:
  static constexpr bool kKnows = true;
  int Raw(int bit) {
    encoder_.EncodeBit(bit, kHalf);
    return bit;
  }
  int Learn(AdaptiveBit& p, int bit) {
    encoder_.EncodeBit(bit, p.P1());
    p.Update(bit);
    return bit;
  }
  Bytes Finish() { return encoder_.Finish(); }

 private:
  RangeEncoder encoder_;
};

/// Finds them, whatever is said of them.
class CopyReader {
 public:
  static constexpr bool kKnows = false;
  explicit CopyReader(ByteView code) : decoder_(code) {}
  int Raw(int) { return decoder_.DecodeBit(kHalf); }
  int Learn(AdaptiveBit& p, int) {
    const int bit = decoder_.DecodeBit(p.P1());
    p.Update(bit);
    return bit;
  }
  bool overread() const { return decoder_.Overread(); }

 private:
  RangeDecoder decoder_;
};

/// Codes numbers by an Elias gamma code whose bits learn: the width in unary, then the digits below
/// the leading one, of which the first two learn.
template <int kMaxWidth>  // numbers below 2^(kMaxWidth + 1) - 1
class NumberModel {
 public:
  template <typename Coder>
  uint64_t Code(uint64_t known, Coder& coder) {
    int width = 0;
    const int known_width = static_cast<int>(std::bit_width(known + 1)) - 1;
    while (width < kMaxWidth &&
           coder.Learn(more_[static_cast<size_t>(width)], width < known_width)) {
      ++width;
    }
    uint64_t value = 1;
    for (int i = width - 1; i >= 0; --i) {
      const int digit = static_cast<int>((known + 1) >> i & 1);
      const size_t place = static_cast<size_t>(width) * 4 + (value & 3);
      const bool learns = width - i <= kLearntDigits;
      const int bit = learns ? coder.Learn(digits_[place], digit) : coder.Raw(digit);
      value = value << 1 | static_cast<uint64_t>(bit);
    }
    return value - 1;
  }

 private:
  static constexpr int kLearntDigits = 2;
  std::array<AdaptiveBit, kMaxWidth> more_;
  std::array<AdaptiveBit, (kMaxWidth + 1) * 4> digits_;
};

// Differences as numbers: 0, -1, 1, -2, ...
inline uint64_t Zigzag(uint64_t difference) {
  return difference << 1 ^ (difference >> 63 ? ~uint64_t{0} : 0);
}
inline uint64_t Unzigzag(uint64_t number) {
  return number >> 1 ^ (number & 1 ? ~uint64_t{0} : 0);
}

}  // namespace lmzip
