// Linear predictions whose weights fit what was seen last, in binary64 (MIXER.md, "Least squares").
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/sample_kernels.h"

namespace lmzip {

/// Fits weights to samples, the older of which count less and less. Values are to be within +-1024.
class LeastSquares {
 public:
  LeastSquares(const SampleKernels& kernels, size_t unknowns, double decay);
  static size_t Bytes(size_t unknowns) noexcept {
    return 2 * unknowns * StrideOf(unknowns) * sizeof(double);
  }

  size_t unknowns() const noexcept { return n_; }
  /// The values that the next prediction is made from, to be filled in: as many as unknowns.
  double* values() noexcept { return values_.data(); }
  double Predict() const noexcept { return kernels_.dot(values_.data(), weights_.data(), stride_); }

  /// The values were followed by `goal`, a sample that counts `gain`.
  void Learn(double goal, double gain) noexcept;
  /// Finds the weights anew; they stay where the samples do not tell.
  void Solve() noexcept { SolveOf(system_.data()); }

 protected:
  static constexpr size_t kMostPlaces = (kMostUnknowns + kSquareStep) / kSquareStep * kSquareStep;
  static size_t StrideOf(size_t unknowns) noexcept {
    return (unknowns + kSquareStep) / kSquareStep * kSquareStep;
  }
  void SolveOf(const double* system) noexcept;

  const SampleKernels& kernels_;
  const size_t n_, stride_;
  const double decay_;
  std::array<double, kMostPlaces> values_{}, weights_{};  // zeros behind n_
  std::vector<double> system_, eliminated_;
};

/// Fits weights to the samples near by in two dimensions: rows are cut into tiles, and a tile's
/// weights come from its own samples and those of the tiles around it in the rows above, the older
/// rows counting less and less.
class TiledSquares : public LeastSquares {
 public:
  TiledSquares(const SampleKernels& kernels, size_t unknowns, double row_decay, size_t tiles);
  static size_t Bytes(size_t unknowns, size_t tiles) noexcept {
    return LeastSquares::Bytes(unknowns) +
           (tiles + 1) * unknowns * StrideOf(unknowns) * sizeof(double);
  }

  /// What comes next is in `tile`, below the number of tiles; the weights are found anew where that
  /// is another one.
  void Go(size_t tile) noexcept;
  void Learn(double goal, double gain) noexcept;

 private:
  double* Tile(size_t tile) noexcept { return tiles_.data() + tile * n_ * stride_; }
  void Keep() noexcept;

  static constexpr size_t kNoTile = SIZE_MAX;
  const size_t tile_count_;
  const double row_decay_;
  ZeroedArray<double> tiles_;  // systems of the rows above
  std::vector<double> row_;    // of the tile's samples of this row
  size_t tile_ = kNoTile;
};

}  // namespace lmzip
