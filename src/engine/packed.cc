#include "engine/packed.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace lmzip {
namespace {

constexpr int kQuad = 4;  // inputs side by side in a vector

/// One row into its place in its block, `stride` bytes from one quad of inputs to the next.
void ScatterRow(const int8_t* row, int columns, size_t stride, int8_t* packed) {
  for (int i = 0; i < columns; i += kQuad, packed += stride) std::memcpy(packed, row + i, kQuad);
}

int32_t Sum(const int8_t* row, int columns) {
  int32_t sum = 0;
  for (int i = 0; i < columns; ++i) sum += row[i];
  return sum;
}

}  // namespace

PackedWeights::PackedWeights(std::shared_ptr<const Exact1Weights> weights, const Kernels& kernels)
    : weights_(std::move(weights)), kernels_(kernels) {
  for (const Exact1Layer& layer : weights_->layers) layers_.push_back(PackLayer(layer));
  head_ = Pack(weights_->head, shape().vocabulary, shape().width, kernels.activation_offset());
}

PackedLayer PackedWeights::PackLayer(const Exact1Layer& layer) {
  const int width = shape().width;
  const int heads = shape().heads();
  const int window = shape().window;
  const int offset = kernels_.activation_offset();
  int32_t* bias = arena_.Take<int32_t>(kernels_.PackedBiasSize(heads, window));
  kernels_.PackBias(layer.bias, heads, window, bias);
  return {.key = Pack(layer.k, kHeadWidth, width, offset),
          .value = Pack(layer.v, kHeadWidth, width, offset),
          .query = Pack(layer.q, width, width, offset),
          .output = Pack(layer.o, width, width, offset),
          .up = Pack(layer.up, shape().hidden, width, offset),
          .down = Pack(layer.down, width, shape().hidden, 0),
          .attention = {.heads = heads,
                        .window = window,
                        .score_scale = layer.score_scale,
                        .output_scale = layer.output_scale,
                        .bias = bias}};
}

PackedLinear PackedWeights::Pack(const QuantizedLinear& linear, int rows, int columns,
                                 int operand_offset) {
  const int block = kernels_.weight_block_rows();
  const size_t padded_rows = size_t{1} * (rows + block - 1) / block * block;
  int8_t* matrix = arena_.Take<int8_t>(padded_rows * columns);
  float* scales = arena_.Take<float>(padded_rows);
  int32_t* offsets = arena_.Take<int32_t>(padded_rows);
  for (int row = 0; row < rows; ++row) {
    const int8_t* source = linear.weights + size_t{1} * row * columns;
    int8_t* packed = matrix + size_t{1} * (row / block) * block * columns;
    ScatterRow(source, columns, size_t{1} * block * kQuad, packed + row % block * kQuad);
    offsets[row] = -operand_offset * Sum(source, columns);
  }
  std::copy_n(linear.scales, rows, scales);
  return {rows, columns, matrix, scales, offsets};
}

}  // namespace lmzip
