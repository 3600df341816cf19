#include <immintrin.h>

#include "engine/vector_kernels.h"

namespace lmzip {
namespace {

struct Avx2 {
  using I = __m256i;
  using F = __m256;
  static constexpr Isa kIsa = Isa::kAvx2;
  static constexpr int kPreferredLanes = 2;
  static constexpr int kLanes = 8;
  static constexpr int kTileRows = 3;
  static constexpr int kPeakSums = 8;
  static constexpr int kSparsePercent = 75;  // of the inputs; with more, all are multiplied
  static constexpr int kOffset = 64;  // of activations and keys, which are stored unsigned
  static constexpr int kValueOffset = 0;
  static constexpr bool kMultipliesPairs = false;

  LMZIP_INLINE static I Load(const void* p) { return _mm256_loadu_si256(static_cast<const I*>(p)); }
  LMZIP_INLINE static void Store(void* p, I a) { _mm256_storeu_si256(static_cast<I*>(p), a); }
  LMZIP_INLINE static F LoadFloats(const float* p) { return _mm256_loadu_ps(p); }
  LMZIP_INLINE static I LoadBytes(const uint8_t* p) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  }
  LMZIP_INLINE static I Load16(const uint8_t* p) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  LMZIP_INLINE static void StoreBytes(void* p, I a) {
    const __m128i shorts =
        _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    _mm_storel_epi64(static_cast<__m128i*>(p), _mm_packs_epi16(shorts, shorts));
  }
  LMZIP_INLINE static void StoreShorts(int16_t* p, I a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                     _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
  }

  LMZIP_INLINE static I Zero() { return _mm256_setzero_si256(); }
  LMZIP_INLINE static I Set(int32_t a) { return _mm256_set1_epi32(a); }
  LMZIP_INLINE static I SetBytes(int8_t a) { return _mm256_set1_epi8(a); }
  LMZIP_INLINE static F Set(float a) { return _mm256_set1_ps(a); }

  LMZIP_INLINE static I Add(I a, I b) { return _mm256_add_epi32(a, b); }
  LMZIP_INLINE static I Sub(I a, I b) { return _mm256_sub_epi32(a, b); }
  LMZIP_INLINE static I Min(I a, I b) { return _mm256_min_epi32(a, b); }
  LMZIP_INLINE static I Max(I a, I b) { return _mm256_max_epi32(a, b); }
  LMZIP_INLINE static I Or(I a, I b) { return _mm256_or_si256(a, b); }
  LMZIP_INLINE static I Xor(I a, I b) { return _mm256_xor_si256(a, b); }
  LMZIP_INLINE static I AndNot(I mask, I a) { return _mm256_andnot_si256(mask, a); }
  LMZIP_INLINE static I ShiftLeft(I a, int bits) {
    return _mm256_sll_epi32(a, _mm_cvtsi32_si128(bits));
  }
  LMZIP_INLINE static int32_t Max32(I a) {
    __m128i m = _mm_max_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, _MM_SHUFFLE(1, 0, 3, 2)));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(m);
  }

  /// One bit a lane.
  LMZIP_INLINE static uint32_t NonzeroMask(I a) {
    const I zero = _mm256_cmpeq_epi32(a, Zero());
    return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(zero))) ^ 0xff;
  }

  LMZIP_INLINE static F ToFloat(I a) { return _mm256_cvtepi32_ps(a); }
  LMZIP_INLINE static I Round(F a) { return _mm256_cvtps_epi32(a); }
  LMZIP_INLINE static F Negate(F a) { return _mm256_sub_ps(_mm256_setzero_ps(), a); }
  LMZIP_INLINE static F Mul(F a, F b) { return _mm256_mul_ps(a, b); }
  LMZIP_INLINE static F Div(F a, F b) { return _mm256_div_ps(a, b); }
  LMZIP_INLINE static F Min(F a, F b) { return _mm256_min_ps(a, b); }
  LMZIP_INLINE static F Max(F a, F b) { return _mm256_max_ps(a, b); }

  LMZIP_INLINE static I AddSquares(I sum, I a) {
    const I odd = _mm256_srli_epi64(a, 32);
    return _mm256_add_epi64(sum,
                            _mm256_add_epi64(_mm256_mul_epi32(a, a), _mm256_mul_epi32(odd, odd)));
  }
  LMZIP_INLINE static I AddBytes(I sum, I bytes) {
    return _mm256_add_epi64(sum, _mm256_sad_epu8(bytes, Zero()));
  }
  LMZIP_INLINE static int64_t Sum64(I a) {
    const __m128i pair = _mm_add_epi64(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    return _mm_cvtsi128_si64(pair) + _mm_extract_epi64(pair, 1);
  }

  LMZIP_INLINE static I AddBytesSaturated(I a, I b) { return _mm256_adds_epu8(a, b); }
  LMZIP_INLINE static I Shuffle(I table, I index) { return _mm256_shuffle_epi8(table, index); }
  /// 32 values in order, saturated to 0..255.
  LMZIP_INLINE static I PackBytes(I a, I b, I c, I d) {
    const I mixed = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
    return _mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  }

  LMZIP_INLINE static I BroadcastQuad(const uint8_t* quad) {
    int32_t bytes;
    __builtin_memcpy(&bytes, quad, sizeof(bytes));
    return _mm256_set1_epi32(bytes);
  }

  // EXACT.md 6.1 tells which products may be added in 16 bits.
  LMZIP_INLINE static I AddProducts(I sum, I unsigned_bytes, I signed_bytes) {
    return AddPairs(sum, _mm256_maddubs_epi16(unsigned_bytes, signed_bytes));
  }
  LMZIP_INLINE static I AddValueProducts(I sum, I e, I values) {
    return AddProducts(sum, e, values);
  }
  LMZIP_INLINE static I AddSmallProducts(I sum, I unsigned0, I signed0, I unsigned1, I signed1) {
    return AddPairs(sum, _mm256_add_epi16(_mm256_maddubs_epi16(unsigned0, signed0),
                                          _mm256_maddubs_epi16(unsigned1, signed1)));
  }
  LMZIP_INLINE static I AddPairs(I sum, I pairs) {
    return Add(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }

  /// Read and changed, as far as the compiler knows.
  LMZIP_INLINE static void Touch(I& a) { asm volatile("" : "+v"(a)); }
};

}  // namespace

const Kernels& Avx2Kernels() {
  static constexpr VectorKernels<Avx2> kKernels;
  return kKernels;
}

}  // namespace lmzip
