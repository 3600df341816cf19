#include "engine/neon.h"

namespace lmzip {
namespace {

struct NeonI8mm : DotProducts {
  static constexpr Isa kIsa = Isa::kNeonI8mm;
  static constexpr int kPreferredLanes = 4;  // a guess: no such machine was measured
  static constexpr bool kMultipliesPairs = true;

  /// Eight bytes each.
  LMZIP_INLINE static I Join(const uint8_t* a, const uint8_t* b) {
    return vreinterpretq_s32_u8(vcombine_u8(vld1_u8(a), vld1_u8(b)));
  }
  LMZIP_INLINE static I ZipLow(I a, I b) { return vzip1q_s32(a, b); }
  LMZIP_INLINE static I ZipHigh(I a, I b) { return vzip2q_s32(a, b); }
  LMZIP_INLINE static I JoinLow(I a, I b) {
    return vreinterpretq_s32_s64(vzip1q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
  }
  LMZIP_INLINE static I JoinHigh(I a, I b) {
    return vreinterpretq_s32_s64(vzip2q_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
  }

  /// Of 2 rows of 8 bytes each: both of a by the first of b and by the second, in a's order.
  template <bool kUnsigned>
  LMZIP_INLINE static I AddMatrix(I sum, I a, I b) {
    if constexpr (kUnsigned) {
      return vreinterpretq_s32_u32(
          vmmlaq_u32(vreinterpretq_u32_s32(sum), Unsigned(a), Unsigned(b)));
    } else {
      return vmmlaq_s32(sum, Signed(a), Signed(b));
    }
  }
};

}  // namespace

const Kernels& NeonI8mmKernels() {
  static constexpr VectorKernels<NeonI8mm> kKernels;
  return kKernels;
}

}  // namespace lmzip
