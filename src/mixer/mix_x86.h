// The vectors of AVX2 for mix_vectors.h; AVX-512 needs them, too, for what is but eight integers.
#pragma once

#include <immintrin.h>

#include "mixer/mix_vectors.h"

namespace lmzip {
namespace {

template <typename V>
struct Shifts {
  /// sum + (a >> kBits)
  template <int kBits, typename I>
  static I AddShifted(I sum, I a) {
    return V::Add(sum, V::template ShiftRightSigned<kBits>(a));
  }
  /// sum + ((a + 2^(kBits - 1)) >> kBits)
  template <int kBits, typename I>
  static I AddRounded(I sum, I a) {
    return AddShifted<kBits>(sum, V::Add(a, V::Set(1 << (kBits - 1))));
  }
};

struct Avx2 : Shifts<Avx2> {
  using I = __m256i;
  using Eight = Avx2;
  static constexpr size_t kLanes = 8;

  static I Load(const void* p) { return _mm256_load_si256(static_cast<const I*>(p)); }
  static void Store(void* p, I a) { _mm256_store_si256(static_cast<I*>(p), a); }
  static I Set(int32_t a) { return _mm256_set1_epi32(a); }
  static I Add(I a, I b) { return _mm256_add_epi32(a, b); }
  static I Sub(I a, I b) { return _mm256_sub_epi32(a, b); }
  static I Multiply(I a, I b) { return _mm256_mullo_epi32(a, b); }
  static I Min(I a, I b) { return _mm256_min_epi32(a, b); }
  static I Max(I a, I b) { return _mm256_max_epi32(a, b); }
  static I And(I a, I b) { return _mm256_and_si256(a, b); }
  static I Or(I a, I b) { return _mm256_or_si256(a, b); }
  static I Xor(I a, I b) { return _mm256_xor_si256(a, b); }
  template <int kBits>
  static I ShiftLeft(I a) {
    return _mm256_slli_epi32(a, kBits);
  }
  template <int kBits>
  static I ShiftRight(I a) {
    return _mm256_srli_epi32(a, kBits);
  }
  template <int kBits>
  static I ShiftRightSigned(I a) {
    return _mm256_srai_epi32(a, kBits);
  }
  /// a / b in binary32, without its fraction.
  static I Quotient(I a, I b) {
    return _mm256_cvttps_epi32(_mm256_div_ps(_mm256_cvtepi32_ps(a), _mm256_cvtepi32_ps(b)));
  }
  /// Eight values with the same sum.
  static __m256i Fold(I a) { return a; }

  /// The sums of kSets vectors, then zeros.
  static __m256i SumsOf(const __m256i* v) {
    const __m256i sums0123 =
        _mm256_hadd_epi32(_mm256_hadd_epi32(v[0], v[1]), _mm256_hadd_epi32(v[2], v[3]));
    const __m256i sums45 = _mm256_hadd_epi32(_mm256_hadd_epi32(v[4], v[5]), _mm256_setzero_si256());
    return _mm256_add_epi32(_mm256_permute2x128_si256(sums0123, sums45, 0x20),
                            _mm256_permute2x128_si256(sums0123, sums45, 0x31));
  }

  static int32_t SumOf(__m256i a) {
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1));
    return _mm_cvtsi128_si32(s);
  }

  /// A table for byte shuffles.
  static __m256i Table(const std::array<uint8_t, 16>& entries) {
    return _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(entries.data())));
  }

  /// Sixteen of them.
  static void LearnNodes(const uint16_t* before, uint16_t goal_of_all, uint16_t* after) {
    const __m256i state = Load(before), goal = _mm256_set1_epi16(static_cast<int16_t>(goal_of_all));
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
    Store(after, _mm256_or_si256(_mm256_xor_si256(p, flip), n));
  }
};

}  // namespace
}  // namespace lmzip
