// Models whose logits are floating-point numbers (tier pinned).
#pragma once

#include <vector>

#include "torch/torch_model.h"

namespace lmzip {

/// Feeds the module one token of one lane a call, whatever is asked for: encoder and decoder make
/// the same calls in every lane, so that they get the same logits wherever the module repeats
/// itself. Logits l, in nats, become max(-32767, round((l - max) * 256 / ln 2)): integers
/// in units of 1/256 bit, the largest of a row being 0. NaN and positive infinity throw
/// Error{kModelLoad}.
class PinnedPredictor final : public HostPredictor {
 public:
  /// `model` must outlive this.
  PinnedPredictor(const TorchModel& model, int lanes);

  int lanes() const override { return static_cast<int>(states_.size()); }
  void Reset(int lane) override;

 private:
  void Compute(std::span<const int> lanes, int count, const int32_t* tokens,
               int16_t* logits) override;
  void Step(TorchModel::State& state, int32_t token, int16_t* logits) const;

  const TorchModel& model_;
  std::vector<TorchModel::State> states_;  // of each lane
};

}  // namespace lmzip
