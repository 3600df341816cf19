#include <immintrin.h>

#include "mixer/counters.h"
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

__m512i LearnCells(__m512i state, __m512i goal) {
  const __m512i n = _mm512_and_si512(state, _mm512_set1_epi32(1023));
  const __m512i step =
      _mm512_i32gather_epi32(n, counters_internal::kSteps.data(), sizeof(uint32_t));
  __m512i distance = _mm512_xor_si512(_mm512_srli_epi32(state, 10), goal);
  const __m512i change = _mm512_mullo_epi32(_mm512_srli_epi32(distance, 6), step);
  distance = _mm512_sub_epi32(distance, _mm512_srli_epi32(change, 10));
  const __mmask16 more = _mm512_cmplt_epi32_mask(n, _mm512_set1_epi32(Cell::kMaxCount));
  return _mm512_or_si512(_mm512_slli_epi32(_mm512_xor_si512(distance, goal), 10),
                         _mm512_mask_add_epi32(n, more, n, _mm512_set1_epi32(1)));
}

__m512i LearnNodes(__m512i state, __m512i goal) {
  const __m512i flip = _mm512_set1_epi32(0x8000);
  const __m512i count = _mm512_and_si512(state, _mm512_set1_epi32(15));
  __m512i n = _mm512_permutexvar_epi32(count, _mm512_loadu_si512(kNodeCounts.data()));
  const __m512i step = _mm512_permutexvar_epi32(count, _mm512_loadu_si512(kNodeSteps.data()));
  __m512i distance = _mm512_xor_si512(_mm512_srli_epi32(_mm512_xor_si512(state, flip), 4), goal);
  const __m512i surprised = _mm512_set1_epi32(Node::kSurprisedCount);
  const __mmask16 reset = _mm512_cmpgt_epi32_mask(n, surprised) &
                          _mm512_cmpgt_epi32_mask(distance, _mm512_set1_epi32(Node::kSurprise));
  n = _mm512_mask_mov_epi32(n, reset, surprised);
  const __mmask16 more = _mm512_cmplt_epi32_mask(n, _mm512_set1_epi32(Node::kMaxCount));
  n = _mm512_mask_add_epi32(n, more, n, _mm512_set1_epi32(1));
  distance = _mm512_sub_epi32(distance, _mm512_srli_epi32(_mm512_mullo_epi32(distance, step), 16));
  const __m512i p = _mm512_slli_epi32(_mm512_xor_si512(distance, goal), 4);
  return _mm512_or_si512(_mm512_xor_si512(p, flip), n);
}

void Learn(const CounterStates& before, int count, int bit, CounterStates& after) {
  const __m512i cell_goal = _mm512_set1_epi32(bit != 0 ? (1 << 22) - 1 : 0);
  const __m512i node_goal = _mm512_set1_epi32(bit != 0 ? 4095 : 0);
  for (size_t i = 0; i < static_cast<size_t>(count); i += 16) {
    _mm512_store_si512(&after.cells[i], LearnCells(_mm512_load_si512(&before.cells[i]), cell_goal));
    _mm512_store_si512(&after.nodes[i], LearnNodes(_mm512_load_si512(&before.nodes[i]), node_goal));
  }
}

}  // namespace

const MixKernels kAvx512Kernels = {Dot, Train, Learn};

}  // namespace lmzip
