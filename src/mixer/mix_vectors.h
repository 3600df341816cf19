// Vectors of 256 bits that the AVX2 and the AVX-512 kernels share. Everything is local to the file
// that includes this: each has its own compiler options.
#pragma once

#include <immintrin.h>

#include <algorithm>

#include "mixer/counters.h"
#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

static_assert(kSets == 6 && kFinalPlaces == 8);

inline __m256i Load(const void* p) { return _mm256_load_si256(static_cast<const __m256i*>(p)); }
inline void Store(void* p, __m256i a) { _mm256_store_si256(static_cast<__m256i*>(p), a); }
inline __m256i Clamp(__m256i a, int32_t limit) {
  return _mm256_min_epi32(_mm256_max_epi32(a, _mm256_set1_epi32(-limit)), _mm256_set1_epi32(limit));
}

// (values * weights) >> 8
inline __m256i Weighed(__m256i values, const int32_t* weights) {
  return _mm256_srai_epi32(_mm256_mullo_epi32(values, Load(weights)), 8);
}

// The sums of six vectors, then zeros.
inline __m256i SumsOf(const __m256i* v) {
  const __m256i sums0123 =
      _mm256_hadd_epi32(_mm256_hadd_epi32(v[0], v[1]), _mm256_hadd_epi32(v[2], v[3]));
  const __m256i sums45 = _mm256_hadd_epi32(_mm256_hadd_epi32(v[4], v[5]), _mm256_setzero_si256());
  return _mm256_add_epi32(_mm256_permute2x128_si256(sums0123, sums45, 0x20),
                          _mm256_permute2x128_si256(sums0123, sums45, 0x31));
}

inline int32_t SumOf(__m256i a) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1));
  return _mm_cvtsi128_si32(s);
}

// What is left of a mix when its rows' sums are there, `sums`.
inline void FinishMix(const __m256i* sums, BitMix& mix) {
  const __m256i outputs = Clamp(_mm256_srai_epi32(SumsOf(sums), 8), kStretchLimit);
  Store(mix.outputs.data(), outputs);
  const int32_t result = SumOf(Weighed(outputs, mix.final_row->weights.data())) >> 8;
  mix.result = std::clamp(result, -kSquashLimit, kSquashLimit);
}

inline void TrainVector(__m256i values, __m256i error, int32_t* weights) {
  const __m256i half = _mm256_set1_epi32(1 << (kErrorBits - 1));
  const __m256i step =
      _mm256_srai_epi32(_mm256_add_epi32(_mm256_mullo_epi32(values, error), half), kErrorBits);
  Store(weights, Clamp(_mm256_add_epi32(Load(weights), step), kMaxWeight));
}

// A table for byte shuffles.
inline __m256i Table(const std::array<uint8_t, 16>& entries) {
  return _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(entries.data())));
}

inline __m256i LearnNodes(__m256i state, __m256i goal) {
  const __m256i flip = _mm256_set1_epi16(static_cast<int16_t>(0x8000));
  // Indices for byte shuffles: the count, and what gives 0 for the byte above it.
  const __m256i count = _mm256_or_si256(_mm256_and_si256(state, _mm256_set1_epi16(15)), flip);
  __m256i n = _mm256_shuffle_epi8(Table(kNodeCounts), count);
  const __m256i step =
      _mm256_or_si256(_mm256_shuffle_epi8(Table(kNodeStepsLow), count),
                      _mm256_slli_epi16(_mm256_shuffle_epi8(Table(kNodeStepsHigh), count), 8));
  __m256i distance = _mm256_xor_si256(_mm256_srli_epi16(_mm256_xor_si256(state, flip), 4), goal);
  const __m256i surprised = _mm256_set1_epi16(Node::kSurprisedCount);
  const __m256i reset =
      _mm256_cmpgt_epi16(distance, _mm256_set1_epi16(static_cast<int16_t>(Node::kSurprise)));
  n = _mm256_blendv_epi8(n, _mm256_min_epi16(n, surprised), reset);
  n = _mm256_sub_epi16(n, _mm256_cmpgt_epi16(_mm256_set1_epi16(Node::kMaxCount), n));
  distance = _mm256_sub_epi16(distance, _mm256_mulhi_epu16(distance, step));
  const __m256i p = _mm256_slli_epi16(_mm256_xor_si256(distance, goal), 4);
  return _mm256_or_si256(_mm256_xor_si256(p, flip), n);
}

}  // namespace
}  // namespace lmzip
