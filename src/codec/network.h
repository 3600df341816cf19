// A network as the pool's workers run it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "model/predictor.h"

namespace lmzip {

/// How a pool divides the work of a network. The results are the same.
enum class Sharing {
  kLanes,   // a frame's lanes among the threads, for a network that runs on these
  kFrames,  // whole frames, for one that runs on a device: a thread's calls hold many frames
};

/// What a network keeps of --memory.
struct NetworkMemory {
  uint64_t model_bytes = 0;      // once
  uint64_t predictor_bytes = 0;  // of each predictor
  uint64_t lane_bytes = 0;       // of each of its lanes, with a piece of logits
  int preferred_lanes = 1;       // Model::preferred_lanes()
};

/// A network that jobs may need. Any thread.
class Network {
 public:
  static constexpr int kNoLimit = std::numeric_limits<int>::max();

  virtual ~Network() = default;

  virtual std::string name() const = 0;
  /// Called often; opens the model at the first call. What it throws ends the job that needs it.
  /// The model lives as long as this.
  virtual const Model& Open() = 0;
  /// Nothing where that is not known before the model is opened; the same from then on.
  virtual NetworkMemory memory() const = 0;
  virtual Sharing sharing() const { return Sharing::kLanes; }
  /// How many workers may run it. Never changes.
  virtual int most_workers() const { return kNoLimit; }
};

/// A worker keeps a predictor from frame to frame while it has no more lanes than this or than its
/// network prefers.
inline constexpr int kKeptLanes = 4;

/// Lanes that a worker gathers for a call: as many as the network prefers, which those who share a
/// device have together.
inline int BatchLanes(const NetworkMemory& memory, Sharing sharing, int workers) {
  return std::max(1, memory.preferred_lanes / (sharing == Sharing::kFrames ? workers : 1));
}

/// Batches that a worker has in the works: on a device, a second one when the first is full, so
/// that the device computes one while the worker codes the other.
inline int BatchCount(Sharing sharing) { return sharing == Sharing::kFrames ? 2 : 1; }

/// What a batch of `lanes` keeps.
inline uint64_t BatchBytes(const NetworkMemory& memory, int lanes) {
  return memory.predictor_bytes +
         static_cast<uint64_t>(std::max(lanes, kKeptLanes)) * memory.lane_bytes;
}

}  // namespace lmzip
