// The model set of pictures (MIXER.md, "Pictures").
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mixer/history.h"
#include "mixer/model_set.h"
#include "mixer/sets/bilevel_set.h"
#include "mixer/sets/sampled_set.h"

namespace lmzip {

/// Pictures of one bit a pixel, and all others, have nothing in common but their kind.
class PictureSet final : public ModelSet {
 public:
  /// `size`: bytes of pictures that there are.
  PictureSet(size_t size, int lanes, const History& history);
  /// Whether it knows this form.
  static bool Models(const TypedSegment& segment) noexcept;
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  void TakeResult() noexcept;

  BilevelSet bilevel_;
  SampledSet sampled_;
  std::vector<ModelSet*> of_lanes_;
  ModelSet* used_ = nullptr;  // of the byte in progress
};

}  // namespace lmzip
