// Arithmetic of the sound set on many binary64 numbers at once (MIXER.md, "Sound"). Every set of
// kernels gives the same numbers: sums have a fixed order, nothing is contracted.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.h"

namespace lmzip {

/// Partial sums of a dot product; lengths are multiples of it.
inline constexpr size_t kSoundLanes = 8;
/// Inputs of a least squares predictor, at most.
inline constexpr size_t kMostTaps = 64;

inline constexpr size_t SoundStride(size_t count) {
  return (count + kSoundLanes - 1) / kSoundLanes * kSoundLanes;
}

/// Pointers are aligned to 64 bytes, but for windows of samples.
struct SoundKernels {
  /// Lane l sums a[i] * window[i], i = l, l + 8, ...; then ((0+4)+(2+6)) + ((1+5)+(3+7)).
  double (*dot)(const double* a, const double* window, size_t count);
  /// a[i] += factor * window[i].
  void (*add)(double* a, double factor, const double* window, size_t count);
  /// The rows i < count of `square`, SoundStride(count) apart, from the group of eight of their
  /// diagonal on: s = s * keep + (gain * x[i]) * x[j];
  /// sums[j] = sums[j] * keep + (gain * y) * x[j].
  void (*accumulate)(double* square, double* sums, const double* x, size_t count, double keep,
                     double gain, double y);
  /// Solves square * result = sums by elimination without square roots; both are used up, below the
  /// diagonal nothing is read. False, and no result, where a pivot is not above 1e-12.
  bool (*solve)(double* square, double* sums, size_t count, double* result);
  /// out[i] = Logistic((edge - centres[i]) * inverses[i]).
  void (*below)(const double* centres, const double* inverses, double edge, size_t count,
                double* out);
  /// out[i] = 256 ln((total[i] - lower[i]) / lower[i]), both at least `least`, times live[i].
  void (*stretch)(const double* lower, const double* total, const double* live, double least,
                  size_t count, int32_t* out);
};

const SoundKernels& SoundKernelsFor(Isa isa);

extern const SoundKernels kPortableSoundKernels;
extern const SoundKernels kAvx2SoundKernels;

}  // namespace lmzip
