#include <arm_neon.h>

#include "mixer/mix_vectors.h"

namespace lmzip {
namespace {

/// Eight integers in two registers.
struct Neon {
  struct I {
    int32x4_t low, high;
  };
  using Eight = Neon;
  static constexpr size_t kLanes = 8;

  static I Load(const void* p) {
    const int32_t* const values = static_cast<const int32_t*>(p);
    return {vld1q_s32(values), vld1q_s32(values + 4)};
  }
  static void Store(void* p, I a) {
    int32_t* const values = static_cast<int32_t*>(p);
    vst1q_s32(values, a.low);
    vst1q_s32(values + 4, a.high);
  }
  static I Set(int32_t a) { return {vdupq_n_s32(a), vdupq_n_s32(a)}; }
  static I Add(I a, I b) { return {vaddq_s32(a.low, b.low), vaddq_s32(a.high, b.high)}; }
  static I Sub(I a, I b) { return {vsubq_s32(a.low, b.low), vsubq_s32(a.high, b.high)}; }
  static I Multiply(I a, I b) { return {vmulq_s32(a.low, b.low), vmulq_s32(a.high, b.high)}; }
  static I Min(I a, I b) { return {vminq_s32(a.low, b.low), vminq_s32(a.high, b.high)}; }
  static I Max(I a, I b) { return {vmaxq_s32(a.low, b.low), vmaxq_s32(a.high, b.high)}; }
  static I And(I a, I b) { return {vandq_s32(a.low, b.low), vandq_s32(a.high, b.high)}; }
  static I Or(I a, I b) { return {vorrq_s32(a.low, b.low), vorrq_s32(a.high, b.high)}; }
  static I Xor(I a, I b) { return {veorq_s32(a.low, b.low), veorq_s32(a.high, b.high)}; }
  template <int kBits>
  static I ShiftLeft(I a) {
    return {vshlq_n_s32(a.low, kBits), vshlq_n_s32(a.high, kBits)};
  }
  template <int kBits>
  static I ShiftRight(I a) {
    return {ShiftUnsigned<kBits>(a.low), ShiftUnsigned<kBits>(a.high)};
  }
  template <int kBits>
  static I ShiftRightSigned(I a) {
    return {vshrq_n_s32(a.low, kBits), vshrq_n_s32(a.high, kBits)};
  }
  template <int kBits>
  static I AddShifted(I sum, I a) {
    return {vsraq_n_s32(sum.low, a.low, kBits), vsraq_n_s32(sum.high, a.high, kBits)};
  }
  template <int kBits>
  static I AddRounded(I sum, I a) {
    return {vrsraq_n_s32(sum.low, a.low, kBits), vrsraq_n_s32(sum.high, a.high, kBits)};
  }
  static I Quotient(I a, I b) { return {Divide(a.low, b.low), Divide(a.high, b.high)}; }

  static I Fold(I a) { return a; }
  static I SumsOf(const I* v) {
    int32x4_t halves[kSets];
    for (size_t i = 0; i < kSets; ++i) halves[i] = vaddq_s32(v[i].low, v[i].high);
    return {vpaddq_s32(vpaddq_s32(halves[0], halves[1]), vpaddq_s32(halves[2], halves[3])),
            vpaddq_s32(vpaddq_s32(halves[4], halves[5]), vdupq_n_s32(0))};
  }
  static int32_t SumOf(I a) { return vaddvq_s32(vaddq_s32(a.low, a.high)); }

  static void LearnNodes(const uint16_t* before, uint16_t goal, uint16_t* after) {
    for (size_t i = 0; i < 16; i += 8) {
      vst1q_u16(after + i, LearnEightNodes(vld1q_u16(before + i), vdupq_n_u16(goal)));
    }
  }

 private:
  template <int kBits>
  static int32x4_t ShiftUnsigned(int32x4_t a) {
    return vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(a), kBits));
  }
  static int32x4_t Divide(int32x4_t a, int32x4_t b) {
    return vcvtq_s32_f32(vdivq_f32(vcvtq_f32_s32(a), vcvtq_f32_s32(b)));
  }

  /// The entries of `count`, in the low byte; the high byte's index, beyond the table, gives 0.
  static uint16x8_t LookUp(const std::array<uint8_t, 16>& entries, uint16x8_t count) {
    const uint8x16_t index = vreinterpretq_u8_u16(vorrq_u16(count, vdupq_n_u16(0xff00)));
    return vreinterpretq_u16_u8(vqtbl1q_u8(vld1q_u8(entries.data()), index));
  }

  static uint16x8_t LearnEightNodes(uint16x8_t state, uint16x8_t goal) {
    const uint16x8_t flip = vdupq_n_u16(0x8000);
    const uint16x8_t count = vandq_u16(state, vdupq_n_u16(15));
    const uint16x8_t step =
        vsliq_n_u16(LookUp(kNodeStepsLow, count), LookUp(kNodeStepsHigh, count), 8);
    const uint16x8_t distance = veorq_u16(vshrq_n_u16(veorq_u16(state, flip), 4), goal);
    uint16x8_t n = LookUp(kNodeCounts, count);
    const uint16x8_t surprised = vcgtq_u16(distance, vdupq_n_u16(Node::kSurprise));
    n = vbslq_u16(surprised, vminq_u16(n, vdupq_n_u16(Node::kSurprisedCount)), n);
    n = vsubq_u16(n, vcltq_u16(n, vdupq_n_u16(Node::kMaxCount)));
    const uint32x4_t low = vmull_u16(vget_low_u16(distance), vget_low_u16(step));
    const uint32x4_t high = vmull_high_u16(distance, step);
    const uint16x8_t learned =
        vsubq_u16(distance, vuzp2q_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(high)));
    const uint16x8_t p = vshlq_n_u16(veorq_u16(learned, goal), 4);
    return vorrq_u16(veorq_u16(p, flip), n);
  }
};

}  // namespace

const MixKernels kNeonKernels = kVectorKernels<Neon>;

}  // namespace lmzip
