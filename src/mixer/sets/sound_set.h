// The model set of sound (MIXER.md, "Sound").
#pragma once

#include <array>
#include <vector>

#include "mixer/sets/context_set.h"

namespace lmzip {

/// Predicts sound from the samples before by an adaptive linear filter.
class SoundFilter {
 public:
  /// Learns `sample` and predicts the next one.
  void Update(int sample) noexcept;

  int prediction() const noexcept { return prediction_; }
  /// Samples back, 0 the latest.
  int sample(size_t back) const noexcept { return samples_[back]; }
  /// 0..15: how far the predictions have been off lately.
  int ErrorLevel() const noexcept;

 private:
  static constexpr size_t kTaps = 24;

  std::array<int, kTaps> samples_{};
  std::array<int, kTaps> weights_{};  // in 1/2^16
  int prediction_ = 0;
  int error_ = 0;  // the mean absolute error in 1/16
};

class SoundSet final : public ContextSet {
 public:
  SoundSet(const Options& options, const History& history);
  /// Whether it knows this form.
  static bool Models(const TypedSegment& segment) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  struct Sound {
    TypedSegment segment;
    std::array<SoundFilter, 2> filters;  // one a channel

    size_t FrameBytes() const { return size_t{segment.channels} * segment.sample_bytes(); }
  };

  void FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept override;

  std::vector<Sound> sounds_;  // that the lanes are in
};

}  // namespace lmzip
