// A model's weights in the layout that one kernel set wants.
#pragma once

#include <memory>
#include <vector>

#include "base/zeroed_array.h"
#include "engine/kernels.h"
#include "model/exact1.h"

namespace lmzip {

struct PackedLayer {
  PackedLinear key, value, query, output, up, down;
  AttentionParameters attention;
};

/// Immutable; shared by all predictors of a model.
///
/// A matrix of B = weight_block_rows() is [blocks][columns / 4][B][4]: a vector of B rows times 4
/// inputs meets the 4 inputs broadcast to all its rows. Missing rows of the last block are 0.
class PackedWeights {
 public:
  PackedWeights(std::shared_ptr<const Exact1Weights> weights, const Kernels& kernels);
  PackedWeights(const PackedWeights&) = delete;

  const Exact1Weights& weights() const { return *weights_; }
  const Exact1Shape& shape() const { return weights_->shape; }
  const Kernels& kernels() const { return kernels_; }
  const std::vector<PackedLayer>& layers() const { return layers_; }
  const PackedLinear& head() const { return head_; }

  size_t layer_cache_bytes() const { return kernels_.CacheBytes(shape().window); }
  size_t lane_bytes() const { return layer_cache_bytes() * shape().layers; }

 private:
  PackedLayer PackLayer(const Exact1Layer& layer);
  PackedLinear Pack(const QuantizedLinear& linear, int rows, int columns, int operand_offset);

  std::shared_ptr<const Exact1Weights> weights_;
  const Kernels& kernels_;
  ZeroedArena arena_;  // of all that the layers point to, in the order of its use
  std::vector<PackedLayer> layers_;
  PackedLinear head_;
};

}  // namespace lmzip
