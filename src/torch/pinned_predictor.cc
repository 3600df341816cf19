#include "torch/pinned_predictor.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "lmzip/error.h"
#include "torch/guarded.h"

namespace lmzip {
namespace {

constexpr double kUnitsPerNat = 256 / 0.69314718055994530942;  // 1/256 bit
constexpr double kLeast = -32767;

void ToIntegers(const double* logits, int count, int16_t* out) {
  double most = -INFINITY;
  for (int i = 0; i < count; ++i) {
    if (std::isnan(logits[i]) || logits[i] == INFINITY) {
      throw Error(ErrorCode::kModelLoad, "the model's logit of token " + std::to_string(i) +
                                             " is " + std::to_string(logits[i]));
    }
    most = std::max(most, logits[i]);
  }
  if (std::isinf(most)) throw Error(ErrorCode::kModelLoad, "the model rules out every token");
  for (int i = 0; i < count; ++i) {
    const double units = std::rint((logits[i] - most) * kUnitsPerNat);
    out[i] = static_cast<int16_t>(std::max(units, kLeast));
  }
}

}  // namespace

PinnedPredictor::PinnedPredictor(const TorchModel& model, int lanes) : model_(model) {
  for (int lane = 0; lane < lanes; ++lane) states_.push_back(model.Init(1));
}

void PinnedPredictor::Reset(int lane) {
  LMZIP_CHECK(lane >= 0 && lane < lanes());
  states_[lane] = model_.Init(1);
}

void PinnedPredictor::Compute(std::span<const int> lanes, int count, const int32_t* tokens,
                              int16_t* logits) {
  Guarded("running a model", [&] {
    for (int lane : lanes) {
      LMZIP_CHECK(lane >= 0 && lane < this->lanes());
      for (int i = 0; i < count; ++i) {
        Step(states_[lane], *tokens++, logits);
        logits += model_.vocabulary();
      }
    }
  });
}

void PinnedPredictor::Step(TorchModel::State& state, int32_t token, int16_t* logits) const {
  const at::Tensor input = torch::full({1, 1}, token, at::kLong).to(model_.device());
  const at::Tensor row = model_.Forward(input, state).to(at::kCPU, at::kDouble).contiguous();
  ToIntegers(row.data_ptr<double>(), model_.vocabulary(), logits);
}

}  // namespace lmzip
