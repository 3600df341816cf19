// What an instruction set must provide: the steps of one layer, over a batch of rows (a row is one
// token of one lane). portable.cc states them plainly; avx2.cc and avx512vnni.cc compute the same
// integers faster. Section numbers are those of src/model/EXACT.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/cpu.h"
#include "engine/aligned.h"
#include "model/exact1.h"

namespace lmzip {

/// Rows of a batch: a matrix is read from the cache once a batch.
inline constexpr int kMaxBatchRows = 16;
inline constexpr int kMaxResidual = 1 << 20;  // |x|
inline constexpr int kMaxQuery = 127;
inline constexpr int kMaxKeyValue = 63;
inline constexpr int kMaxActivation = 63;  // what a norm or an attention hands to a matrix
inline constexpr int kMaxHidden = 127;
inline constexpr int kMaxLogit = 32767;
/// The score of what lies outside the window.
inline constexpr int kMasked = -(1 << 23);

/// 255 exp(-i/8), rounded; beyond the end, 0.
inline constexpr std::array<uint8_t, 50> kExp = {
    255, 225, 199, 175, 155, 136, 120, 106, 94, 83, 73, 64, 57, 50, 44, 39, 35,
    30,  27,  24,  21,  18,  16,  14,  13,  11, 10, 9,  8,  7,  6,  5,  5,  4,
    4,   3,   3,   2,   2,   2,   2,   2,   1,  1,  1,  1,  1,  1,  1,  1};

/// What a matrix is multiplied with: the outputs of a norm or an attention, in -63..63, or hidden
/// units, in 0..127. A kernel set stores the former as it likes, a byte each.
enum class Operand { kActivation, kHidden };

/// A matrix in a kernel set's own layout, padded to whole panels of output rows.
struct PackedLinear {
  int rows;     // outputs
  int columns;  // inputs
  AlignedVector<int8_t> weights;
  AlignedVector<float> scales;
  AlignedVector<int32_t> offsets;  // what the sums start from, if the operands' storage needs it
};

/// Scores' biases of one layer, in a kernel set's own layout.
struct PackedBias {
  int heads;
  int window;
  AlignedVector<int32_t> values;
};

struct AttentionScales {
  float score;   // c
  float output;  // c_o
};

/// Stateless; one constant object an instruction set.
class Kernels {
 public:
  virtual Isa isa() const = 0;
  /// Lanes that a step of one token each needs to run near full speed.
  virtual int preferred_lanes() const = 0;

  virtual PackedLinear Pack(const QuantizedLinear& linear, int rows, int columns,
                            Operand operand) const = 0;
  virtual PackedBias PackBias(const int32_t* bias, int heads, int window) const = 0;
  /// Bytes of the keys and values of one lane and layer.
  virtual size_t CacheBytes(int window) const = 0;

  /// x: int32[rows][width]; y: bytes[rows][width], an activation.
  virtual void Normalize(int rows, int width, const int32_t* x, const float* gain,
                         uint8_t* y) const = 0;
  /// out: [rows][linear.rows], clamped to +-limit.
  virtual void Project(const PackedLinear& linear, int rows, const uint8_t* in, int limit,
                       int8_t* out) const = 0;
  /// x: int32[rows][linear.rows] += the product.
  virtual void AddProduct(const PackedLinear& linear, int rows, const uint8_t* in,
                          int32_t* x) const = 0;
  /// out: [rows][linear.rows] hidden units.
  virtual void Hidden(const PackedLinear& linear, int rows, const uint8_t* in, float hidden_scale,
                      uint8_t* out) const = 0;
  /// out: [rows][linear.rows].
  virtual void Logits(const PackedLinear& linear, int rows, const uint8_t* in,
                      int16_t* out) const = 0;

  /// Puts the key and value (int8[64] each) of the lane's token number `position` into its cache.
  virtual void Store(uint8_t* cache, int window, uint64_t position, const int8_t* key,
                     const int8_t* value) const = 0;
  /// Attention of token number `position`, whose key and value are stored, to its window.
  /// query: [heads][64]; out: bytes[heads][64], an activation.
  virtual void Attend(const uint8_t* cache, const PackedBias& bias, AttentionScales scales,
                      uint64_t position, const int8_t* query, uint8_t* out) const = 0;

 protected:
  ~Kernels() = default;
};

const Kernels& PortableKernels();

}  // namespace lmzip
