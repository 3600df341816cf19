// The sound set's kernels in vectors of kVectorBytes, which the file that includes this defines:
// each is compiled with options of its own, and everything is local to it.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "mixer/sets/sound_kernels.h"

namespace lmzip {
namespace {

constexpr size_t kWidth = kVectorBytes / sizeof(double);
constexpr size_t kParts = kSoundLanes / kWidth;  // vectors of eight lanes

typedef double Vector __attribute__((vector_size(kVectorBytes)));
typedef double LooseVector __attribute__((vector_size(kVectorBytes), aligned(8)));
typedef uint64_t Words __attribute__((vector_size(kVectorBytes)));

inline Vector& At(double* p) { return *reinterpret_cast<Vector*>(p); }
inline Vector At(const double* p) { return *reinterpret_cast<const Vector*>(p); }
inline Vector LooseAt(const double* p) { return *reinterpret_cast<const LooseVector*>(p); }
inline Vector Splat(double value) { return Vector{} + value; }
inline Vector Choose(Words mask, Vector a, Vector b) {
  return reinterpret_cast<Vector>((mask & reinterpret_cast<Words>(a)) |
                                  (~mask & reinterpret_cast<Words>(b)));
}
inline Vector Max(Vector a, Vector b) { return Choose(reinterpret_cast<Words>(a > b), a, b); }
inline Vector Min(Vector a, Vector b) { return Choose(reinterpret_cast<Words>(a < b), a, b); }

// Adding it rounds to a whole number, which the lowest bits of the sum then are.
constexpr double kRounder = 6755399441055744.0;  // 1.5 * 2^52

// 2^x of x within +-1000.
inline Vector Exp2(Vector x) {
  const Vector whole = x + kRounder;
  const Vector f = x - (whole - kRounder);
  Vector p = Splat(1.5403530393381609e-4);
  p = p * f + 1.3333558146428443e-3;
  p = p * f + 9.618129107628477e-3;
  p = p * f + 5.550410866482158e-2;
  p = p * f + 0.2402265069591007;
  p = p * f + 0.6931471805599453;
  p = p * f + 1.0;
  return reinterpret_cast<Vector>(reinterpret_cast<Words>(p) +
                                  (reinterpret_cast<Words>(whole) << 52));
}

// Of positive normal numbers, to a hundred-thousandth.
inline Vector Log2(Vector x) {
  const Words bits = reinterpret_cast<Words>(x);
  const Vector exponent = reinterpret_cast<Vector>((bits >> 52) | 0x4330000000000000u) -
                          (4503599627370496.0 + 1023.0);
  const Vector m =
      reinterpret_cast<Vector>((bits & 0xFFFFFFFFFFFFFu) | 0x3FF0000000000000u);
  const Vector s = (m - 1.0) / (m + 1.0), q = s * s;
  Vector p = 0.5770780163555854 + q * 0.4121985831111324;
  p = 0.9617966939259756 + q * p;
  p = 2.8853900817779268 + q * p;
  return exponent + s * p;
}

inline double SumOf(const std::array<double, kSoundLanes>& s) {
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

double Dot(const double* a, const double* window, size_t count) {
  Vector sums[kParts] = {};
  for (size_t i = 0; i < count; i += kSoundLanes) {
    for (size_t p = 0; p < kParts; ++p) {
      sums[p] += At(a + i + p * kWidth) * LooseAt(window + i + p * kWidth);
    }
  }
  std::array<double, kSoundLanes> lanes;
  std::memcpy(lanes.data(), sums, sizeof(lanes));
  return SumOf(lanes);
}

void Add(double* a, double factor, const double* window, size_t count) {
  for (size_t i = 0; i < count; i += kWidth) At(a + i) += factor * LooseAt(window + i);
}

void Accumulate(double* square, double* sums, const double* x, size_t count, double keep,
                double gain, double y) {
  const size_t stride = SoundStride(count);
  for (size_t i = 0; i < count; ++i) {
    const double share = gain * x[i];
    double* const row = square + i * stride;
    for (size_t j = i / kSoundLanes * kSoundLanes; j < stride; j += kWidth) {
      At(row + j) = At(row + j) * keep + share * At(x + j);
    }
  }
  const double share = gain * y;
  for (size_t j = 0; j < stride; j += kWidth) {
    At(sums + j) = At(sums + j) * keep + share * At(x + j);
  }
}

bool Solve(double* square, double* sums, size_t count, double* result) {
  const size_t stride = SoundStride(count);
  std::array<double, kMostTaps> inverses;
  for (size_t k = 0; k < count; ++k) {
    const double* const pivot_row = square + k * stride;
    if (!(pivot_row[k] > 1e-12)) return false;
    inverses[k] = 1.0 / pivot_row[k];
    for (size_t i = k + 1; i < count; ++i) {
      const double factor = pivot_row[i] * inverses[k];
      double* const row = square + i * stride;
      for (size_t j = i / kSoundLanes * kSoundLanes; j < stride; j += kWidth) {
        At(row + j) -= factor * At(pivot_row + j);
      }
      sums[i] -= factor * sums[k];
    }
  }
  alignas(64) std::array<double, kMostTaps> found{};
  for (size_t k = count; k-- > 0;) {
    const size_t from = k / kSoundLanes * kSoundLanes;
    found[k] = (sums[k] - Dot(square + k * stride + from, found.data() + from, stride - from)) *
               inverses[k];
  }
  std::copy_n(found.begin(), stride, result);
  return true;
}

void Below(const double* centres, const double* inverses, double edge, size_t count, double* out) {
  for (size_t i = 0; i < count; i += kWidth) {
    const Vector z = (edge - At(centres + i)) * At(inverses + i);
    const Vector within = Min(Max(z, Splat(-32)), Splat(32));
    At(out + i) = 1.0 / (1.0 + Exp2(within * -1.4426950408889634));
  }
}

void Stretch(const double* lower, const double* total, const double* live, double least,
             size_t count, int32_t* out) {
  for (size_t i = 0; i < count; i += kWidth) {
    const Vector low = Max(At(lower + i), Splat(least));
    const Vector high = Max(At(total + i) - At(lower + i), Splat(least));
    const Vector x = Log2(high / low) * 177.445678223346;
    const Vector within = Min(Max(x, Splat(-2047)), Splat(2047)) * At(live + i);
    const Words words = reinterpret_cast<Words>(within + kRounder);
    for (size_t j = 0; j < kWidth; ++j) {
      out[i + j] = static_cast<int32_t>(static_cast<uint32_t>(words[j]));
    }
  }
}

constexpr SoundKernels kKernels = {Dot, Add, Accumulate, Solve, Below, Stretch};

}  // namespace
}  // namespace lmzip
