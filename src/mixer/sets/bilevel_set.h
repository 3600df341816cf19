// The model set of pictures of one bit a pixel (MIXER.md, "Pictures").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/counters.h"
#include "mixer/history.h"
#include "mixer/model_set.h"
#include "mixer/probability_map.h"
#include "mixer/row_mixer.h"

namespace lmzip {

/// A part of PictureSet: pixels are predicted from templates, sets of pixels around them.
class BilevelSet final : public ModelSet {
 public:
  BilevelSet(int lanes, const History& history);
  static size_t MemoryBytes(int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;

 private:
  static constexpr size_t kTemplates = 20;
  static constexpr size_t kRows = 11;  // the pixel's own and those above
  static constexpr int kPlaceBits = 16;

  // What is known of the pixel where a template's pixels are such: what settles, and what came
  // last.
  struct Seen {
    uint32_t cell = 0;  // so that 0 is a new one
    uint16_t node = 0;
    uint16_t unused = 0;
  };

  void LoadRows(const TypedSegment& picture, const LanePlace& place) noexcept;
  uint64_t Pixels(size_t row, int from, int to) const noexcept;
  void FindTemplates() noexcept;
  size_t Settled(size_t i) const noexcept;
  void Predict() noexcept;
  void Learn(int bit) noexcept;

  const History& history_;
  std::vector<TypedSegment> pictures_;  // that the lanes are in
  ZeroedArray<Seen> seen_;              // of every template 2^kPlaceBits
  std::vector<Cell> node_cells_;        // of every template: what its nodes' states mean
  RowMixer mixer_;
  std::array<ProbabilityMap, 2> maps_;

  // The byte in progress.
  const ByteTree* network_ = nullptr;
  size_t templates_ = 0, sets_ = 0;          // that the level has
  size_t column_ = 0;                        // of bytes
  std::array<uint64_t, kRows> row_bytes_{};  // of every row five bytes, two of them at the left
  uint32_t partial_ = 1;                     // its bits so far after a leading 1
  int depth_ = 0;                            // how many

  // The bit in progress.
  std::array<uint32_t, kRows> rows_{};  // 16 pixels at the left and as many from the next one on
  std::array<Seen*, kTemplates> used_{};
  std::array<Cell*, kTemplates> used_cells_{};
  std::array<size_t, 2> map_contexts_{};
};

}  // namespace lmzip
