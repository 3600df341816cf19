#include <immintrin.h>

#include "engine/vector_kernels.h"

namespace lmzip {
namespace {

struct Avx512Vnni {
  using I = __m512i;
  using F = __m512;
  static constexpr Isa kIsa = Isa::kAvx512Vnni;
  static constexpr int kPreferredLanes = 4;
  static constexpr int kLanes = 16;
  static constexpr int kTileRows = 4;
  static constexpr int kSums = 16;  // latency 4-5, two a cycle, and some slack

  static I Load(const void* p) { return _mm512_loadu_si512(p); }
  static void Store(void* p, I a) { _mm512_storeu_si512(p, a); }
  static F LoadFloats(const float* p) { return _mm512_loadu_ps(p); }
  static I LoadBytes(const int8_t* p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static I Load16(const uint8_t* p) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static void StoreBytes(void* p, I a) {
    _mm_storeu_si128(static_cast<__m128i*>(p), _mm512_cvtepi32_epi8(a));
  }
  static void StoreShorts(int16_t* p, I a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(a));
  }

  static I Zero() { return _mm512_setzero_si512(); }
  static I Set(int32_t a) { return _mm512_set1_epi32(a); }
  static I SetBytes(int8_t a) { return _mm512_set1_epi8(a); }
  static F Set(float a) { return _mm512_set1_ps(a); }

  static I Add(I a, I b) { return _mm512_add_epi32(a, b); }
  static I Sub(I a, I b) { return _mm512_sub_epi32(a, b); }
  static I Min(I a, I b) { return _mm512_min_epi32(a, b); }
  static I Max(I a, I b) { return _mm512_max_epi32(a, b); }
  static I Or(I a, I b) { return _mm512_or_si512(a, b); }
  static I Xor(I a, I b) { return _mm512_xor_si512(a, b); }
  static I AndNot(I mask, I a) { return _mm512_andnot_si512(mask, a); }
  static I ShiftLeft(I a, int bits) { return _mm512_sll_epi32(a, _mm_cvtsi32_si128(bits)); }
  static int32_t Max32(I a) { return _mm512_reduce_max_epi32(a); }

  static F ToFloat(I a) { return _mm512_cvtepi32_ps(a); }
  static I Round(F a) { return _mm512_cvtps_epi32(a); }
  static F Negate(F a) { return _mm512_sub_ps(_mm512_setzero_ps(), a); }
  static F Mul(F a, F b) { return _mm512_mul_ps(a, b); }
  static F Div(F a, F b) { return _mm512_div_ps(a, b); }
  static F Min(F a, F b) { return _mm512_min_ps(a, b); }
  static F Max(F a, F b) { return _mm512_max_ps(a, b); }

  static I AddSquares(I sum, I a) {
    const I odd = _mm512_srli_epi64(a, 32);
    return _mm512_add_epi64(sum,
                            _mm512_add_epi64(_mm512_mul_epi32(a, a), _mm512_mul_epi32(odd, odd)));
  }
  static I AddBytes(I sum, I bytes) {
    return _mm512_add_epi64(sum, _mm512_sad_epu8(bytes, Zero()));
  }
  static int64_t Sum64(I a) { return _mm512_reduce_add_epi64(a); }

  static I AddBytesSaturated(I a, I b) { return _mm512_adds_epu8(a, b); }
  static I Shuffle(I table, I index) { return _mm512_shuffle_epi8(table, index); }
  /// 64 values in order, saturated to 0..255.
  static I PackBytes(I a, I b, I c, I d) {
    const I mixed = _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
    const I order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, mixed);
  }

  static I Broadcast(const uint8_t* quad) {
    int32_t bytes;
    __builtin_memcpy(&bytes, quad, sizeof(bytes));
    return _mm512_set1_epi32(bytes);
  }

  struct WeightDot {  // signed vectors, unsigned inputs
    static constexpr int kQuads = 1;
    static I Add(I sum, const int8_t* vectors, int, const uint8_t* in) {
      return _mm512_dpbusd_epi32(sum, Broadcast(in), Load(vectors));
    }
  };
  using ValueDot = WeightDot;
  struct KeyDot {  // unsigned vectors, signed inputs
    static constexpr int kQuads = 1;
    static I Add(I sum, const int8_t* vectors, int, const uint8_t* in) {
      return _mm512_dpbusd_epi32(sum, Load(vectors), Broadcast(in));
    }
  };
};

}  // namespace

const Kernels& Avx512VnniKernels() {
  static constexpr VectorKernels<Avx512Vnni> kKernels;
  return kKernels;
}

}  // namespace lmzip
