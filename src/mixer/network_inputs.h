// The network's share of the inputs (MIXER.md, "Network inputs").
#pragma once

#include <cstddef>
#include <cstdint>

#include "coder/byte_tree.h"
#include "mixer/apm.h"
#include "mixer/logistic.h"

namespace lmzip {

class NetworkInputs {
 public:
  static constexpr size_t kCount = 3;
  static constexpr size_t kMapContexts = 256;

  /// Writes kCount inputs for the bit after `partial`.
  void Predict(const ByteTree& model, uint32_t partial, int32_t* inputs) noexcept {
    const uint32_t p = model.P1(partial);
    const int logistic = Stretch(p);
    inputs[0] = logistic;
    inputs[1] = (static_cast<int>(p) - 32768) >> 3;
    inputs[2] = Stretch(static_cast<uint32_t>(map_.Refine(partial, logistic)));
  }

  void Update(int bit) noexcept { map_.Update(bit, kShift); }

  ProbabilityMap& map() noexcept { return map_; }

 private:
  static constexpr int kShift = 6;

  ProbabilityMap map_{kMapContexts};
};

}  // namespace lmzip
