#include "mixer/mix_vectors.h"

namespace lmzip {
namespace {

constexpr size_t kLanes = 8;
constexpr size_t kVectors = kInputs / kLanes;
static_assert(kInputs % kLanes == 0);

void RunMix(BitMix& mix) {
  __m256i inputs[kVectors];
  for (size_t i = 0; i < kVectors; ++i) inputs[i] = Load(&mix.inputs[kLanes * i]);
  __m256i sums[kSets];
  for (size_t r = 0; r < kSets; ++r) {
    const int32_t* weights = mix.rows[r]->weights.data();
    sums[r] = Weighed(inputs[0], weights);
    for (size_t i = 1; i < kVectors; ++i) {
      sums[r] = _mm256_add_epi32(sums[r], Weighed(inputs[i], weights + kLanes * i));
    }
  }
  FinishMix(sums, mix);
}

void Train(const BitMix& mix, const MixErrors& errors) {
  __m256i inputs[kVectors];
  for (size_t i = 0; i < kVectors; ++i) inputs[i] = Load(&mix.inputs[kLanes * i]);
  for (size_t r = 0; r < kSets; ++r) {
    const __m256i error = _mm256_set1_epi32(errors.rows[r]);
    int32_t* weights = mix.rows[r]->weights.data();
    for (size_t i = 0; i < kVectors; ++i) TrainVector(inputs[i], error, weights + kLanes * i);
  }
  TrainVector(Load(mix.outputs.data()), _mm256_set1_epi32(errors.final_row),
              mix.final_row->weights.data());
}

// kSteps[n], 131072 / (2 n + 3): the quotient is at least 2^-17 of itself below the next integer,
// so that no rounding reaches it. Divisions are faster here than gathers.
__m256i CellSteps(__m256i n) {
  const __m256 divisor =
      _mm256_cvtepi32_ps(_mm256_add_epi32(_mm256_add_epi32(n, n), _mm256_set1_epi32(3)));
  return _mm256_cvttps_epi32(_mm256_div_ps(_mm256_set1_ps(131072.0f), divisor));
}

__m256i LearnCells(__m256i state, __m256i goal) {
  const __m256i n = _mm256_and_si256(state, _mm256_set1_epi32(1023));
  const __m256i step = CellSteps(n);
  __m256i distance = _mm256_xor_si256(_mm256_srli_epi32(state, 10), goal);
  const __m256i change = _mm256_mullo_epi32(_mm256_srli_epi32(distance, 6), step);
  distance = _mm256_sub_epi32(distance, _mm256_srli_epi32(change, 10));
  const __m256i more = _mm256_cmpgt_epi32(_mm256_set1_epi32(Cell::kMaxCount), n);  // -1 where true
  return _mm256_or_si256(_mm256_slli_epi32(_mm256_xor_si256(distance, goal), 10),
                         _mm256_sub_epi32(n, more));
}

void Learn(const CounterStates& before, size_t count, int bit, CounterStates& after) {
  const __m256i cell_goal = _mm256_set1_epi32(bit != 0 ? (1 << 22) - 1 : 0);
  const __m256i node_goal = _mm256_set1_epi16(bit != 0 ? 4095 : 0);
  for (size_t i = 0; i < count; i += 8) {
    Store(&after.cells[i], LearnCells(Load(&before.cells[i]), cell_goal));
  }
  for (size_t i = 0; i < count; i += 16) {
    Store(&after.nodes[i], LearnNodes(Load(&before.nodes[i]), node_goal));
  }
}

}  // namespace

const MixKernels kAvx2Kernels = {RunMix, Train, Learn};

}  // namespace lmzip
