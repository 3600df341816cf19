#include "engine/neon.h"

namespace lmzip {
namespace {

struct PlainNeon : Neon {
  static constexpr Isa kIsa = Isa::kNeon;
  static constexpr int kPreferredLanes = 2;  // a guess: no such machine was measured
  static constexpr bool kMultipliesPairs = false;

  // By EXACT.md 6.1 four products of signed bytes fit into 16 bits, and so do two of 255 * 127.
  LMZIP_INLINE static I AddProducts(I sum, I a, I b) {
    const int16x8_t low = vmull_s8(vget_low_s8(Signed(a)), vget_low_s8(Signed(b)));
    return AddPairs(sum, low, vmull_high_s8(Signed(a), Signed(b)));
  }
  LMZIP_INLINE static I AddValueProducts(I sum, I e, I values) {
    const uint16x8_t low = vmull_u8(vget_low_u8(Unsigned(e)), vget_low_u8(Unsigned(values)));
    const uint16x8_t pairs = vpaddq_u16(low, vmull_high_u8(Unsigned(e), Unsigned(values)));
    return vreinterpretq_s32_u32(vpadalq_u16(vreinterpretq_u32_s32(sum), pairs));
  }
  LMZIP_INLINE static I AddSmallProducts(I sum, I inputs0, I weights0, I inputs1, I weights1) {
    const int8x16_t a0 = Signed(inputs0), a1 = Signed(inputs1);
    const int8x16_t b0 = Signed(weights0), b1 = Signed(weights1);
    const int16x8_t low = vmull_s8(vget_low_s8(a0), vget_low_s8(b0));
    const int16x8_t high = vmull_high_s8(a0, b0);
    return AddPairs(sum, vmlal_s8(low, vget_low_s8(a1), vget_low_s8(b1)),
                    vmlal_high_s8(high, a1, b1));
  }
  LMZIP_INLINE static I AddPairs(I sum, int16x8_t low, int16x8_t high) {
    return vpadalq_s16(sum, vpaddq_s16(low, high));
  }
};

}  // namespace

const Kernels& NeonKernels() {
  static constexpr VectorKernels<PlainNeon> kKernels;
  return kKernels;
}

}  // namespace lmzip
