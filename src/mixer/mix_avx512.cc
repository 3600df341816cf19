#include "mixer/mix_x86.h"

namespace lmzip {
namespace {

struct Avx512 : Shifts<Avx512> {
  using I = __m512i;
  using Eight = Avx2;
  static constexpr size_t kLanes = 16;

  static I Load(const void* p) { return _mm512_load_si512(p); }
  static void Store(void* p, I a) { _mm512_store_si512(p, a); }
  static I Set(int32_t a) { return _mm512_set1_epi32(a); }
  static I Add(I a, I b) { return _mm512_add_epi32(a, b); }
  static I Sub(I a, I b) { return _mm512_sub_epi32(a, b); }
  static I Multiply(I a, I b) { return _mm512_mullo_epi32(a, b); }
  static I Min(I a, I b) { return _mm512_min_epi32(a, b); }
  static I Max(I a, I b) { return _mm512_max_epi32(a, b); }
  static I And(I a, I b) { return _mm512_and_si512(a, b); }
  static I Or(I a, I b) { return _mm512_or_si512(a, b); }
  static I Xor(I a, I b) { return _mm512_xor_si512(a, b); }
  template <int kBits>
  static I ShiftLeft(I a) {
    return _mm512_slli_epi32(a, kBits);
  }
  template <int kBits>
  static I ShiftRight(I a) {
    return _mm512_srli_epi32(a, kBits);
  }
  template <int kBits>
  static I ShiftRightSigned(I a) {
    return _mm512_srai_epi32(a, kBits);
  }
  static I Quotient(I a, I b) {
    return _mm512_cvttps_epi32(_mm512_div_ps(_mm512_cvtepi32_ps(a), _mm512_cvtepi32_ps(b)));
  }
  static __m256i Fold(I a) {
    return _mm256_add_epi32(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
  }
};

}  // namespace

const MixKernels kAvx512Kernels = kVectorKernels<Avx512>;

}  // namespace lmzip
