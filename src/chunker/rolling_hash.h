// A hash of the last bytes of a sequence, moved on byte by byte.
#pragma once

#include <cstdint>

namespace lmzip {

template <uint64_t kBytes>
class RollingHash {
 public:
  /// Of the kBytes from `bytes` on.
  explicit RollingHash(const uint8_t* bytes) {
    for (uint64_t i = 0; i < kBytes; ++i) hash_ = hash_ * kFactor + bytes[i] + 1;
  }
  void Move(uint8_t out, uint8_t in) {
    hash_ = hash_ * kFactor + in + 1 - (out + uint64_t{1}) * kLastPower;
  }
  uint64_t Bits(int count) const { return hash_ * 0x9E3779B97F4A7C15u >> (64 - count); }

 private:
  static constexpr uint64_t kFactor = 0xD6E8FEB86659FD93u;
  static constexpr uint64_t kLastPower = [] {
    uint64_t power = 1;
    for (uint64_t i = 0; i < kBytes; ++i) power *= kFactor;
    return power;
  }();
  uint64_t hash_ = 0;
};

}  // namespace lmzip
