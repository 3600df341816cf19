// Two layers of gated weights, of any number of inputs and of rows (MIXER.md, "Rows").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/mix_kernels.h"

namespace lmzip {

/// Mixes inputs by one selected row of weights of every set, and the rows' results by one row of
/// every last set; the mean of these is the result. A mix may leave out the last inputs and the
/// last sets: their weights stay.
class RowMixer {
 public:
  static constexpr size_t kMostSets = 16;
  static constexpr size_t kLastSets = 2;

  struct Rates {
    int32_t row;    // in the long run, and
    int32_t early;  // more by this over (updates + 16)
    int32_t last;   // of the last rows
  };
  struct Shape {
    std::vector<size_t> set_rows;  // of every set
    std::array<size_t, kLastSets> last_rows{};
    std::vector<int32_t> first_weights;  // of the inputs, in 1/2^16; as many as there are
    Rates rates{};
  };

  RowMixer(const MixKernels& kernels, Shape shape);
  /// Memory of its rows.
  static size_t Bytes(const Shape& shape) noexcept;

  /// The inputs of the next bit, within +-4096, to be filled in before Mix().
  int32_t* inputs() noexcept { return inputs_.data(); }

  /// Fetches the begin of a row of a set for a Mix() to come.
  void Prefetch(size_t set, size_t row) const noexcept {
    PrefetchRange(&rows_[(set_begin_[set] + row) * stride_], 4 * kCacheLineBytes);
  }

  /// Mixes the first `count` inputs by row selected[s] of the first selected.size() sets and by row
  /// last[s] of the last ones; the result is logistic.
  int Mix(size_t count, std::span<const uint32_t> selected,
          const std::array<uint32_t, kLastSets>& last) noexcept;

  void Update(int bit) noexcept;

 private:
  // A row: its weights, as many as inputs; then the number of its updates and one, 0 when it was
  // never used.
  int32_t* RowAt(size_t set, size_t row) noexcept;
  int32_t* LastRowAt(size_t set, size_t row) noexcept;
  size_t LastStride() const noexcept { return kMostSets + kRowStep; }

  const MixKernels& kernels_;
  const Shape shape_;
  const size_t stride_;             // of rows
  std::vector<size_t> set_begin_;   // the number of every set's first row
  ZeroedArray<int32_t> rows_, last_rows_;

  // The bit in progress.
  alignas(64) std::array<int32_t, kMostRowInputs> inputs_{};
  alignas(64) std::array<int32_t, kMostSets> outputs_{};
  size_t count_ = 0, sets_ = 0;
  std::array<int32_t*, kMostSets> used_{};
  std::array<int32_t*, kLastSets> used_last_{};
  std::array<int32_t, kLastSets> results_{};
};

}  // namespace lmzip
