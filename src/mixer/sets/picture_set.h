// The model set of pictures (MIXER.md, "Pictures").
#pragma once

#include "mixer/sets/context_set.h"

namespace lmzip {

class PictureSet final : public ContextSet {
 public:
  PictureSet(const Options& options, const History& history);
  /// Whether it knows this form.
  static bool Models(const TypedSegment& segment) noexcept;

  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void StartLane(int lane, int before, const LanePlace& place) override;

 private:
  void FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept override;

  std::vector<TypedSegment> pictures_;  // that the lanes are in
};

}  // namespace lmzip
