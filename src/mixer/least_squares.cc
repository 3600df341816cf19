#include "mixer/least_squares.h"

#include <algorithm>

#include "base/check.h"

namespace lmzip {
namespace {

constexpr double kRidge = 1.0;         // added to the diagonal
constexpr double kLeastPivot = 1e-3;   // of elimination
constexpr double kMostWeight = 1024;   // weights beyond are none
constexpr double kBesideShare = 0.5;   // of the tiles left and right

}  // namespace

LeastSquares::LeastSquares(const SampleKernels& kernels, size_t unknowns, double decay)
    : kernels_(kernels),
      n_(unknowns),
      stride_(StrideOf(unknowns)),
      decay_(decay),
      system_(n_ * stride_),
      eliminated_(n_ * stride_) {
  LMZIP_CHECK(unknowns <= kMostUnknowns);
}

void LeastSquares::Learn(double goal, double gain) noexcept {
  values_[n_] = goal;
  kernels_.accumulate(values_.data(), n_, stride_, decay_, gain, system_.data());
  values_[n_] = 0;
}

void LeastSquares::SolveOf(const double* system) noexcept {
  std::copy_n(system, n_ * stride_, eliminated_.data());
  for (size_t i = 0; i < n_; ++i) eliminated_[i * stride_ + i] += kRidge;
  if (!kernels_.eliminate(n_, stride_, kLeastPivot, eliminated_.data())) return;
  std::array<double, kMostPlaces> found{};
  for (size_t i = n_; i-- > 0;) {
    const double* const row = eliminated_.data() + i * stride_;
    const size_t from = (i + 1) / 4 * 4;  // where `found` is 0 still, or known
    const double known = kernels_.dot(row + from, found.data() + from, stride_ - from);
    found[i] = (row[n_] - known) / row[i];
    if (!(found[i] > -kMostWeight && found[i] < kMostWeight)) return;
  }
  weights_ = found;
}

TiledSquares::TiledSquares(const SampleKernels& kernels, size_t unknowns, double row_decay,
                           size_t tiles)
    : LeastSquares(kernels, unknowns, 1.0),
      tile_count_(tiles),
      row_decay_(row_decay),
      tiles_(tiles * n_ * stride_),
      row_(n_ * stride_) {}

void TiledSquares::Learn(double goal, double gain) noexcept {
  values_[n_] = goal;
  kernels_.accumulate_two(values_.data(), n_, stride_, gain, system_.data(), row_.data());
  values_[n_] = 0;
}

// The tile's samples of this row become samples of the rows above.
void TiledSquares::Keep() noexcept {
  double* const tile = Tile(tile_);
  for (size_t i = 0; i < row_.size(); ++i) tile[i] = tile[i] * row_decay_ + row_[i];
  std::ranges::fill(row_, 0.0);
}

void TiledSquares::Go(size_t tile) noexcept {
  if (tile == tile_) return;
  if (tile_ != kNoTile) Keep();
  tile_ = tile;
  const double* const here = Tile(tile);
  const double* const left = tile > 0 ? Tile(tile - 1) : nullptr;
  const double* const right = tile + 1 < tile_count_ ? Tile(tile + 1) : nullptr;
  for (size_t i = 0; i < system_.size(); ++i) {
    double beside = 0;
    if (left != nullptr) beside += left[i];
    if (right != nullptr) beside += right[i];
    system_[i] = here[i] + kBesideShare * beside;
  }
  Solve();
}

}  // namespace lmzip
