// Corrects a probability by what happened when it was given (MIXER.md, "Maps of the result").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/logistic.h"
#include "mixer/zeroed_array.h"

namespace lmzip {

/// For every context a curve of 24 points over the logistic domain. A point is stored XOR its first
/// value, so that untouched memory is zero.
class ProbabilityMap {
 public:
  explicit ProbabilityMap(size_t contexts) : points_(contexts * kPoints) {}

  void Prefetch(size_t context) const noexcept {
    __builtin_prefetch(&points_[context * kPoints]);
    __builtin_prefetch(&points_[context * kPoints + kPoints - 1]);
  }

  /// The corrected probability in 1/65536 of logistic value `x`; Update() learns at the same place.
  int Refine(size_t context, int x) noexcept {
    x = std::clamp(x, -kRange, kRange - 1) + kRange;
    const size_t cell = static_cast<size_t>(x / kSpacing);
    const int weight = x % kSpacing;
    const size_t at = context * kPoints + cell;
    nearest_point_ = cell + (weight >= kSpacing / 2);
    nearest_ = context * kPoints + nearest_point_;
    const int low = points_[at] ^ kFirst[cell], high = points_[at + 1] ^ kFirst[cell + 1];
    return (low * (kSpacing - weight) + high * weight) / kSpacing;
  }

  void Update(int bit, int shift) noexcept {
    const uint16_t first = kFirst[nearest_point_];
    const int p = points_[nearest_] ^ first;
    const int q = bit != 0 ? p + ((65535 - p) >> shift) : p - (p >> shift);
    points_[nearest_] = static_cast<uint16_t>(q ^ first);
  }

  /// What is stored: 24 points a context, XOR their first values.
  std::span<uint16_t> points() noexcept { return {points_.data(), points_.size()}; }

  static constexpr size_t kPoints = 24;

 private:
  static constexpr int kSpacing = 240;  // between points, in 1/256 nat; +-2760 in all
  static constexpr int kRange = kSpacing * (static_cast<int>(kPoints) - 1) / 2;
  static constexpr auto kFirst = [] {
    std::array<uint16_t, kPoints> first{};
    for (size_t i = 0; i < kPoints; ++i) {
      const int x = static_cast<int>(i) * kSpacing - kRange;
      first[i] = logistic_internal::kSquash[static_cast<size_t>(x + kSquashLimit)];
    }
    return first;
  }();

  ZeroedArray<uint16_t> points_;
  size_t nearest_ = 0, nearest_point_ = 0;
};

}  // namespace lmzip
