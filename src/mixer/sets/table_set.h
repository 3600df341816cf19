// The model set of records of equal length (MIXER.md, "Tables").
#pragma once

#include <vector>

#include "mixer/sets/wide_set.h"

namespace lmzip {

class TableSet final : public WideSet {
 public:
  TableSet(uint64_t size, int lanes, const History& history);
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  // What a lane knows of the records before its position.
  struct Records {
    size_t row = 1;         // bytes of a record
    size_t column = 0;      // of the next byte
    uint32_t repeats = 0;   // whether a byte was that of the record before, the latest lowest
    uint64_t record = 0;    // hash of this record so far
    uint64_t previous = 0;  // hash of the one before
  };

  void View(int lane, const LanePlace& place, StructureView& view) noexcept override;
  /// The byte `back` before the lane's next one, 0 where there is none to be read.
  uint32_t Back(int lane, const LanePlace& place, size_t back) const noexcept;

  std::vector<Records> records_;  // of the lanes
};

}  // namespace lmzip
