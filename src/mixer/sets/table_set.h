// The model set of records (MIXER.md, "Tables"): of equal length, or laid out otherwise.
#pragma once

#include <vector>

#include "mixer/sets/bytes_behind.h"
#include "mixer/sets/glyph_outlines.h"
#include "mixer/sets/tagged_records.h"
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
    /// `above`: the byte a record before.
    void Update(uint8_t byte, uint32_t above) noexcept;

    size_t row = 1;         // bytes of a record
    size_t column = 0;      // of the next byte
    uint32_t repeats = 0;   // whether a byte was that of the record before, the latest lowest
    uint64_t record = 0;    // hash of this record so far
    uint64_t previous = 0;  // hash of the one before
  };

  void View(int lane, const LanePlace& place, StructureView& view) noexcept override;
  // One of them is in use, by the segment's layout.
  struct Lane {
    Records equal;
    TaggedRecords tagged;
    GlyphOutlines glyphs;
  };
  static void ViewEqual(const Records& records, const BytesBehind& bytes,
                        StructureView& view) noexcept;
  BytesBehind BytesOf(int lane, const LanePlace& place) const noexcept;
  Lane& LaneAt(int lane) noexcept { return lanes_[static_cast<size_t>(lane)]; }

  std::vector<Lane> lanes_;
};

}  // namespace lmzip
