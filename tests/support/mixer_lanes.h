// The order in which a frame's bytes pass through the mixer.
#pragma once

#include <algorithm>
#include <cstddef>

#include "mixer/mixer.h"

namespace lmzip::testing {

struct LaneGeometry {
  int lanes = 1;
  size_t segment = 65536;  // bytes
};

/// Blocks, then steps, then lanes (FORMAT.md 4): calls `code_byte(lane, position)` for each of
/// `size` bytes, and mixer.StartSegment() for the lanes of a block before them.
template <typename CodeByte>
void CodeInLanes(Mixer& mixer, size_t size, const LaneGeometry& geometry, CodeByte code_byte) {
  const size_t lanes = static_cast<size_t>(geometry.lanes);
  for (size_t block = 0; block < size; block += lanes * geometry.segment) {
    const size_t block_bytes = std::min(size - block, lanes * geometry.segment);
    const size_t steps = (block_bytes + lanes - 1) / lanes;
    const auto begin = [&](size_t lane) { return block + std::min(lane * steps, block_bytes); };
    for (size_t lane = 0; lane < lanes; ++lane) {
      mixer.StartSegment(static_cast<int>(lane), begin(lane), begin(lane + 1));
    }
    for (size_t step = 0; step < steps; ++step) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        const size_t position = begin(lane) + step;
        if (position < begin(lane + 1)) code_byte(static_cast<int>(lane), position);
      }
    }
  }
}

}  // namespace lmzip::testing
