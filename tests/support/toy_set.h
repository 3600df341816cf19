// A model set as small as one can be: the page src/README.md shows it, word for word.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "mixer/counters.h"
#include "mixer/logistic.h"
#include "mixer/sets/model_sets.h"

namespace lmzip::testing {

/// Every bit by the bits before it in its byte and by the same byte of the record before.
class ToySet final : public ModelSet {
 public:
  ToySet(const MixerOptions& options, const History& history)
      : history_(history),
        segments_(static_cast<size_t>(options.lanes)),
        cells_(65536, Cell(32768, 0)) {}

  void StartLane(int lane, int before, const LanePlace&) override {
    if (before != kNoLane) segments_[size_t(lane)] = segments_[size_t(before)];
  }
  void Enter(int lane, const LanePlace&, const TypedSegment& segment) noexcept override {
    segments_[size_t(lane)] = segment;
  }
  void BeginByte(int lane, const LanePlace& place, const ByteTree*) noexcept override {
    const TypedSegment& segment = segments_[size_t(lane)];
    const bool first = place.position < segment.begin + segment.row_bytes;
    context_ = first ? 0 : history_.At(place.position - segment.row_bytes) * size_t{256};
    partial_ = 1;
    Predict();
  }
  void Update(int bit) noexcept override {
    cells_[context_ + partial_].Update(bit);
    partial_ = 2 * partial_ + size_t(bit);
    if (partial_ < 256) Predict();
  }

  static std::unique_ptr<ModelSet> Make(const MixerOptions& options, const History& history) {
    return std::make_unique<ToySet>(options, history);
  }
  static size_t MemoryBytes(size_t, int) { return 65536 * sizeof(Cell); }
  static bool Models(const TypedSegment& segment) { return segment.row_bytes > 1; }

 private:
  void Predict() noexcept {
    p_ = std::clamp(cells_[context_ + partial_].P22(), 1u, (1u << kBitProbabilityBits) - 1);
    mixed_ = Stretch(p_ >> (kBitProbabilityBits - 16));
  }

  const History& history_;
  std::vector<TypedSegment> segments_;  // that the lanes are in
  std::vector<Cell> cells_;
  size_t context_ = 0, partial_ = 1;
};

}  // namespace lmzip::testing
