// Predictions of a picture's next sample, and how good they have been around it (MIXER.md,
// "Pictures").
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/least_squares.h"
#include "mixer/sets/picture_samples.h"

namespace lmzip {

inline constexpr int kFraction = 16;  // predictions are in 1/16 of a sample's unit

/// The places of predictions: least squares, linear ones, what they come to together, and that
/// corrected by what it is usually off.
inline constexpr size_t kSquares = 6, kLinear = 24;
inline constexpr size_t kBlended = kSquares + kLinear, kCorrected = kBlended + 1;
inline constexpr size_t kPredictions = kCorrected + 1;

inline constexpr size_t kErrorLevels = 72;

/// 0..71 of a number: 0..3 below 16, then four a doubling.
constexpr size_t ErrorLevel(uint32_t error) noexcept {
  if (error < 16) return error / 4;
  const size_t bits = static_cast<size_t>(std::bit_width(error)) - 1;
  return std::min<size_t>(4 + (bits - 4) * 4 + (error >> (bits - 2) & 3), kErrorLevels - 1);
}

/// What a level of modelling uses.
struct PictureLevel {
  size_t first_square, end_square;  // those from the one up to the other
  size_t linear;                    // the first ones
  int solve_every;         // samples of a plane
  size_t histograms;       // of every prediction
  size_t contexts;
  size_t sets;             // of rows of weights
};
const PictureLevel& PictureLevelOf(const TypedSegment& segment) noexcept;

class PicturePredictions {
 public:
  explicit PicturePredictions(const SampleKernels& kernels);
  static size_t Bytes() noexcept;

  /// Predicts the sample at `place`, which is no padding.
  void Predict(const PictureForm& form, const PicturePlace& place, const Neighbours& near) noexcept;
  /// The sample was `sample`.
  void Learn(int sample) noexcept;

  /// The places of what the level has.
  std::span<const uint8_t> used() const noexcept { return used_; }
  /// In 1/kFraction.
  int prediction(size_t i) const noexcept { return predictions_[i]; }
  /// How far it was off around the sample: the weighed sum in 1/32 units, and its level.
  uint32_t error(size_t i) const noexcept { return errors_[i]; }
  size_t level(size_t i) const noexcept { return levels_[i]; }
  /// How far it is off at this level: the mean in 1/256 of 1/kFraction.
  int32_t usual_error(size_t i) const noexcept { return usual_[UsualPlace(i)]; }
  /// The prediction that was nearest at the sample above, and at the one coded last.
  size_t best_above() const noexcept { return best_above_; }
  size_t best_before() const noexcept { return best_before_; }

 private:
  using Row = std::array<uint16_t, kPredictions>;  // a sample's errors, in 1/4

  struct Bias {
    int32_t sum, count;  // of errors in 1/kFraction
  };
  static constexpr size_t kBiases = 4, kBiasContexts = 2048;

  void FillValues(LeastSquares& squares, size_t s) const noexcept;
  void PredictSquares() noexcept;
  void PredictLinear() noexcept;
  void MeasureErrors() noexcept;
  void Blend() noexcept;
  void Correct() noexcept;
  std::array<size_t, kBiases> BiasContexts() const noexcept;
  Row& ErrorsAt(size_t y, size_t column) noexcept {
    return rows_[(y % 3) * kMostColumns + column];
  }
  size_t UsualPlace(size_t i) const noexcept {
    return (i * kMostPlanes + place_.plane) * kErrorLevels + levels_[i];
  }
  LeastSquares& SquaresAt(size_t s) noexcept;

  std::deque<LeastSquares> running_;  // of every plane, one specification after the other
  std::deque<TiledSquares> tiled_;
  std::array<std::array<int, kMostPlanes>, kSquares> since_solved_{};
  ZeroedArray<Row> rows_;                 // the last three
  ZeroedArray<uint8_t> best_;             // of every column
  std::vector<int32_t> usual_;
  ZeroedArray<Bias> biases_;

  // The sample in progress.
  const PictureForm* form_ = nullptr;
  const PictureLevel* with_ = nullptr;
  std::vector<uint8_t> used_;
  PicturePlace place_;
  Neighbours near_{};
  std::array<int, kPredictions> predictions_{};
  std::array<uint32_t, kPredictions> errors_{};
  std::array<size_t, kPredictions> levels_{};
  std::array<size_t, kBiases> bias_contexts_{};
  size_t best_above_ = 0, best_before_ = 0;
};

}  // namespace lmzip
