// What the bytes of a stream cost, put where the caller wants it.
#pragma once

#include "codec/cost_places.h"
#include "codec/frame_choice.h"

namespace lmzip {

/// Frame by frame, in their order.
class StreamCosts {
 public:
  /// `places`: [all of the content], or empty, where the sum is all that is asked for.
  /// `without`: the frames' mixers have no such part.
  explicit StreamCosts(const CostPlaces& places, MixerPart without = MixerPart::kNone)
      : places_(places), without_(without) {}

  /// The place for the costs of the next frame, of `raw_bytes`.
  CostPlaces TakePlace(uint64_t raw_bytes);

  /// The frame is measured, or stored. `place`: its own, which begins with the costs of what it
  /// codes; they move to where their bytes stand. `coded`: their sum.
  void Finish(const FrameContent& frame, const CostPlaces& place, const CostSum& coded);

  const CostSum& sum() const { return sum_; }
  MixerPart without() const { return without_; }

  std::vector<FrameEntry> frames;  // as they would be

 private:
  CostPlaces places_;  // of frames to come
  const MixerPart without_;
  CostSum sum_;
};

}  // namespace lmzip
