// The mixer's arithmetic on many numbers at once; every set gives identical integers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "mixer/logistic.h"

namespace lmzip {

inline constexpr int kWeightBits = 16;  // a weight of 1 is 2^16
inline constexpr int32_t kMaxWeight = (1 << 19) - 1;
inline constexpr int kErrorBits = 14;  // an update is (input * error + 2^13) >> 14

inline constexpr size_t kInputs = 48;      // of a mix, with room for a row's count of updates
inline constexpr size_t kSets = 6;         // rows that mix them
inline constexpr size_t kFinalPlaces = 8;  // kSets, with room for a mark

/// Weights of the inputs; the last place, whose input is always 0, is not a weight.
struct alignas(64) WeightRow {
  std::array<int32_t, kInputs> weights;
};

/// Weights of the rows' outputs; the places from kSets on are not weights.
struct alignas(32) FinalRow {
  std::array<int32_t, kFinalPlaces> weights;
};

/// One bit's mix: what was mixed by which weights, and what came of it.
struct BitMix {
  alignas(64) std::array<int32_t, kInputs> inputs{};
  std::array<WeightRow*, kSets> rows{};
  FinalRow* final_row = nullptr;
  alignas(32) std::array<int32_t, kFinalPlaces> outputs{};  // of the rows, then zeros
  int32_t result = 0;
};

/// The steps that a mix's weights are to take.
struct MixErrors {
  std::array<int32_t, kSets> rows;
  int32_t final_row;
};

inline constexpr size_t kMostCounters = 32;

struct alignas(64) CounterStates {
  std::array<uint32_t, kMostCounters> cells;
  std::array<uint16_t, kMostCounters> nodes;
};

struct MixKernels {
  /// outputs[r] = the sum of (inputs[i] * rows[r][i]) >> 8, >> 8, clamped to +-kStretchLimit;
  /// result = the sum of (outputs[r] * final_row[r]) >> 8, >> 8, clamped to +-kSquashLimit.
  void (*mix)(BitMix& mix);
  /// A weight += (its input * its row's error + 2^13) >> 14, clamped to +-kMaxWeight. The places
  /// that are no weights stay, if they are in that range.
  void (*train)(const BitMix& mix, const MixErrors& errors);
  /// The states of `count` cells and as many nodes learn a bit (counters.h), each by itself; those
  /// behind them may change.
  void (*learn)(const CounterStates& before, size_t count, int bit, CounterStates& after);
  /// outputs[r] = the sum of (inputs[i] * rows[r][i]) >> 8, >> 8, clamped to +-kStretchLimit, of
  /// any number of rows; `count` is a multiple of kRowStep, all are aligned to 64 bytes.
  void (*mix_rows)(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
                   int32_t* outputs);
  /// A weight += (its input * its row's error + 2^13) >> 14, clamped to +-kMaxWeight.
  void (*train_rows)(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
                     const int32_t* errors);
  /// The sum of (inputs[i] * (first[i] + second[i])) >> 8, >> 8, clamped to +-kStretchLimit, of
  /// kRowStep inputs; all are aligned to 64 bytes.
  int32_t (*mix_pair)(const int32_t* inputs, const int32_t* first, const int32_t* second);
  /// A weight of either += (its input * error + 2^13) >> 14, clamped to +-kMaxPairWeight.
  void (*train_pair)(const int32_t* inputs, int32_t error, int32_t* first, int32_t* second);
};

inline constexpr int32_t kMaxPairWeight = kMaxWeight / 2;

inline constexpr size_t kRowStep = 16;
inline constexpr size_t kMostRowInputs = 240;  // no sum exceeds 32 bits

const MixKernels& MixKernelsFor(Isa isa);

extern const MixKernels kPortableKernels;
extern const MixKernels kAvx2Kernels;
extern const MixKernels kAvx512Kernels;
extern const MixKernels kNeonKernels;

}  // namespace lmzip
