#include <immintrin.h>

#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

void Dot(const int32_t* inputs, int count, int32_t* const* rows, int row_count, int32_t* sums) {
  for (int r = 0; r < row_count; ++r) {
    __m256i sum = _mm256_setzero_si256();
    for (int i = 0; i < count; i += 8) {
      const __m256i x = _mm256_load_si256(reinterpret_cast<const __m256i*>(inputs + i));
      const __m256i w = _mm256_load_si256(reinterpret_cast<const __m256i*>(rows[r] + i));
      sum = _mm256_add_epi32(sum, _mm256_srai_epi32(_mm256_mullo_epi32(x, w), 8));
    }
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1));
    sums[r] = _mm_cvtsi128_si32(s);
  }
}

void Train(const int32_t* inputs, int count, int32_t* const* rows, int row_count,
           const int32_t* errors) {
  const __m256i half = _mm256_set1_epi32(1 << (kErrorBits - 1));
  const __m256i high = _mm256_set1_epi32(kMaxWeight), low = _mm256_set1_epi32(-kMaxWeight);
  for (int r = 0; r < row_count; ++r) {
    const __m256i error = _mm256_set1_epi32(errors[r]);
    for (int i = 0; i < count; i += 8) {
      const __m256i x = _mm256_load_si256(reinterpret_cast<const __m256i*>(inputs + i));
      __m256i* row = reinterpret_cast<__m256i*>(rows[r] + i);
      const __m256i step =
          _mm256_srai_epi32(_mm256_add_epi32(_mm256_mullo_epi32(x, error), half), kErrorBits);
      const __m256i w = _mm256_add_epi32(_mm256_load_si256(row), step);
      _mm256_store_si256(row, _mm256_min_epi32(_mm256_max_epi32(w, low), high));
    }
  }
}

}  // namespace

const MixKernels kAvx2Kernels = {Dot, Train};

}  // namespace lmzip
