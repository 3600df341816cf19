#include "mixer/sets/sound_distributions.h"

#include <algorithm>
#include <cmath>

namespace lmzip {
namespace {

constexpr double kLearnRate = 0.005;
constexpr double kFloor = 0.02;    // of what is learned, spread over all shares
constexpr double kLeast = 1e-13;   // of a byte value's probability
constexpr double kMostPointScale = 0.6;   // of the distance between points
constexpr double kMostImageScale = 0.4;   // of the period: beyond, all values are alike

}  // namespace

ErrorShape::ErrorShape() {
  shares_.fill(1.0 / static_cast<double>(kShares));
  Sum();
}

void ErrorShape::Sum() noexcept {
  double sum = 0;
  for (size_t i = 0; i < kShares; ++i) {
    sums_[i] = sum;
    sum += shares_[i];
  }
  sums_[kShares] = sum;
}

void ErrorShape::Learn(double from, double to) noexcept {
  from *= static_cast<double>(kShares);
  to *= static_cast<double>(kShares);
  const size_t first = std::min(static_cast<size_t>(from), kShares - 1);
  const size_t last = std::min(static_cast<size_t>(to), kShares - 1);
  // Where it may have been, by what is known so far.
  std::array<double, kShares> parts;
  double all = 0;
  for (size_t i = first; i <= last; ++i) {
    const double share = static_cast<double>(i);
    parts[i] = std::max(std::min(to, share + 1) - std::max(from, share), 1e-9) * shares_[i];
    all += parts[i];
  }
  for (double& share : shares_) {
    share = share * (1 - kLearnRate) + kLearnRate * kFloor / static_cast<double>(kShares);
  }
  for (size_t i = first; i <= last; ++i) {
    shares_[i] += kLearnRate * (1 - kFloor) * (parts[i] / all);
  }
  Sum();
}

void SampleDistributions::Set(size_t i, double centre, double scale,
                              const ErrorShape* shape) noexcept {
  centres_[i] = centre;
  inverses_[i] = 1.0 / scale;
  shapes_[i] = shape;
}

std::pair<double, double> SampleDistributions::EndsOf(const SoundKernels& kernels, size_t i,
                                                      double value) const noexcept {
  alignas(64) std::array<double, kSoundLanes> centres{}, inverses{}, below;
  centres[0] = centres_[i] - (value - 0.5);
  centres[1] = centres_[i] - (value + 0.5);
  inverses.fill(inverses_[i]);
  kernels.below(centres.data(), inverses.data(), 0.0, kSoundLanes, below.data());
  return {below[0], below[1]};
}

double SampleDistributions::EdgeOf(int value) const noexcept {
  const double half = place_.big_endian ? 0.5 : 0.5 * weight_;
  return place_.known + weight_ * value - half;
}

double SampleDistributions::ImageEdge(size_t image, int value) const noexcept {
  const double periods = static_cast<double>(image) - static_cast<double>(images_ / 2);
  return EdgeOf(value) + periods * (256 * weight_);
}

void SampleDistributions::BeginByte(const SoundKernels& kernels,
                                    const SamplePlace& place) noexcept {
  place_ = place;
  weight_ = static_cast<double>(uint32_t{1} << (8 * place.byte));
  begin_ = 0;
  any_interval_ = any_points_ = false;
  // From the lowest byte on, higher bytes not known yet: the values repeat.
  const bool repeats = !place.big_endian && !place.highest;
  const bool sparse = !place.big_endian && place.byte > 0;
  double most = 0;  // scale of those by intervals
  for (size_t i = 0; i < count_; ++i) {
    const double scale = 1.0 / inverses_[i];
    by_points_[i] = sparse && scale < kMostPointScale * weight_;
    const bool uniform = !by_points_[i] && repeats && scale > kMostImageScale * 256 * weight_;
    live_[i] = uniform ? 0.0 : 1.0;
    if (by_points_[i]) {
      any_points_ = true;
      FindPoints(kernels, i);
    } else if (!uniform) {
      any_interval_ = true;
      most = std::max(most, scale);
    }
  }
  images_ = 1;
  if (repeats) {
    FindImages(most);
  } else {
    shifted_ = centres_;
  }
  if (!any_interval_) {
    total_.fill(1.0);
  } else {
    for (size_t k = 0; k < images_; ++k) Below(kernels, ImageEdge(k, 0), from_[k]);
    MassTo(kernels, 256, total_);
  }
  for (size_t i = 0; any_points_ && i < count_; ++i) {
    if (by_points_[i]) total_[i] = PointsBelow(i, 0, 256);
  }
}

// Images of the byte's values beside the one that a centre lies in: as many as eight scales take.
void SampleDistributions::FindImages(double most) noexcept {
  const double period = 256 * weight_;
  const size_t beside = std::min<size_t>(static_cast<size_t>(8 * most / period) + 1, 3);
  images_ = 2 * beside + 1;
  for (size_t i = 0; i < count_; ++i) {
    const double periods = std::floor((centres_[i] - EdgeOf(0)) * (1 / period));
    shifted_[i] = centres_[i] - periods * period;
  }
}

void SampleDistributions::FindPoints(const SoundKernels& kernels, size_t i) noexcept {
  const double first =
      std::floor((centres_[i] - place_.known) / weight_) - (kPoints / 2 - 1);
  first_point_[i] = static_cast<int>(first);
  if (!place_.highest) first_point_[i] &= 255;
  // The points' lower ends, then their upper ends.
  alignas(64) std::array<double, 2 * kPoints> centres, inverses, below;
  for (int p = 0; p < kPoints; ++p) {
    const double value = place_.known + weight_ * (first + p);
    centres[static_cast<size_t>(p)] = centres_[i] - (value - 0.5);
    centres[static_cast<size_t>(p + kPoints)] = centres_[i] - (value + 0.5);
  }
  inverses.fill(inverses_[i]);
  kernels.below(centres.data(), inverses.data(), 0.0, 2 * kPoints, below.data());
  if (shapes_[i] != nullptr) {
    for (double& u : below) u = shapes_[i]->Below(u);
  }
  double sum = 0;
  for (size_t p = 0; p < kPoints; ++p) {
    point_sums_[i][p] = sum;
    sum += below[p + kPoints] - below[p];
  }
  point_sums_[i][kPoints] = sum;
}

double SampleDistributions::PointsBelow(size_t i, int from, int to) const noexcept {
  const auto& sums = point_sums_[i];
  const auto below = [&](int value) {
    return sums[static_cast<size_t>(std::clamp(value - first_point_[i], 0, kPoints))];
  };
  double mass = below(to) - below(from);
  if (!place_.highest) mass += below(to + 256) - below(from + 256);
  return mass;
}

void SampleDistributions::Below(const SoundKernels& kernels, double edge, Row& out) const noexcept {
  kernels.below(shifted_.data(), inverses_.data(), edge, count_, out.data());
  for (size_t i = 0; i < count_; ++i) {
    if (shapes_[i] != nullptr) out[i] = shapes_[i]->Below(out[i]);
  }
}

void SampleDistributions::MassTo(const SoundKernels& kernels, int value, Row& mass) noexcept {
  for (size_t k = 0; k < images_; ++k) {
    Below(kernels, ImageEdge(k, value), middle_[k]);
    for (size_t i = 0; i < count_; ++i) {
      const double part = middle_[k][i] - from_[k][i];
      mass[i] = k == 0 ? part : mass[i] + part;
    }
  }
}

void SampleDistributions::Split(const SoundKernels& kernels, int middle, int32_t* out) noexcept {
  split_ = middle;
  if (any_interval_) MassTo(kernels, middle, lower_);
  for (size_t i = 0; any_points_ && i < count_; ++i) {
    if (by_points_[i]) lower_[i] = PointsBelow(i, begin_, middle);
  }
  kernels.stretch(lower_.data(), total_.data(), live_.data(), kLeast * (middle - begin_), count_,
                  out);
}

void SampleDistributions::Choose(int bit) noexcept {
  if (bit != 0) {
    for (size_t i = 0; i < count_; ++i) total_[i] -= lower_[i];
    for (size_t k = 0; any_interval_ && k < images_; ++k) from_[k] = middle_[k];
    begin_ = split_;
  } else {
    total_ = lower_;
  }
}

}  // namespace lmzip
