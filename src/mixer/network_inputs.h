// The network's share of the inputs (MIXER.md, "Network inputs").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "coder/byte_tree.h"
#include "mixer/apm.h"
#include "mixer/logistic.h"

namespace lmzip {

class NetworkInputs {
 public:
  static constexpr size_t kCount = 4;
  static constexpr std::array<size_t, 2> kMapContexts = {256, 4};

  /// Writes kCount inputs for the bit after `partial`; `match_state` (0..2) says whether a match
  /// expects a zero, a one or nothing.
  void Predict(const ByteTree& model, uint32_t partial, uint32_t match_state,
               int32_t* inputs) noexcept {
    const uint32_t p = model.P1(partial);
    const int logistic = Stretch(p);
    inputs[0] = logistic;
    inputs[1] = (static_cast<int>(p) - 32768) >> 3;
    inputs[2] = Stretch(static_cast<uint32_t>(by_prefix_.Refine(partial, logistic)));
    inputs[3] = Stretch(static_cast<uint32_t>(by_match_.Refine(match_state, logistic)));
  }

  void Update(int bit) noexcept {
    by_prefix_.Update(bit, kShift);
    by_match_.Update(bit, kShift);
  }

  std::array<ProbabilityMap*, 2> maps() noexcept { return {&by_prefix_, &by_match_}; }

 private:
  static constexpr int kShift = 6;

  ProbabilityMap by_prefix_{kMapContexts[0]};
  ProbabilityMap by_match_{kMapContexts[1]};
};

}  // namespace lmzip
