// The kernels, for the compiler to make of them what an instruction set has.
// Everything is local to the file that includes this: each has its own compiler options.
#pragma once

#include <cstddef>

#include "mixer/sample_kernels.h"

namespace lmzip {
namespace {

constexpr size_t FirstOfRow(size_t i) { return i / kSquareStep * kSquareStep; }

// Fixed numbers of elements are what compilers make vectors of.
inline void ScaleAndAdd(double decay, double factor, const double* x, double* row) {
  for (size_t l = 0; l < kSquareStep; ++l) row[l] = row[l] * decay + factor * x[l];
}
inline void Add(double factor, const double* x, double* row) {
  for (size_t l = 0; l < kSquareStep; ++l) row[l] = row[l] + factor * x[l];
}
inline void Subtract(double factor, const double* x, double* row) {
  for (size_t l = 0; l < kSquareStep; ++l) row[l] = row[l] - factor * x[l];
}

void Accumulate(const double* x, size_t n, size_t stride, double decay, double gain,
                double* __restrict system) {
  for (size_t i = 0; i < n; ++i) {
    const double factor = x[i] * gain;
    double* const row = system + i * stride;
    for (size_t j = FirstOfRow(i); j < stride; j += kSquareStep) {
      ScaleAndAdd(decay, factor, x + j, row + j);
    }
  }
}

void AccumulateTwo(const double* x, size_t n, size_t stride, double gain, double* __restrict first,
                   double* __restrict second) {
  for (size_t i = 0; i < n; ++i) {
    const double factor = x[i] * gain;
    for (size_t j = FirstOfRow(i); j < stride; j += kSquareStep) {
      Add(factor, x + j, first + i * stride + j);
      Add(factor, x + j, second + i * stride + j);
    }
  }
}

bool Eliminate(size_t n, size_t stride, double least, double* system) {
  for (size_t k = 0; k < n; ++k) {
    const double* const pivot = system + k * stride;
    if (!(pivot[k] > least)) return false;
    const double inverse = 1 / pivot[k];
    for (size_t i = k + 1; i < n; ++i) {
      const double factor = pivot[i] * inverse;
      double* const row = system + i * stride;
      for (size_t j = FirstOfRow(i); j < stride; j += kSquareStep) {
        Subtract(factor, pivot + j, row + j);
      }
    }
  }
  return true;
}

double Dot(const double* a, const double* b, size_t count) {
  double sums[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < count; i += 4) {
    for (size_t l = 0; l < 4; ++l) sums[l] = sums[l] + a[i + l] * b[i + l];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void Raise(uint16_t* sums, size_t from) {
  for (size_t k = from; k % 16 != 0; ++k) ++sums[k];
  for (size_t k = (from + 15) / 16 * 16; k < 256; k += 16) {
    for (size_t l = 0; l < 16; ++l) sums[k + l] = static_cast<uint16_t>(sums[k + l] + 1);
  }
}

// A quotient of binary64 is at least 2^-31 of itself below the next integer, so that no rounding
// reaches it.
void Quotients(const int32_t* parts, const int32_t* wholes, size_t count, int32_t* p16) {
  for (size_t i = 0; i < count; ++i) {
    const double p = static_cast<double>(parts[i]) * 65536.0 / static_cast<double>(wholes[i]);
    const int32_t floor = static_cast<int32_t>(p);
    p16[i] = floor < 1 ? 1 : floor > 65535 ? 65535 : floor;
  }
}

uint32_t SumOf(const uint32_t* values, const uint32_t* set) {
  uint32_t sum = 0;
  for (size_t word = 0; word < 8; ++word) {
    for (uint32_t l = 0; l < 32; ++l) sum += values[32 * word + l] & (0 - (set[word] >> l & 1));
  }
  return sum;
}

void Weigh(const uint32_t* values, const uint32_t* set, const uint32_t* factors,
           uint32_t* __restrict weighed) {
  const uint32_t differ = factors[0] ^ factors[1];
  for (size_t word = 0; word < 8; ++word) {
    for (uint32_t l = 0; l < 32; ++l) {
      const uint32_t factor = factors[0] ^ (differ & (0 - (set[word] >> l & 1)));
      const uint64_t product = uint64_t{values[32 * word + l]} * factor;
      weighed[32 * word + l] = static_cast<uint32_t>(product >> 10);
    }
  }
}

constexpr SampleKernels kKernels = {Accumulate, AccumulateTwo, Eliminate, Dot,
                                    Raise,      Quotients,     SumOf,     Weigh};

}  // namespace
}  // namespace lmzip
