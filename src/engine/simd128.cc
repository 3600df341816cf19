// WebAssembly's vectors of 128 bits.
#include <wasm_simd128.h>

#include "engine/vector_kernels.h"

namespace lmzip {
namespace {

struct Simd128 {
  using I = v128_t;
  using F = __f32x4;
  static constexpr Isa kIsa = Isa::kSimd128;
  static constexpr int kLanes = 4;
  static constexpr int kTileRows =
      2;  // engines keep vectors in the machine's registers, of which x86-64 has 16
  static constexpr int kPeakSums = 8;
  static constexpr int kPreferredLanes = 2;
  static constexpr int kSparsePercent = 75;  // of the inputs; with more, all are multiplied
  static constexpr bool kMultipliesPairs = false;
  // Products are of two signed bytes or of two unsigned ones, as those of e (up to 255) must be.
  static constexpr int kOffset = 0;
  static constexpr int kValueOffset = 64;

  LMZIP_INLINE static I Load(const void* p) { return wasm_v128_load(p); }
  LMZIP_INLINE static void Store(void* p, I a) { wasm_v128_store(p, a); }
  LMZIP_INLINE static F LoadFloats(const float* p) { return F(wasm_v128_load(p)); }
  LMZIP_INLINE static I LoadBytes(const uint8_t* p) {
    return wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p)));
  }
  LMZIP_INLINE static I Load16(const uint8_t* p) { return wasm_v128_load(p); }
  LMZIP_INLINE static void StoreBytes(void* p, I a) {
    wasm_v128_store32_lane(
        p, wasm_i8x16_shuffle(a, a, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12), 0);
  }
  LMZIP_INLINE static void StoreShorts(int16_t* p, I a) {
    wasm_v128_store64_lane(p, wasm_i16x8_shuffle(a, a, 0, 2, 4, 6, 0, 2, 4, 6), 0);
  }

  LMZIP_INLINE static I Zero() { return wasm_i32x4_const_splat(0); }
  LMZIP_INLINE static I Set(int32_t a) { return wasm_i32x4_splat(a); }
  LMZIP_INLINE static I SetBytes(int8_t a) { return wasm_i8x16_splat(a); }
  LMZIP_INLINE static F Set(float a) { return F(wasm_f32x4_splat(a)); }

  LMZIP_INLINE static I Add(I a, I b) { return wasm_i32x4_add(a, b); }
  LMZIP_INLINE static I Sub(I a, I b) { return wasm_i32x4_sub(a, b); }
  LMZIP_INLINE static I Min(I a, I b) { return wasm_i32x4_min(a, b); }
  LMZIP_INLINE static I Max(I a, I b) { return wasm_i32x4_max(a, b); }
  LMZIP_INLINE static I Or(I a, I b) { return wasm_v128_or(a, b); }
  LMZIP_INLINE static I Xor(I a, I b) { return wasm_v128_xor(a, b); }
  LMZIP_INLINE static I AndNot(I mask, I a) { return wasm_v128_andnot(a, mask); }
  LMZIP_INLINE static I ShiftLeft(I a, int bits) {
    return wasm_i32x4_shl(a, static_cast<uint32_t>(bits));
  }
  LMZIP_INLINE static int32_t Max32(I a) {
    const I pairs = Max(a, wasm_i32x4_shuffle(a, a, 2, 3, 0, 1));
    const int32_t a0 = wasm_i32x4_extract_lane(pairs, 0), a1 = wasm_i32x4_extract_lane(pairs, 1);
    return a0 > a1 ? a0 : a1;
  }

  /// One bit a lane.
  LMZIP_INLINE static uint32_t NonzeroMask(I a) {
    return static_cast<uint32_t>(wasm_i32x4_bitmask(wasm_i32x4_ne(a, Zero())));
  }

  LMZIP_INLINE static F ToFloat(I a) { return F(wasm_f32x4_convert_i32x4(a)); }
  LMZIP_INLINE static I Round(F a) { return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(I(a))); }
  LMZIP_INLINE static F Negate(F a) { return F(wasm_f32x4_neg(I(a))); }
  LMZIP_INLINE static F Mul(F a, F b) { return F(wasm_f32x4_mul(I(a), I(b))); }
  LMZIP_INLINE static F Div(F a, F b) { return F(wasm_f32x4_div(I(a), I(b))); }
  LMZIP_INLINE static F Min(F a, F b) { return F(wasm_f32x4_pmin(I(a), I(b))); }
  LMZIP_INLINE static F Max(F a, F b) { return F(wasm_f32x4_pmax(I(a), I(b))); }

  LMZIP_INLINE static I AddSquares(I sum, I a) {
    return wasm_i64x2_add(wasm_i64x2_add(sum, wasm_i64x2_extmul_low_i32x4(a, a)),
                          wasm_i64x2_extmul_high_i32x4(a, a));
  }
  LMZIP_INLINE static I AddBytes(I sum, I bytes) {
    const I sums = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes));
    const I pairs = wasm_i64x2_add(wasm_u64x2_shr(sums, 32),
                                   wasm_v128_and(sums, wasm_i64x2_const_splat(0xffffffff)));
    return wasm_i64x2_add(sum, pairs);
  }
  LMZIP_INLINE static int64_t Sum64(I a) {
    return wasm_i64x2_extract_lane(a, 0) + wasm_i64x2_extract_lane(a, 1);
  }

  // A product of 16-bit numbers adds two neighbours: those of even bytes and of odd ones make four.
  LMZIP_INLINE static I AddProducts(I sum, I a, I b) {
    const I even = wasm_i32x4_dot_i16x8(wasm_i16x8_shr(wasm_i16x8_shl(a, 8), 8),
                                        wasm_i16x8_shr(wasm_i16x8_shl(b, 8), 8));
    return Add(sum, Add(even, wasm_i32x4_dot_i16x8(wasm_i16x8_shr(a, 8), wasm_i16x8_shr(b, 8))));
  }
  LMZIP_INLINE static I AddValueProducts(I sum, I e, I values) {
    const I low = wasm_i16x8_const_splat(0xff);
    const I even = wasm_i32x4_dot_i16x8(wasm_v128_and(e, low), wasm_v128_and(values, low));
    return Add(sum,
               Add(even, wasm_i32x4_dot_i16x8(wasm_u16x8_shr(e, 8), wasm_u16x8_shr(values, 8))));
  }
  LMZIP_INLINE static I AddSmallProducts(I sum, I inputs0, I weights0, I inputs1, I weights1) {
    return AddProducts(AddProducts(sum, inputs0, weights0), inputs1, weights1);
  }

  LMZIP_INLINE static I AddBytesSaturated(I a, I b) { return wasm_u8x16_add_sat(a, b); }
  LMZIP_INLINE static I Shuffle(I table, I index) {
    return wasm_i8x16_swizzle(table, wasm_v128_and(index, wasm_u8x16_const_splat(0x8f)));
  }
  /// 16 values in order, saturated to 0..255.
  LMZIP_INLINE static I PackBytes(I a, I b, I c, I d) {
    return wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d));
  }
  LMZIP_INLINE static I BroadcastQuad(const uint8_t* quad) { return wasm_v128_load32_splat(quad); }

  /// Read and changed, as far as the compiler knows.
  LMZIP_INLINE static void Touch(I& a) { asm volatile("" : "+r"(a)); }
};

}  // namespace

const Kernels& Simd128Kernels() {
  static constexpr VectorKernels<Simd128> kKernels;
  return kKernels;
}

}  // namespace lmzip
