// Corrects a probability by what happened when it was given (MIXER.md, "Nodes and cells", "The
// result").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/counters.h"
#include "mixer/logistic.h"

namespace lmzip {

/// For every context a curve of 24 points over the logistic domain. Each is a cell, whose step
/// shrinks with what it has seen: what never fails becomes as sure as the coder can say. A point is
/// stored as 0 until it has learned, so that untouched memory is zero.
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
  /// Memory of its points.
  static constexpr size_t Bytes(size_t contexts) { return contexts * kPoints * sizeof(uint32_t); }

  /// Between bits. REQUIRES: `other` has as many contexts.
  void CopyFrom(const ProbabilityMap& other) noexcept { points_.CopyFrom(other.points_); }

  /// Fetches the curves of `context` and, where `count` is more, of those behind it.
  void Prefetch(size_t context, size_t count) const noexcept {
    PrefetchRange(&points_[context * kPoints], count * kPoints * sizeof(uint32_t));
  }

  /// The corrected probability in 1/2^22 of logistic value `x`; Update() learns at the same place.
  /// `first` has the points that have not learned yet, and must stay until then.
  int Refine(size_t context, int x, const Curve& first = kIdentity) noexcept {
    x = std::clamp(x, -kRange, kRange - 1) + kRange;
    const size_t cell = static_cast<size_t>(x / kSpacing);
    const int weight = x % kSpacing;
    const size_t at = context * kPoints + cell;
    const Cell low = Point(at, first[cell]), high = Point(at + 1, first[cell + 1]);
    const bool upper = weight >= kSpacing / 2;
    nearest_ = at + upper;
    point_ = upper ? high : low;
    const auto p22 = [](Cell point) { return static_cast<int>(point.P22()); };
    return (p22(low) * (kSpacing - weight) + p22(high) * weight) / kSpacing;
  }

  void Update(int bit) noexcept {
    point_.Update(bit, kMaxCount);
    points_[nearest_] = point_.state();
  }

 private:
  // What a point is taken to have seen when it first learns, and where its count stops.
  static constexpr uint32_t kFirstCount = 24, kMaxCount = 511;

  Cell Point(size_t at, uint16_t first) const noexcept {
    return points_[at] != 0 ? Cell::FromState(points_[at]) : Cell(first, kFirstCount);
  }

  ZeroedArray<uint32_t> points_;
  size_t nearest_ = 0;
  Cell point_;  // the nearest
};

}  // namespace lmzip
