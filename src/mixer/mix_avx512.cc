#include "mixer/mix_vectors.h"

namespace lmzip {
namespace {

constexpr size_t kLanes = 16;
constexpr size_t kVectors = kInputs / kLanes;
static_assert(kInputs % kLanes == 0);

void RunMix(BitMix& mix) {
  __m512i inputs[kVectors];
  for (size_t i = 0; i < kVectors; ++i) inputs[i] = _mm512_load_si512(&mix.inputs[kLanes * i]);
  __m256i sums[kSets];
  for (size_t r = 0; r < kSets; ++r) {
    const int32_t* weights = mix.rows[r]->weights.data();
    __m512i sum = _mm512_setzero_si512();
    for (size_t i = 0; i < kVectors; ++i) {
      const __m512i product =
          _mm512_mullo_epi32(inputs[i], _mm512_load_si512(weights + kLanes * i));
      sum = _mm512_add_epi32(sum, _mm512_srai_epi32(product, 8));
    }
    sums[r] = _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1));
  }
  FinishMix(sums, mix);
}

void Train(const BitMix& mix, const MixErrors& errors) {
  const __m512i half = _mm512_set1_epi32(1 << (kErrorBits - 1));
  const __m512i high = _mm512_set1_epi32(kMaxWeight), low = _mm512_set1_epi32(-kMaxWeight);
  __m512i inputs[kVectors];
  for (size_t i = 0; i < kVectors; ++i) inputs[i] = _mm512_load_si512(&mix.inputs[kLanes * i]);
  for (size_t r = 0; r < kSets; ++r) {
    const __m512i error = _mm512_set1_epi32(errors.rows[r]);
    int32_t* weights = mix.rows[r]->weights.data();
    for (size_t i = 0; i < kVectors; ++i) {
      int32_t* const place = weights + kLanes * i;
      const __m512i step = _mm512_srai_epi32(
          _mm512_add_epi32(_mm512_mullo_epi32(inputs[i], error), half), kErrorBits);
      const __m512i w = _mm512_add_epi32(_mm512_load_si512(place), step);
      _mm512_store_si512(place, _mm512_min_epi32(_mm512_max_epi32(w, low), high));
    }
  }
  TrainVector(Load(mix.outputs.data()), _mm256_set1_epi32(errors.final_row),
              mix.final_row->weights.data());
}

// As CellSteps() of mix_avx2.cc.
__m512i CellSteps(__m512i n) {
  const __m512 divisor =
      _mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_add_epi32(n, n), _mm512_set1_epi32(3)));
  return _mm512_cvttps_epi32(_mm512_div_ps(_mm512_set1_ps(131072.0f), divisor));
}

__m512i LearnCells(__m512i state, __m512i goal) {
  const __m512i n = _mm512_and_si512(state, _mm512_set1_epi32(1023));
  const __m512i step = CellSteps(n);
  __m512i distance = _mm512_xor_si512(_mm512_srli_epi32(state, 10), goal);
  const __m512i change = _mm512_mullo_epi32(_mm512_srli_epi32(distance, 6), step);
  distance = _mm512_sub_epi32(distance, _mm512_srli_epi32(change, 10));
  const __mmask16 more = _mm512_cmplt_epi32_mask(n, _mm512_set1_epi32(Cell::kMaxCount));
  return _mm512_or_si512(_mm512_slli_epi32(_mm512_xor_si512(distance, goal), 10),
                         _mm512_mask_add_epi32(n, more, n, _mm512_set1_epi32(1)));
}

void Learn(const CounterStates& before, size_t count, int bit, CounterStates& after) {
  const __m512i cell_goal = _mm512_set1_epi32(bit != 0 ? (1 << 22) - 1 : 0);
  const __m256i node_goal = _mm256_set1_epi16(bit != 0 ? 4095 : 0);
  for (size_t i = 0; i < count; i += 16) {
    _mm512_store_si512(&after.cells[i], LearnCells(_mm512_load_si512(&before.cells[i]), cell_goal));
    Store(&after.nodes[i], LearnNodes(Load(&before.nodes[i]), node_goal));
  }
}

}  // namespace

const MixKernels kAvx512Kernels = {RunMix, Train, Learn};

}  // namespace lmzip
