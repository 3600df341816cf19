// The logistic domain of the mixer (MIXER.md, "Logistic tables").
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace lmzip {

inline constexpr int kNat = 256;            // units of the logistic domain in one nat
inline constexpr int kSquashLimit = 2879;   // beyond, a 16-bit probability no longer changes
inline constexpr int kStretchLimit = 2047;  // inputs of the mixer stay within +-2047

namespace logistic_internal {

// Odds 2^32 * exp(-i / 256), by repeated truncating multiplication: no floating point.
constexpr auto MakeSquash() {
  std::array<uint16_t, 2 * kSquashLimit + 1> table{};
  uint64_t odds = uint64_t{1} << 32;
  for (int i = 0; i <= kSquashLimit; ++i) {
    const uint64_t p = (uint64_t{1} << 48) / ((uint64_t{1} << 32) + odds);
    const uint64_t high = std::clamp<uint64_t>(p, 1, 65535);
    table[static_cast<size_t>(kSquashLimit + i)] = static_cast<uint16_t>(high);
    table[static_cast<size_t>(kSquashLimit - i)] = static_cast<uint16_t>(65536 - high);
    odds = (odds * 4278222805u) >> 32;  // round(2^32 * exp(-1/256))
  }
  return table;
}
inline constexpr auto kSquash = MakeSquash();

// The inverse at the middle of every cell of 1/4096.
constexpr auto MakeStretch() {
  std::array<int16_t, 4096> table{};
  int x = -kSquashLimit;
  for (size_t i = 0; i < 4096; ++i) {
    const uint32_t middle = static_cast<uint32_t>(16 * i + 8);
    while (x < kSquashLimit && kSquash[static_cast<size_t>(x + kSquashLimit)] < middle) ++x;
    table[i] = static_cast<int16_t>(std::clamp(x, -kStretchLimit, kStretchLimit));
  }
  return table;
}
inline constexpr auto kStretch = MakeStretch();

}  // namespace logistic_internal

/// Squash() of x within +-kSquashLimit.
inline constexpr int SquashWithin(int x) noexcept {
  return logistic_internal::kSquash[static_cast<size_t>(x + kSquashLimit)];
}

/// 65536 / (1 + exp(-x / 256)), in 1..65535.
inline constexpr int Squash(int x) noexcept {
  return SquashWithin(std::clamp(x, -kSquashLimit, kSquashLimit));
}

/// 256 * ln(p / (1 - p)) of a probability in 1/65536, clamped to +-2047.
inline constexpr int Stretch(uint32_t p16) noexcept {
  return logistic_internal::kStretch[p16 >> 4];
}

}  // namespace lmzip
