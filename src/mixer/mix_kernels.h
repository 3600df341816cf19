// The mixer's arithmetic on many numbers at once; every set gives identical integers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/cpu.h"

namespace lmzip {

inline constexpr int kWeightBits = 16;  // a weight of 1 is 2^16
inline constexpr int32_t kMaxWeight = (1 << 19) - 1;
inline constexpr int kErrorBits = 14;  // an update is (input * error + 2^13) >> 14

inline constexpr size_t kMostCounters = 32;

struct alignas(64) CounterStates {
  std::array<uint32_t, kMostCounters> cells;
  std::array<uint32_t, kMostCounters> nodes;
};

struct MixKernels {
  /// sums[r] = sum of (inputs[i] * rows[r][i]) >> 8 over `count` inputs, a multiple of 16; inputs
  /// and rows are aligned to 64 bytes.
  void (*dot)(const int32_t* inputs, int count, int32_t* const* rows, int row_count, int32_t* sums);
  /// rows[r][i] += (inputs[i] * errors[r] + 2^13) >> 14, clamped to +-kMaxWeight.
  void (*train)(const int32_t* inputs, int count, int32_t* const* rows, int row_count,
                const int32_t* errors);
  /// The states of `count` cells and as many nodes learn a bit (counters.h), each by itself. The
  /// arrays are aligned to 64 bytes, with room for the next multiple of 16 of them.
  void (*learn)(const CounterStates& before, int count, int bit, CounterStates& after);
};

const MixKernels& MixKernelsFor(Isa isa);

extern const MixKernels kPortableKernels;
extern const MixKernels kAvx2Kernels;
extern const MixKernels kAvx512Kernels;

}  // namespace lmzip
