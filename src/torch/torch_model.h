// A TorchScript model behind the predictor interface.
#pragma once

// First: clang needs IValue complete where libtorch 1.13 goes on to use vectors of it.
#include <ATen/core/ivalue.h>

#include <torch/script.h>

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/predictor.h"

namespace lmzip {

class TorchModel final : public Model {
 public:
  /// See TorchOpenFunction.
  TorchModel(ByteView archive, const std::string& device);

  int vocabulary() const override { return vocabulary_; }
  std::string engine() const override;
  size_t lane_bytes() const override;
  size_t predictor_bytes() const override { return scratch_bytes_; }
  int preferred_lanes() const override;
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override;

  using State = std::vector<at::Tensor>;  // every tensor has the lanes first

  /// The state of `lanes` fresh streams.
  State Init(int lanes) const;
  /// tokens: int64 [lanes, T]. Returns int16 logits [lanes, T, V] and replaces `state`, of those
  /// lanes.
  at::Tensor Forward(const at::Tensor& tokens, State& state) const;
  const at::Device& device() const { return device_; }

 private:
  at::Device device_;
  torch::jit::Module module_;
  int vocabulary_ = 0;
  size_t scratch_bytes_ = 0;
  State fresh_;  // of one lane
};

}  // namespace lmzip
