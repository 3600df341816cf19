#include <immintrin.h>

#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

void Dot(const int32_t* inputs, int count, int32_t* const* rows, int row_count, int32_t* sums) {
  for (int r = 0; r < row_count; ++r) {
    __m512i sum = _mm512_setzero_si512();
    for (int i = 0; i < count; i += 16) {
      const __m512i x = _mm512_load_si512(inputs + i);
      const __m512i w = _mm512_load_si512(rows[r] + i);
      sum = _mm512_add_epi32(sum, _mm512_srai_epi32(_mm512_mullo_epi32(x, w), 8));
    }
    sums[r] = _mm512_reduce_add_epi32(sum);
  }
}

void Train(const int32_t* inputs, int count, int32_t* const* rows, int row_count,
           const int32_t* errors) {
  const __m512i half = _mm512_set1_epi32(1 << (kErrorBits - 1));
  const __m512i high = _mm512_set1_epi32(kMaxWeight), low = _mm512_set1_epi32(-kMaxWeight);
  for (int r = 0; r < row_count; ++r) {
    const __m512i error = _mm512_set1_epi32(errors[r]);
    for (int i = 0; i < count; i += 16) {
      const __m512i x = _mm512_load_si512(inputs + i);
      const __m512i step =
          _mm512_srai_epi32(_mm512_add_epi32(_mm512_mullo_epi32(x, error), half), kErrorBits);
      const __m512i w = _mm512_add_epi32(_mm512_load_si512(rows[r] + i), step);
      _mm512_store_si512(rows[r] + i, _mm512_min_epi32(_mm512_max_epi32(w, low), high));
    }
  }
}

}  // namespace

const MixKernels kAvx512Kernels = {Dot, Train};

}  // namespace lmzip
