#include <immintrin.h>

#include "mixer/counters.h"
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

__m256i LearnCells(__m256i state, __m256i goal) {
  const __m256i n = _mm256_and_si256(state, _mm256_set1_epi32(1023));
  const __m256i step = _mm256_i32gather_epi32(
      reinterpret_cast<const int*>(counters_internal::kSteps.data()), n, sizeof(uint32_t));
  __m256i distance = _mm256_xor_si256(_mm256_srli_epi32(state, 10), goal);
  const __m256i change = _mm256_mullo_epi32(_mm256_srli_epi32(distance, 6), step);
  distance = _mm256_sub_epi32(distance, _mm256_srli_epi32(change, 10));
  const __m256i more = _mm256_cmpgt_epi32(_mm256_set1_epi32(Cell::kMaxCount), n);  // -1 where true
  return _mm256_or_si256(_mm256_slli_epi32(_mm256_xor_si256(distance, goal), 10),
                         _mm256_sub_epi32(n, more));
}

__m256i LearnNodes(__m256i state, __m256i goal) {
  const __m256i flip = _mm256_set1_epi32(0x8000);
  const __m256i count = _mm256_and_si256(state, _mm256_set1_epi32(15));
  __m256i n = _mm256_i32gather_epi32(kNodeCounts.data(), count, sizeof(int32_t));
  const __m256i step = _mm256_i32gather_epi32(kNodeSteps.data(), count, sizeof(int32_t));
  __m256i distance = _mm256_xor_si256(_mm256_srli_epi32(_mm256_xor_si256(state, flip), 4), goal);
  const __m256i surprised = _mm256_set1_epi32(Node::kSurprisedCount);
  const __m256i reset =
      _mm256_and_si256(_mm256_cmpgt_epi32(n, surprised),
                       _mm256_cmpgt_epi32(distance, _mm256_set1_epi32(Node::kSurprise)));
  n = _mm256_blendv_epi8(n, surprised, reset);
  n = _mm256_sub_epi32(n, _mm256_cmpgt_epi32(_mm256_set1_epi32(Node::kMaxCount), n));
  distance = _mm256_sub_epi32(distance, _mm256_srli_epi32(_mm256_mullo_epi32(distance, step), 16));
  const __m256i p = _mm256_slli_epi32(_mm256_xor_si256(distance, goal), 4);
  return _mm256_or_si256(_mm256_xor_si256(p, flip), n);
}

void Learn(const CounterStates& before, int count, int bit, CounterStates& after) {
  const __m256i cell_goal = _mm256_set1_epi32(bit != 0 ? (1 << 22) - 1 : 0);
  const __m256i node_goal = _mm256_set1_epi32(bit != 0 ? 4095 : 0);
  for (size_t i = 0; i < static_cast<size_t>(count); i += 8) {
    const auto load = [i](const auto& states) {
      return _mm256_load_si256(reinterpret_cast<const __m256i*>(&states[i]));
    };
    const auto store = [i](auto& states, __m256i values) {
      _mm256_store_si256(reinterpret_cast<__m256i*>(&states[i]), values);
    };
    store(after.cells, LearnCells(load(before.cells), cell_goal));
    store(after.nodes, LearnNodes(load(before.nodes), node_goal));
  }
}

}  // namespace

const MixKernels kAvx2Kernels = {Dot, Train, Learn};

}  // namespace lmzip
