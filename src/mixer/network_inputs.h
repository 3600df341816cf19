// What a network says of a bit, as inputs (MIXER.md, "Network inputs").
#pragma once

#include <cstddef>
#include <cstdint>

#include "coder/byte_tree.h"
#include "mixer/logistic.h"

namespace lmzip {

inline constexpr size_t kNetworkInputCount = 2;

/// Of the bit after `partial`, the byte's bits so far after a leading 1; zeros without a network.
inline void WriteNetworkInputs(const ByteTree* network, uint32_t partial,
                               int32_t* inputs) noexcept {
  if (network == nullptr) {
    inputs[0] = inputs[1] = 0;
    return;
  }
  const uint32_t p = network->P16(partial);
  inputs[0] = Stretch(p);
  inputs[1] = (static_cast<int>(p) - 32768) >> 3;
}

}  // namespace lmzip
