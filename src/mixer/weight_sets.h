// Two layers of gated weights (MIXER.md, "Mixing").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/context_bank.h"
#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"

namespace lmzip {

inline constexpr size_t kFinalRows = 256;

/// Rows of every set, by what selects them (MIXER.md); twice, without and with the network.
inline constexpr std::array<size_t, kSets> kSetRows = {256, 256, 144, 2048, 256, 256};

/// Where every set begins, and where the last one ends: rows with and without the network.
inline constexpr std::array<size_t, kSets + 1> kSetBegin = [] {
  std::array<size_t, kSets + 1> begin{};
  for (size_t s = 0; s < kSets; ++s) begin[s + 1] = begin[s] + 2 * kSetRows[s];
  return begin;
}();
inline constexpr size_t kAllRows = kSetBegin[kSets];
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

  /// Between bits. REQUIRES: `other` has the same first weights.
  void CopyFrom(const WeightSets& other) noexcept {
    rows_.CopyFrom(other.rows_);
    final_rows_.CopyFrom(other.final_rows_);
  }

  /// The inputs of the next bit, to be filled in before Mix(); the last place stays 0.
  int32_t* inputs() noexcept { return mix_.inputs.data(); }

  /// Fetches a row of a set for a Mix() to come.
  void Prefetch(bool network, size_t set, size_t row) const noexcept {
    PrefetchRange(&rows_[IndexOf(network, set, row)], sizeof(WeightRow));
  }

  /// Mixes the inputs by row selected[s] of every set s and by `final_row` of the last layer; the
  /// result is logistic.
  int Mix(bool network, const std::array<size_t, kSets>& selected, size_t final_row) noexcept;

  void Update(int bit) noexcept;

  /// Overwrites the rows that were used, in the form of FirstWeights.
  void Export(std::span<int16_t> rows, std::span<int16_t> final_rows) const noexcept;

 private:
  static constexpr size_t IndexOf(bool network, size_t set, size_t row) noexcept {
    return kSetBegin[set] + row + (network ? kSetRows[set] : 0);
  }
  void Touch(WeightRow& row, size_t index) const noexcept;
  void TouchFinal(FinalRow& row, size_t index) const noexcept;

  const MixKernels& kernels_;
  FirstWeights first_;
  ZeroedArray<WeightRow> rows_;       // of all sets; the place that is no weight counts updates
  ZeroedArray<FinalRow> final_rows_;  // and tells here whether the row was used
  BitMix mix_;                        // of the bit in progress
};

}  // namespace lmzip
