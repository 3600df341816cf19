// What predictions of a sample say of the bits of its bytes (MIXER.md, "Pictures").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/zeroed_array.h"
#include "mixer/sample_kernels.h"
#include "mixer/sets/picture_predictions.h"
#include "mixer/sets/picture_samples.h"

namespace lmzip {

/// A byte of a sample in terms of it: boundary m of the byte's values, 0..256, is the sample's
/// value m * step + first, less a half.
struct ByteRange {
  int step = 1, first = 0;
  bool wraps = false;  // the boundary is there once every 256, for it is the lower byte
};

/// The logistic distribution about a prediction.
struct LogisticExpert {
  int32_t center = 0;   // in 1/kFraction
  int32_t inverse = 0;  // of the scale
  int32_t begin = 0, middle = 0, end = 0;  // of the distribution up to the bits' boundaries
  uint32_t weight = 0;  // in the mixture, all of them 256
};

class PictureExperts {
 public:
  explicit PictureExperts(const SampleKernels& kernels);
  static size_t Bytes() noexcept;

  static constexpr size_t kMostInputs = 8 + 3 + 2 * (kSquares + 2) + 2 * kPredictions;

  /// The byte `place` says of a sample that is predicted so; `known` is the sample's byte before.
  void Begin(const PictureForm& form, const PicturePlace& place, const Neighbours& near,
             const PicturePredictions& predictions, uint8_t known) noexcept;
  /// Writes the inputs for the next bit, and tells how many.
  size_t Predict(int32_t* inputs) noexcept;
  void Update(int bit) noexcept;
  void Learn(uint8_t byte) noexcept;

  /// What the byte will be, if the corrected prediction is right.
  int expected() const noexcept { return centers_[kCorrected]; }
  /// The first of the values that the bits so far allow, and how many there are.
  int low() const noexcept { return low_; }
  int width() const noexcept { return width_; }

 private:
  static constexpr size_t kBytes = 2;         // of a sample
  static constexpr size_t kGroups = kMostPlanes * kBytes;  // planes and bytes, told apart
  static constexpr size_t kHistogramLevels = 20;
  static constexpr size_t kExact = 3, kExactContexts = 512;
  static constexpr size_t kSets = 2;          // of values that were seen
  static constexpr size_t kManyContexts = 65536, kFewContexts = 512;  // of sets, by their planes
  static constexpr size_t kAllSets = 4 * kManyContexts + kSets * kGroups * kFewContexts;
  static constexpr size_t kMasses = 32, kVisits = 16;

  using Histogram = std::array<uint16_t, 256>;  // running sums of counts
  using ValueSet = std::array<uint32_t, 8>;  // a bit each
  struct SeenSet {
    ValueSet values;
    uint32_t visits;
    bool Has(uint32_t value) const noexcept {
      return (values[value / 32] >> (value % 32) & 1) != 0;
    }
  };

  int32_t Below(const LogisticExpert& expert, int boundary) const noexcept;
  void FindRange(const PictureForm& form, const PicturePlace& place, uint8_t known) noexcept;
  void BeginLogistic(const PicturePredictions& predictions) noexcept;
  void BeginHistograms(const PictureForm& form, const Neighbours& near,
                       const PicturePredictions& predictions) noexcept;
  void BeginSets(const PictureForm& form, const Neighbours& near, uint8_t known) noexcept;
  SeenSet& SetAt(size_t set, size_t context) noexcept;
  void AddValues(const LogisticExpert& expert, uint32_t weight) noexcept;
  void MixValues() noexcept;
  void Restrict() noexcept;
  void AskHistogram(const Histogram& sums, int center, size_t i) noexcept;
  void CountIn(Histogram& sums, uint8_t byte, int center) noexcept;

  const SampleKernels& kernels_;
  ZeroedArray<Histogram> histograms_, exact_;
  ZeroedArray<SeenSet> sets_;
  std::array<uint16_t, kSets * kGroups * kVisits * kMasses> expected_seen_;  // probabilities

  // The byte in progress.
  ByteRange range_;
  size_t group_ = 0;
  std::array<LogisticExpert, 2 * (kSquares + 2)> logistic_;
  size_t logistic_count_ = 0;
  std::span<const uint8_t> used_;
  size_t histograms_each_ = 0;
  std::array<int, kPredictions> centers_{};  // of bytes
  std::array<std::array<uint32_t, 2>, kPredictions> histogram_places_{};
  std::array<int, kExact> exact_centers_{};
  std::array<uint32_t, kExact> exact_places_{};
  std::array<SeenSet*, kSets> seen_{};
  std::array<int, kSets> seen_centers_{};
  std::array<size_t, kSets> seen_places_{};     // of expected_seen_
  std::array<uint32_t, 256> values_{};          // the mixture, of 2^20
  // Sums of it below every value: of those allowed by the first set, by the second, by both.
  std::array<std::array<uint32_t, 257>, kSets + 1> allowed_{};

  // The bits in progress.
  int low_ = 0, width_ = 256;
  std::array<int32_t, kMostInputs> parts_{}, wholes_{}, p16_{};
};

}  // namespace lmzip
