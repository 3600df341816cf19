// What an instruction set must provide: the steps of one layer, over a batch of rows (a row is one
// token of one lane). portable.cc states them plainly; avx2.cc, avx512vnni.cc, neon*.cc and
// simd128.cc compute the same integers faster. Section numbers are those of src/model/EXACT.md.
//
// Plain data and raw pointers only: files compiled for one instruction set must not instantiate
// library templates, which the linker might then share with the rest of the program.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.h"
#include "model/exact1.h"

namespace lmzip {

/// Rows of a batch: a matrix is read from the outer caches once a batch.
inline constexpr int kMaxBatchRows = 16;

inline constexpr int kMaxResidual = 1 << 20;  // |x|
inline constexpr int kMaxQuery = 127;
inline constexpr int kMaxKeyValue = 63;
inline constexpr int kMaxActivation = 63;  // what a norm or an attention hands to a matrix
inline constexpr int kMaxHidden = 127;
inline constexpr int kMaxLogit = 32767;

/// 255 exp(-i/8), rounded; the last 14 entries, and what would follow, are 0 (5.1).
inline constexpr int kExpSize = 64;
inline constexpr uint8_t kExp[kExpSize] = {
    255, 225, 199, 175, 155, 136, 120, 106, 94, 83, 73, 64, 57, 50, 44, 39, 35,
    30,  27,  24,  21,  18,  16,  14,  13,  11, 10, 9,  8,  7,  6,  5,  5,  4,
    4,   3,   3,   2,   2,   2,   2,   2,   1,  1,  1,  1,  1,  1,  1,  1};

/// A matrix in blocks of Kernels::weight_block_rows() outputs; see packed.h.
struct PackedLinear {
  int rows;     // outputs
  int columns;  // inputs, a multiple of 64
  const int8_t* weights;
  const float* scales;     // [rows], padded to whole blocks
  const int32_t* offsets;  // [rows], padded likewise: added to the sums of products
};

struct AttentionParameters {
  int heads;
  int window;
  float score_scale;    // c
  float output_scale;   // c_o
  const int32_t* bias;  // as Kernels::PackBias() wrote it
};

/// Stateless; one constant object an instruction set. Activations (outputs of a norm or of an
/// attention, -63..63) are stored as one byte each, plus activation_offset().
class Kernels {
 public:
  virtual Isa isa() const = 0;
  /// Lanes that a step of one token each needs to run near full speed.
  virtual int preferred_lanes() const = 0;

  virtual int weight_block_rows() const = 0;
  virtual int activation_offset() const = 0;
  /// int32 values that the bias of all heads of a layer takes when packed.
  virtual size_t PackedBiasSize(int heads, int window) const = 0;
  virtual void PackBias(const int32_t* bias, int heads, int window, int32_t* packed) const = 0;
  /// Bytes of the keys and values of one lane and layer. What they hold at first is of no matter.
  virtual size_t CacheBytes(int window) const = 0;

  /// x: int32[rows][width]; y: activations [rows][width].
  virtual void Normalize(int rows, int width, const int32_t* x, const float* gain,
                         uint8_t* y) const = 0;
  /// out: [rows][linear.rows], clamped to +-limit.
  virtual void Project(const PackedLinear& linear, int rows, const uint8_t* in, int limit,
                       int8_t* out) const = 0;
  /// x: int32[rows][linear.rows] += the product, clamped.
  virtual void AddProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                          int32_t* x) const = 0;
  /// The same, at its best where most inputs are 0, as hidden units are.
  virtual void AddSparseProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                                int32_t* x) const = 0;
  /// out: [rows][linear.rows] hidden units (5.2).
  virtual void Hidden(const PackedLinear& linear, int rows, const uint8_t* in, float hidden_scale,
                      uint8_t* out) const = 0;
  /// out: [rows][linear.rows].
  virtual void Logits(const PackedLinear& linear, int rows, const uint8_t* in,
                      int16_t* out) const = 0;

  /// Puts the key and value (int8[64] each) of the stream's token number `position` into its cache.
  virtual void Store(uint8_t* cache, int window, uint64_t position, const int8_t* key,
                     const int8_t* value) const = 0;
  /// Attention of token number `position`, whose key and value were the last to be stored.
  /// query: [heads][64]; out: activations [heads][64].
  virtual void Attend(const uint8_t* cache, const AttentionParameters& parameters,
                      uint64_t position, const int8_t* query, uint8_t* out) const = 0;

  /// Multiplies and adds bytes as fast as the instruction set can, in registers; the number of
  /// operations done (a multiplication and its addition are two).
  virtual int64_t RunAtPeak(int repetitions) const = 0;

 protected:
  ~Kernels() = default;
};

/// REQUIRES: the machine has `isa`.
const Kernels& KernelsFor(Isa isa);

const Kernels& PortableKernels();
const Kernels& Avx2Kernels();
const Kernels& Avx512VnniKernels();
const Kernels& NeonKernels();
const Kernels& NeonDotKernels();
const Kernels& NeonI8mmKernels();
const Kernels& Simd128Kernels();

}  // namespace lmzip
