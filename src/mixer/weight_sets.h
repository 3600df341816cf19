// Two layers of gated weights (MIXER.md, "Mixing").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/context_bank.h"
#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/zeroed_array.h"

namespace lmzip {

inline constexpr size_t kInputs = 48;  // with room for the count of updates
inline constexpr size_t kSets = 6;
inline constexpr size_t kFinalRows = 256;

/// Rows of every set, by what selects them (MIXER.md); twice, without and with the network.
inline constexpr std::array<size_t, kSets> kSetRows = {256, 256, 144, 2048, 256, 256};

/// In all, with and without the network.
inline constexpr size_t kAllRows = [] {
  size_t rows = 0;
  for (size_t n : kSetRows) rows += 2 * n;
  return rows;
}();
inline constexpr size_t kAllFinalRows = 2 * kFinalRows;

/// Trained weights in 1/2^12: rows in the order of kSetRows, each set's without the network first.
struct FirstWeights {
  const int16_t* rows = nullptr;        // kAllRows x kInputs
  const int16_t* final_rows = nullptr;  // kAllFinalRows x kSets
};

class WeightSets {
 public:
  /// `first`: null where nothing was trained; must outlive this.
  WeightSets(const MixKernels& kernels, const FirstWeights& first);

  /// Mixes `inputs` by row selected[s] of every set s and by `final_row` of the last layer; the
  /// result is logistic. The inputs must stay until Update().
  int Mix(const int32_t* inputs, bool network, const std::array<size_t, kSets>& selected,
          size_t final_row) noexcept;

  void Update(int bit) noexcept;

  /// Overwrites the rows that were used, in the form of FirstWeights.
  void Export(std::span<int16_t> rows, std::span<int16_t> final_rows) const noexcept;

 private:
  // The inputs' weights; the last place, whose input is always 0, counts the updates.
  struct alignas(64) Row {
    std::array<int32_t, kInputs> weights;
  };
  struct FinalRow {
    std::array<int32_t, kSets> weights;
    int32_t touched;  // 0 before the first use
  };

  void Touch(Row& row, size_t index) const noexcept;
  void TouchFinal(FinalRow& row, size_t index) const noexcept;

  const MixKernels& kernels_;
  FirstWeights first_;
  std::array<ZeroedArray<Row>, kSets> rows_;
  ZeroedArray<FinalRow> final_rows_;

  // The bit in progress.
  const int32_t* inputs_ = nullptr;
  std::array<int32_t*, kSets> used_{};
  FinalRow* used_final_ = nullptr;
  std::array<int32_t, kSets> outputs_{};
  int result_ = 0;
};

}  // namespace lmzip
