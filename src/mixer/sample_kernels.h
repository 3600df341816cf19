// The arithmetic of models of samples; every set gives identical numbers: those in binary64 are
// computed element by element, by + - * / alone and in one order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.h"

namespace lmzip {

inline constexpr size_t kSquareStep = 8;     // what rows are multiples of
inline constexpr size_t kMostUnknowns = 47;  // of a system

/// A system of `n` unknowns is n rows of `stride` numbers: row i has the matrix's elements from its
/// diagonal on and, in place n, the right side. What is in front of the diagonal is not read, but
/// for what lies between it and the multiple of kSquareStep before.
struct SampleKernels {
  /// row i, from the diagonal on: system[i][j] = system[i][j] * decay + (x[i] * gain) * x[j], j up
  /// to `stride`; x[n] is the goal and what follows it 0.
  void (*accumulate)(const double* x, size_t n, size_t stride, double decay, double gain,
                     double* system);
  /// Adds the two at once: both systems get (x[i] * gain) * x[j].
  void (*accumulate_two)(const double* x, size_t n, size_t stride, double gain, double* first,
                         double* second);
  /// Eliminates column k from the rows below, for k = 0.. n - 1: f = row[k][i] * (1 / row[k][k]);
  /// row[i][j] -= f * row[k][j] for all i > k. False, and nothing promised, where a row's diagonal
  /// is not above `least`.
  bool (*eliminate)(size_t n, size_t stride, double least, double* system);
  /// Four sums of every fourth product each, ((0 + 1) + (2 + 3)) of them.
  double (*dot)(const double* a, const double* b, size_t count);

  /// sums[k] += 1 for k = from..255.
  void (*raise)(uint16_t* sums, size_t from);
  /// p16[i] = clamp(floor(65536 * parts[i] / wholes[i]), 1, 65535); parts and wholes are below
  /// 2^31, wholes above 0.
  void (*quotients)(const int32_t* parts, const int32_t* wholes, size_t count, int32_t* p16);

  /// The sum of those of 256 values that are in `set`, which has a bit each.
  uint32_t (*sum_of)(const uint32_t* values, const uint32_t* set);
  /// weighed[v] = values[v] * (factors[1] for those of 256 values that are in `set`, else
  /// factors[0]) / 2^10, below 2^32.
  void (*weigh)(const uint32_t* values, const uint32_t* set, const uint32_t* factors,
                uint32_t* weighed);
};

const SampleKernels& SampleKernelsFor(Isa isa);

extern const SampleKernels kPortableSamples;
extern const SampleKernels kAvx2Samples;
extern const SampleKernels kAvx512Samples;

}  // namespace lmzip
