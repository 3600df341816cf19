// What the kernels of AArch64 have in common: everything but how bytes are multiplied. It is local
// to the file that includes this: each has its own compiler options.
#pragma once

#include <arm_neon.h>

#include "engine/vector_kernels.h"

namespace lmzip {
namespace {

struct Neon {
  using I = int32x4_t;
  using F = float32x4_t;
  static constexpr int kLanes = 4;
  static constexpr int kTileRows = 4;
  static constexpr int kPeakSums = 16;
  static constexpr int kSparsePercent = 75;  // of the inputs; with more, all are multiplied
  // Products are of two signed bytes or of two unsigned ones, as those of e (up to 255) must be.
  static constexpr int kOffset = 0;
  static constexpr int kValueOffset = 64;

  LMZIP_INLINE static I Load(const void* p) { return vld1q_s32(static_cast<const int32_t*>(p)); }
  LMZIP_INLINE static void Store(void* p, I a) { vst1q_s32(static_cast<int32_t*>(p), a); }
  LMZIP_INLINE static F LoadFloats(const float* p) { return vld1q_f32(p); }
  LMZIP_INLINE static I LoadBytes(const uint8_t* p) {
    const uint8x8_t bytes = vreinterpret_u8_s32(vdup_n_s32(QuadAt(p)));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
  }
  LMZIP_INLINE static I Load16(const uint8_t* p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
  LMZIP_INLINE static void StoreBytes(void* p, I a) {
    const int16x4_t shorts = vmovn_s32(a);
    const int8x8_t bytes = vmovn_s16(vcombine_s16(shorts, shorts));
    const int32_t quad = vget_lane_s32(vreinterpret_s32_s8(bytes), 0);
    __builtin_memcpy(p, &quad, sizeof(quad));
  }
  LMZIP_INLINE static void StoreShorts(int16_t* p, I a) { vst1_s16(p, vmovn_s32(a)); }

  LMZIP_INLINE static I Zero() { return vdupq_n_s32(0); }
  LMZIP_INLINE static I Set(int32_t a) { return vdupq_n_s32(a); }
  LMZIP_INLINE static I SetBytes(int8_t a) { return vreinterpretq_s32_s8(vdupq_n_s8(a)); }
  LMZIP_INLINE static F Set(float a) { return vdupq_n_f32(a); }

  LMZIP_INLINE static I Add(I a, I b) { return vaddq_s32(a, b); }
  LMZIP_INLINE static I Sub(I a, I b) { return vsubq_s32(a, b); }
  LMZIP_INLINE static I Min(I a, I b) { return vminq_s32(a, b); }
  LMZIP_INLINE static I Max(I a, I b) { return vmaxq_s32(a, b); }
  LMZIP_INLINE static I Or(I a, I b) { return vorrq_s32(a, b); }
  LMZIP_INLINE static I Xor(I a, I b) { return veorq_s32(a, b); }
  LMZIP_INLINE static I AndNot(I mask, I a) { return vbicq_s32(a, mask); }
  LMZIP_INLINE static I ShiftLeft(I a, int bits) { return vshlq_s32(a, vdupq_n_s32(bits)); }
  LMZIP_INLINE static int32_t Max32(I a) { return vmaxvq_s32(a); }

  /// One bit a lane.
  LMZIP_INLINE static uint32_t NonzeroMask(I a) {
    constexpr uint32_t kBits[kLanes] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vtstq_s32(a, a), vld1q_u32(kBits)));
  }

  LMZIP_INLINE static F ToFloat(I a) { return vcvtq_f32_s32(a); }
  LMZIP_INLINE static I Round(F a) { return vcvtnq_s32_f32(a); }
  LMZIP_INLINE static F Negate(F a) { return vnegq_f32(a); }
  LMZIP_INLINE static F Mul(F a, F b) { return vmulq_f32(a, b); }
  LMZIP_INLINE static F Div(F a, F b) { return vdivq_f32(a, b); }
  LMZIP_INLINE static F Min(F a, F b) { return vminq_f32(a, b); }
  LMZIP_INLINE static F Max(F a, F b) { return vmaxq_f32(a, b); }

  LMZIP_INLINE static I AddSquares(I sum, I a) {
    const int64x2_t low = vmlal_s32(vreinterpretq_s64_s32(sum), vget_low_s32(a), vget_low_s32(a));
    return vreinterpretq_s32_s64(vmlal_high_s32(low, a, a));
  }
  LMZIP_INLINE static I AddBytes(I sum, I bytes) {
    const uint32x4_t sums = vpaddlq_u16(vpaddlq_u8(vreinterpretq_u8_s32(bytes)));
    return vreinterpretq_s32_u64(vpadalq_u32(vreinterpretq_u64_s32(sum), sums));
  }
  LMZIP_INLINE static int64_t Sum64(I a) { return vaddvq_s64(vreinterpretq_s64_s32(a)); }

  LMZIP_INLINE static I AddBytesSaturated(I a, I b) {
    return vreinterpretq_s32_u8(vqaddq_u8(vreinterpretq_u8_s32(a), vreinterpretq_u8_s32(b)));
  }
  LMZIP_INLINE static I Shuffle(I table, I index) {
    const uint8x16_t places = vandq_u8(vreinterpretq_u8_s32(index), vdupq_n_u8(0x8f));
    return vreinterpretq_s32_u8(vqtbl1q_u8(vreinterpretq_u8_s32(table), places));
  }
  /// 16 values in order, saturated to 0..255.
  LMZIP_INLINE static I PackBytes(I a, I b, I c, I d) {
    const int16x8_t ab = vqmovn_high_s32(vqmovn_s32(a), b), cd = vqmovn_high_s32(vqmovn_s32(c), d);
    return vreinterpretq_s32_u8(vqmovun_high_s16(vqmovun_s16(ab), cd));
  }

  LMZIP_INLINE static I BroadcastQuad(const uint8_t* quad) { return vdupq_n_s32(QuadAt(quad)); }
  LMZIP_INLINE static int32_t QuadAt(const uint8_t* p) {
    int32_t quad;
    __builtin_memcpy(&quad, p, sizeof(quad));
    return quad;
  }

  LMZIP_INLINE static int8x16_t Signed(I a) { return vreinterpretq_s8_s32(a); }
  LMZIP_INLINE static uint8x16_t Unsigned(I a) { return vreinterpretq_u8_s32(a); }

  /// Read and changed, as far as the compiler knows.
  LMZIP_INLINE static void Touch(I& a) { asm volatile("" : "+w"(a)); }
};

#if defined(__ARM_FEATURE_DOTPROD)
/// Four products of bytes are added to each sum by one instruction.
struct DotProducts : Neon {
  LMZIP_INLINE static I AddProducts(I sum, I a, I b) {
    return vdotq_s32(sum, Signed(a), Signed(b));
  }
  LMZIP_INLINE static I AddValueProducts(I sum, I e, I values) {
    return vreinterpretq_s32_u32(
        vdotq_u32(vreinterpretq_u32_s32(sum), Unsigned(e), Unsigned(values)));
  }
  LMZIP_INLINE static I AddSmallProducts(I sum, I inputs0, I weights0, I inputs1, I weights1) {
    return AddProducts(AddProducts(sum, inputs0, weights0), inputs1, weights1);
  }
};
#endif

}  // namespace
}  // namespace lmzip
