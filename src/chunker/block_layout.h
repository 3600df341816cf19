// Frames into blocks, blocks into lanes (FORMAT.md 4).
#pragma once

#include <algorithm>
#include <cstdint>

#include "format/headers.h"

namespace lmzip {

/// A block: consecutive content, cut into one segment a lane. Step t codes byte t of every lane's
/// segment that has one, lane 0 first.
struct Block {
  uint64_t begin = 0;  // of its content, in the frame
  uint64_t bytes = 0;
  uint64_t segment = 0;  // bytes of every lane's segment but the last ones'
  int lanes = 0;

  uint64_t LaneBegin(int lane) const { return begin + std::min(lane * segment, bytes); }
  uint64_t LaneEnd(int lane) const { return LaneBegin(lane + 1); }
  uint64_t LaneBytes(int lane) const { return LaneEnd(lane) - LaneBegin(lane); }
  uint64_t end() const { return begin + bytes; }
};

/// The block of what a frame codes that begins at `begin`. The last block is shorter: what is left
/// is spread over all lanes. REQUIRES: begin < coded_bytes.
inline Block BlockAt(const Geometry& geometry, uint64_t coded_bytes, uint64_t begin) {
  const auto lanes = static_cast<uint64_t>(geometry.lanes());
  Block block;
  block.begin = begin;
  block.lanes = geometry.lanes();
  block.bytes = std::min(lanes * geometry.segment_bytes(), coded_bytes - begin);
  block.segment = (block.bytes + lanes - 1) / lanes;
  return block;
}

}  // namespace lmzip
