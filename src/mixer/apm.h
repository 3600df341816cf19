// Corrects a probability by what happened when it was given (MIXER.md, "Maps of the result").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/logistic.h"

namespace lmzip {

/// For every context a curve of 24 points over the logistic domain. A point is stored as 0 until it
/// has learned, so that untouched memory is zero.
class ProbabilityMap {
 public:
  static constexpr size_t kPoints = 24;
  using Curve = std::array<uint16_t, kPoints>;  // probabilities in 1/65536, of 1..65535

  static constexpr int kSpacing = 240;  // between points, in 1/256 nat; +-2760 in all
  static constexpr int kRange = kSpacing * (static_cast<int>(kPoints) - 1) / 2;

  /// The curve that changes nothing.
  static constexpr Curve kIdentity = [] {
    Curve points{};
    for (size_t i = 0; i < kPoints; ++i) {
      const int x = static_cast<int>(i) * kSpacing - kRange;
      points[i] = logistic_internal::kSquash[static_cast<size_t>(x + kSquashLimit)];
    }
    return points;
  }();

  /// The point nearest to logistic value `x`.
  static constexpr size_t NearestPoint(int x) noexcept {
    x = std::clamp(x, -kRange, kRange - 1) + kRange;
    return static_cast<size_t>((x + kSpacing / 2) / kSpacing);
  }

  explicit ProbabilityMap(size_t contexts) : points_(contexts * kPoints) {}

  /// Fetches the curves of `context` and, where `count` is more, of those behind it.
  void Prefetch(size_t context, size_t count) const noexcept {
    PrefetchRange(&points_[context * kPoints], count * kPoints * sizeof(uint16_t));
  }

  /// The corrected probability in 1/65536 of logistic value `x`; Update() learns at the same place.
  /// `first` has the points that have not learned yet, and must stay until then.
  int Refine(size_t context, int x, const Curve& first = kIdentity) noexcept {
    x = std::clamp(x, -kRange, kRange - 1) + kRange;
    const size_t cell = static_cast<size_t>(x / kSpacing);
    const int weight = x % kSpacing;
    const size_t at = context * kPoints + cell;
    const int low = points_[at] != 0 ? points_[at] : first[cell];
    const int high = points_[at + 1] != 0 ? points_[at + 1] : first[cell + 1];
    const bool upper = weight >= kSpacing / 2;
    nearest_ = at + upper;
    p_ = upper ? high : low;
    return (low * (kSpacing - weight) + high * weight) / kSpacing;
  }

  void Update(int bit, int shift) noexcept {
    const int p = bit != 0 ? p_ + ((65535 - p_) >> shift) : p_ - (p_ >> shift);
    points_[nearest_] = static_cast<uint16_t>(p);
  }

 private:
  ZeroedArray<uint16_t> points_;
  size_t nearest_ = 0;
  int p_ = 0;  // of the nearest point
};

}  // namespace lmzip
