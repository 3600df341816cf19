// What bytes cost in the mixer, and the hash of its probabilities.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "mixer/mixer.h"
#include "support/mixer_lanes.h"

namespace lmzip::testing {

struct MixerCost {
  double bits = 0;
  uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a of all probabilities

  double bytes() const { return bits / 8; }
};

/// Which distribution the network gives the byte at a position, or null; empty: there is no
/// network.
using NetworkAt = std::function<const ByteTree*(size_t position)>;

/// Codes `bytes` in `geometry`, which says options.lanes, as a codec does: the mixer sees a buffer
/// that holds `filler` wherever nothing has been coded yet.
inline MixerCost CostOf(MixerOptions options, const std::vector<uint8_t>& bytes,
                        const LaneGeometry& geometry, uint8_t filler, const NetworkAt& network) {
  std::vector<uint8_t> buffer(bytes.size(), filler);
  options.lanes = geometry.lanes;
  Mixer mixer(options, buffer);
  MixerCost cost;
  CodeInLanes(mixer, bytes.size(), geometry, [&](int lane, size_t position) {
    mixer.BeginByte(lane, network ? network(position) : nullptr);
    for (int i = 7; i >= 0; --i) {
      const int bit = bytes[position] >> i & 1;
      const uint32_t p = mixer.P();
      EXPECT_TRUE(p >= 1 && p < 1u << kBitProbabilityBits) << p;
      cost.hash = (cost.hash ^ p) * 0x100000001B3u;
      constexpr uint32_t kOne = 1 << kBitProbabilityBits;
      cost.bits -= std::log2((bit != 0 ? p : kOne - p) / double{kOne});
      mixer.Update(bit);
    }
    buffer[position] = bytes[position];
  });
  return cost;
}

/// The same, with these typed segments, without prior.
inline MixerCost CostOf(const std::vector<uint8_t>& bytes, std::span<const TypedSegment> segments,
                        const LaneGeometry& geometry = {}, uint8_t filler = 0,
                        const ByteTree* network = nullptr) {
  return CostOf({.segments = segments}, bytes, geometry, filler,
                [network](size_t) { return network; });
}

}  // namespace lmzip::testing
