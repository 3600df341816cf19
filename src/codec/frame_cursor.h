// Where the coding of a frame stands.
#pragma once

#include <vector>

#include "base/check.h"
#include "chunker/block_layout.h"

namespace lmzip {

/// The block and the step that are coded, and what is done of every lane's segment. It moves in
/// turn, by whoever codes; beside that, the group of a lane may ask for its lane_bytes().
class FrameCursor {
 public:
  /// Stands before the first block of `coded_bytes` bytes.
  FrameCursor(const Geometry& geometry, uint64_t coded_bytes)
      : geometry_(geometry),
        frame_bytes_(coded_bytes),
        lane_bytes_(static_cast<size_t>(geometry.lanes())) {}

  const Geometry& geometry() const { return geometry_; }
  const Block& block() const { return block_; }
  /// Of the block: the step that is coded, or is next.
  uint64_t step() const { return step_; }
  /// Whether the last step was the block's last; true before the first block.
  bool block_done() const { return block_done_; }
  bool frame_done() const { return block_done_ && block_.end() == frame_bytes_; }
  /// Bytes of the lane's segment that are coded.
  uint64_t lane_bytes(int lane) const { return lane_bytes_[lane]; }
  /// Where the lane's next byte stands in what the frame codes.
  uint64_t position(int lane) const { return block_.LaneBegin(lane) + lane_bytes_[lane]; }
  /// Of all lanes and blocks.
  uint64_t coded_bytes() const { return coded_bytes_; }
  /// Where what is coded ends that has no gaps: within a block, lane 0's.
  uint64_t contiguous_end() const { return block_done_ ? block_.end() : position(0); }

  /// REQUIRES: block_done(), but not frame_done().
  void BeginBlock() {
    LMZIP_DCHECK(block_done_ && !frame_done());
    block_ = BlockAt(geometry_, frame_bytes_, block_.end());
    step_ = 0;
    block_done_ = false;
    lane_bytes_.assign(lane_bytes_.size(), 0);
    lanes_left_ = 0;
    for (int lane = 0; lane < block_.lanes; ++lane) lanes_left_ += block_.LaneBytes(lane) > 0;
  }

  /// The step's symbol of `lane` is coded; it is `bytes` bytes.
  void Pass(int lane, uint64_t bytes) {
    lane_bytes_[lane] += bytes;
    coded_bytes_ += bytes;
    lanes_left_ -= lane_bytes_[lane] == block_.LaneBytes(lane);
  }

  /// All lanes that had a symbol have passed it.
  void EndStep() {
    ++step_;
    block_done_ = lanes_left_ == 0;
  }

 private:
  const Geometry geometry_;
  const uint64_t frame_bytes_;
  Block block_;
  uint64_t step_ = 0;
  bool block_done_ = true;
  int lanes_left_ = 0;  // of the block, that have symbols left
  std::vector<uint64_t> lane_bytes_;
  uint64_t coded_bytes_ = 0;
};

}  // namespace lmzip
