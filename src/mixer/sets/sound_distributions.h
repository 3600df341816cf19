// What predictions of a sample say of its bits (MIXER.md, "Sound").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mixer/sets/sound_kernels.h"

namespace lmzip {

/// How often samples came to lie where in a logistic distribution: a density over 32 equal shares
/// of it, aged at every sample.
class ErrorShape {
 public:
  static constexpr size_t kShares = 32;

  ErrorShape();
  /// What lies below the place `u` of the logistic distribution.
  double Below(double u) const noexcept {
    const double place = u * static_cast<double>(kShares);
    const size_t share = std::min(static_cast<size_t>(place), kShares - 1);
    return sums_[share] + (place - static_cast<double>(share)) * shares_[share];
  }
  /// A sample lay between `from` and `to`, 0 <= from <= to <= 1.
  void Learn(double from, double to) noexcept;

 private:
  void Sum() noexcept;

  std::array<double, kShares> shares_;  // of all, about 1
  std::array<double, kShares + 1> sums_;
};

inline constexpr size_t kMostDistributions = 24;

/// Where the byte in progress stands in a sample that is an unsigned number.
struct SamplePlace {
  uint32_t known = 0;  // the sample's bytes that are coded, the others 0
  int byte = 0;        // of the one in progress: its weight is 256^byte
  bool highest = true;
  bool big_endian = false;
};

/// Distributions of a sample: logistic ones, some of them with a shape that was learned.
class SampleDistributions {
 public:
  /// From here on `count` distributions, all of them to be set: a multiple of kSoundLanes.
  void Resize(size_t count) noexcept { count_ = count; }
  size_t count() const noexcept { return count_; }
  void Set(size_t i, double centre, double scale, const ErrorShape* shape = nullptr) noexcept;
  double centre(size_t i) const noexcept { return centres_[i]; }
  double inverse(size_t i) const noexcept { return inverses_[i]; }

  void BeginByte(const SoundKernels& kernels, const SamplePlace& place) noexcept;
  /// For the next bit, which is a one from byte value `middle` on: 256 ln(P(1) / P(0)) of each.
  void Split(const SoundKernels& kernels, int middle, int32_t* out) noexcept;
  void Choose(int bit) noexcept;
  /// The sample's value where byte value `value` begins.
  double EdgeOf(int value) const noexcept;
  /// Of the logistic distribution i below a sample's lower and upper end.
  std::pair<double, double> EndsOf(const SoundKernels& kernels, size_t i,
                                   double value) const noexcept;
  double weight() const noexcept { return weight_; }

 private:
  static constexpr int kPoints = 16;
  static constexpr size_t kMostImages = 7;
  using Row = std::array<double, kMostDistributions>;

  double ImageEdge(size_t image, int value) const noexcept;
  void FindImages(double most) noexcept;
  void FindPoints(const SoundKernels& kernels, size_t i) noexcept;
  double PointsBelow(size_t i, int from, int to) const noexcept;
  void Below(const SoundKernels& kernels, double edge, Row& out) const noexcept;
  // The mass from the interval's begin to `value`; keeps where that is in each image.
  void MassTo(const SoundKernels& kernels, int value, Row& mass) noexcept;

  size_t count_ = 0;
  alignas(64) Row centres_{}, inverses_{};
  std::array<const ErrorShape*, kMostDistributions> shapes_{};

  // The byte in progress.
  SamplePlace place_;
  double weight_ = 1;
  size_t images_ = 1;
  bool any_interval_ = false, any_points_ = false;
  alignas(64) Row shifted_{}, live_{}, total_{}, lower_{};
  std::array<bool, kMostDistributions> by_points_{};
  alignas(64) std::array<Row, kMostImages> from_{}, middle_{};
  std::array<int, kMostDistributions> first_point_{};
  std::array<std::array<double, kPoints + 1>, kMostDistributions> point_sums_{};
  int begin_ = 0, split_ = 0;  // of the byte values left, and where a one begins
};

}  // namespace lmzip
