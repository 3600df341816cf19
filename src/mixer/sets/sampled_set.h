// The model set of pictures of samples (MIXER.md, "Pictures").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/history.h"
#include "mixer/model_set.h"
#include "mixer/probability_map.h"
#include "mixer/row_mixer.h"
#include "mixer/sets/picture_experts.h"
#include "mixer/sets/picture_predictions.h"
#include "mixer/sets/picture_samples.h"
#include "mixer/wide_bank.h"

namespace lmzip {

/// A part of PictureSet: samples of 8 or 16 bits, predicted from those around them.
class SampledSet final : public ModelSet {
 public:
  /// `size`: bytes of pictures that there are.
  SampledSet(size_t size, int lanes, const History& history);
  /// Whether it knows this form.
  static bool Models(const TypedSegment& segment) noexcept;
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  static constexpr size_t kMostContexts = 25;
  using Hashes = std::array<uint64_t, kMostContexts>;

  void FindHashes() noexcept;
  void FindTraits(size_t column) noexcept;
  size_t Relation() const noexcept;
  void Select() noexcept;
  void Predict() noexcept;

  const History& history_;
  std::vector<PictureForm> forms_;  // of the pictures that the lanes are in
  PicturePredictions predictions_;
  PictureExperts experts_;
  WideBank bank_;
  RowMixer mixer_;
  std::array<ProbabilityMap, 2> maps_;
  ZeroedArray<uint8_t> costs_;  // what every column's last sample cost

  // The byte in progress.
  int lane_ = kNoLane;
  const PictureForm* form_ = nullptr;
  const PictureLevel* with_ = nullptr;
  const ByteTree* network_ = nullptr;
  PicturePlace place_;
  Neighbours near_{};
  int flip_ = 0;       // what the first bit is changed by, so that signed samples begin with 0
  uint8_t known_ = 0;  // the sample's byte before
  Hashes hashes_{};
  std::array<uint64_t, kMostContexts> second_hashes_{};
  size_t level_ = 0, slope_ = 0, texture_ = 0, cost_around_ = 0;  // of weights
  uint32_t cost_ = 0;
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many

  // The bit in progress.
  std::array<uint32_t, RowMixer::kMostSets> selected_{};
  std::array<uint32_t, RowMixer::kLastSets> selected_last_{};
};

}  // namespace lmzip
