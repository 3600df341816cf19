// The model set of sound (MIXER.md, "Sound").
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/history.h"
#include "mixer/mixer.h"
#include "mixer/model_set.h"
#include "mixer/probability_map.h"
#include "mixer/row_mixer.h"
#include "mixer/sets/sound_distributions.h"
#include "mixer/sets/sound_predictors.h"

namespace lmzip {

class SoundSet final : public ModelSet {
 public:
  SoundSet(const MixerOptions& options, const History& history);
  /// Whether it knows this form.
  static bool Models(const TypedSegment& segment) noexcept;
  /// At most.
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;

 private:
  static constexpr size_t kScales = 2;          // of every prediction's errors: fast, slow
  static constexpr size_t kShapes = 2;          // of the last prediction's, by both
  static constexpr uint32_t kRatios = 16;         // of the fast scale to the slow one
  static constexpr size_t kSelectedSets = 5;

  struct Channel {
    ChannelPredictors predictors;
    std::array<std::array<double, kScales>, kMostPredictions> errors;  // mean magnitudes
  };
  // What a lane has of its own.
  struct Lane {
    explicit Lane(size_t numbers) : memory(numbers) {}

    TypedSegment segment{.kind = DataKind::kSound};
    ZeroedArray<double> memory;  // of the predictors
    std::vector<Channel> channels;
    SampleDistributions distributions;
    size_t channel = 0;    // of the next byte
    uint32_t known = 0;    // the sample's bytes that are coded, the others 0
    int taken = 0;         // how many they are
    uint32_t level = 0, ratio = 0;  // of the sample's scales
  };

  void BeginSample(Lane& lane) noexcept;
  void EndSample(Lane& lane) noexcept;
  ErrorShape& ShapeOf(const Lane& lane, size_t scale) noexcept;
  void Predict() noexcept;
  bool Flips() const noexcept { return signed_ && partial_ == 1; }

  const SoundKernels& kernels_;
  std::deque<Lane> lanes_;
  RowMixer mixer_;
  std::array<ProbabilityMap, 2> maps_;
  std::vector<ErrorShape> shapes_;
  ZeroedArray<double> scratch_;

  // The byte in progress.
  Lane* lane_ = nullptr;
  uint32_t row_ = 0;      // of the byte's place in a sample of its form
  uint32_t partial_ = 1;  // the byte's bits so far after a leading 1
  int shift_ = 0;         // of the byte in its sample
  bool signed_ = false;   // its first bit is a sign
};

}  // namespace lmzip
