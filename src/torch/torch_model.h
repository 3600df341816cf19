// A TorchScript model behind the predictor interface.
#pragma once

// First: clang needs IValue complete where libtorch 1.13 goes on to use vectors of it.
#include <ATen/core/ivalue.h>

#include <torch/script.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/random_access.h"
#include "model/predictor.h"

namespace lmzip {

class TorchModel final : public Model {
 public:
  /// See TorchOpenFunction.
  TorchModel(const RandomAccess& archive, const std::string& device, int threads);

  int vocabulary() const override { return vocabulary_; }
  std::string engine() const override;
  std::string fingerprint() const override { return fingerprint_; }
  size_t lane_bytes() const override;
  size_t predictor_bytes() const override { return scratch_bytes_; }
  int preferred_lanes() const override;
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override;

  using State = std::vector<at::Tensor>;  // every tensor has the lanes first

  /// The state of `lanes` fresh streams.
  State Init(int lanes) const;
  /// tokens: int64 [lanes, T]. Returns logits [lanes, T, V], int16 of exact models, floating-point
  /// of pinned ones, and replaces `state`, of those lanes.
  at::Tensor Forward(const at::Tensor& tokens, State& state) const;
  const at::Device& device() const { return device_; }

 private:
  void Describe(const nlohmann::json& description, int threads);

  at::Device device_;
  torch::jit::Module module_;
  int vocabulary_ = 0;
  // Of libtorch's operations. Exact models are run by many threads, each with calls of its own:
  // libtorch's would wait for each other in every small operation (on a busy machine with two
  // cores, steps of one lane took 20 times as long with two of them).
  int threads_ = 1;
  std::string fingerprint_;
  size_t scratch_bytes_ = 0;
  State fresh_;  // of one lane
};

}  // namespace lmzip
