// One layer of weights, each the sum of two (MIXER.md, "Pairs").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/zeroed_array.h"
#include "mixer/mix_kernels.h"

namespace lmzip {

/// Mixes up to kRowStep inputs by the sum of two rows of weights, one of each set, which learn
/// together: an error is found once, not for each row as in RowMixer, and there is no last layer.
class PairMixer {
 public:
  static constexpr size_t kSetsOfPair = 2;
  using Row = std::array<int32_t, kRowStep>;

  /// `first`: the weights of a row that was not used yet, in 1/2^16, the last one not 0.
  PairMixer(const MixKernels& kernels, const std::array<size_t, kSetsOfPair>& rows,
            const Row& first, int32_t rate);
  static size_t Bytes(const std::array<size_t, kSetsOfPair>& rows) noexcept;

  /// Between bits. REQUIRES: `other` was made of the same.
  void CopyFrom(const PairMixer& other) noexcept { rows_.CopyFrom(other.rows_); }

  /// The inputs of the next bit, within +-4096, to be filled in before Mix().
  int32_t* inputs() noexcept { return inputs_.data(); }

  /// The result is logistic, within +-kStretchLimit.
  int Mix(const std::array<size_t, kSetsOfPair>& selected) noexcept;
  void Update(int bit) noexcept;

 private:
  int32_t* RowAt(size_t set, size_t row) noexcept;

  const MixKernels& kernels_;
  const Row first_;
  const int32_t rate_;
  const size_t second_begin_;  // of the second set's rows

  struct alignas(64) StoredRow {
    Row weights;
  };
  ZeroedArray<StoredRow> rows_;

  // The bit in progress.
  alignas(64) Row inputs_{};
  std::array<int32_t*, kSetsOfPair> used_{};
  int result_ = 0;
};

}  // namespace lmzip
