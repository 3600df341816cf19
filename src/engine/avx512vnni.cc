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
  static constexpr int kPeakSums = 16;  // latency 4 or 5, two a cycle, and some slack
  static constexpr int kSparsePercent = 50;
  static constexpr int kOffset = 64;  // of activations and keys, which are stored unsigned
  static constexpr int kValueOffset = 0;
  static constexpr bool kMultipliesPairs = false;

  LMZIP_INLINE static I Load(const void* p) { return _mm512_loadu_si512(p); }
  LMZIP_INLINE static void Store(void* p, I a) { _mm512_storeu_si512(p, a); }
  LMZIP_INLINE static F LoadFloats(const float* p) { return _mm512_loadu_ps(p); }
  LMZIP_INLINE static I LoadBytes(const uint8_t* p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  LMZIP_INLINE static I Load16(const uint8_t* p) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  LMZIP_INLINE static void StoreBytes(void* p, I a) {
    _mm_storeu_si128(static_cast<__m128i*>(p), _mm512_cvtepi32_epi8(a));
  }
  LMZIP_INLINE static void StoreShorts(int16_t* p, I a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(a));
  }

  LMZIP_INLINE static I Zero() { return _mm512_setzero_si512(); }
  LMZIP_INLINE static I Set(int32_t a) { return _mm512_set1_epi32(a); }
  LMZIP_INLINE static I SetBytes(int8_t a) { return _mm512_set1_epi8(a); }
  LMZIP_INLINE static F Set(float a) { return _mm512_set1_ps(a); }

  LMZIP_INLINE static I Add(I a, I b) { return _mm512_add_epi32(a, b); }
  LMZIP_INLINE static I Sub(I a, I b) { return _mm512_sub_epi32(a, b); }
  LMZIP_INLINE static I Min(I a, I b) { return _mm512_min_epi32(a, b); }
  LMZIP_INLINE static I Max(I a, I b) { return _mm512_max_epi32(a, b); }
  LMZIP_INLINE static I Or(I a, I b) { return _mm512_or_si512(a, b); }
  LMZIP_INLINE static I Xor(I a, I b) { return _mm512_xor_si512(a, b); }
  LMZIP_INLINE static I AndNot(I mask, I a) { return _mm512_andnot_si512(mask, a); }
  LMZIP_INLINE static I ShiftLeft(I a, int bits) {
    return _mm512_sll_epi32(a, _mm_cvtsi32_si128(bits));
  }
  LMZIP_INLINE static int32_t Max32(I a) { return _mm512_reduce_max_epi32(a); }

  LMZIP_INLINE static uint32_t NonzeroMask(I a) { return _mm512_test_epi32_mask(a, a); }

  LMZIP_INLINE static F ToFloat(I a) { return _mm512_cvtepi32_ps(a); }
  LMZIP_INLINE static I Round(F a) { return _mm512_cvtps_epi32(a); }
  LMZIP_INLINE static F Negate(F a) { return _mm512_sub_ps(_mm512_setzero_ps(), a); }
  LMZIP_INLINE static F Mul(F a, F b) { return _mm512_mul_ps(a, b); }
  LMZIP_INLINE static F Div(F a, F b) { return _mm512_div_ps(a, b); }
  LMZIP_INLINE static F Min(F a, F b) { return _mm512_min_ps(a, b); }
  LMZIP_INLINE static F Max(F a, F b) { return _mm512_max_ps(a, b); }

  LMZIP_INLINE static I AddSquares(I sum, I a) {
    const I odd = _mm512_srli_epi64(a, 32);
    return _mm512_add_epi64(sum,
                            _mm512_add_epi64(_mm512_mul_epi32(a, a), _mm512_mul_epi32(odd, odd)));
  }
  LMZIP_INLINE static I AddBytes(I sum, I bytes) {
    return _mm512_add_epi64(sum, _mm512_sad_epu8(bytes, Zero()));
  }
  LMZIP_INLINE static int64_t Sum64(I a) { return _mm512_reduce_add_epi64(a); }

  LMZIP_INLINE static I AddBytesSaturated(I a, I b) { return _mm512_adds_epu8(a, b); }
  LMZIP_INLINE static I Shuffle(I table, I index) { return _mm512_shuffle_epi8(table, index); }
  /// 64 values in order, saturated to 0..255.
  LMZIP_INLINE static I PackBytes(I a, I b, I c, I d) {
    const I mixed = _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
    const I order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, mixed);
  }

  LMZIP_INLINE static I BroadcastQuad(const uint8_t* quad) {
    int32_t bytes;
    __builtin_memcpy(&bytes, quad, sizeof(bytes));
    return _mm512_set1_epi32(bytes);
  }

  LMZIP_INLINE static I AddProducts(I sum, I unsigned_bytes, I signed_bytes) {
    return _mm512_dpbusd_epi32(sum, unsigned_bytes, signed_bytes);
  }
  LMZIP_INLINE static I AddValueProducts(I sum, I e, I values) {
    return AddProducts(sum, e, values);
  }
  LMZIP_INLINE static I AddSmallProducts(I sum, I unsigned0, I signed0, I unsigned1, I signed1) {
    return AddProducts(AddProducts(sum, unsigned0, signed0), unsigned1, signed1);
  }

  LMZIP_INLINE static void Touch(I& a) { asm volatile("" : "+v"(a)); }
};

}  // namespace

const Kernels& Avx512VnniKernels() {
  static constexpr VectorKernels<Avx512Vnni> kKernels;
  return kKernels;
}

}  // namespace lmzip
