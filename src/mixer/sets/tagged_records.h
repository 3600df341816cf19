// Records of any length behind their types and lengths (MIXER.md, "Tagged records").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/bytes_behind.h"
#include "mixer/sets/wide_set.h"

namespace lmzip {

/// What a lane knows of the records before its position. A record's cell is the number in bytes 2
/// and 3 of its body: in sheets, whose cells begin with row and column, the column.
class TaggedRecords {
 public:
  TaggedRecords() noexcept = default;
  /// A record begins at `begin`.
  explicit TaggedRecords(size_t begin) noexcept : begin_(static_cast<uint32_t>(begin)) {}

  /// The byte at `position` is known.
  void Update(uint8_t byte, size_t position) noexcept;
  void View(const BytesBehind& bytes, StructureView& view) const noexcept;

 private:
  static constexpr size_t kHeaderBytes = 4, kCellAt = kHeaderBytes + 2;
  static constexpr size_t kBehindCell = kCellAt + 2;
  static constexpr size_t kTypes = 256, kCells = 512;

  // A record that came.
  struct Record {
    uint32_t begin = 0;
    uint32_t length = 0;  // with its header; 0: none came
    uint32_t hash = 0;    // of its type and what is behind the cell
  };
  using Records = std::array<Record, 2>;  // the latest first

  // Its byte at this record's offset, 256 where it has none.
  uint32_t ByteOf(const Record& record, const BytesBehind& bytes) const noexcept;

  uint32_t begin_ = 0;   // of this record; a frame's positions fit
  uint32_t offset_ = 0;  // of the next byte in it
  uint32_t type_ = 0, length_ = 0, cell_ = 0;  // expected to be these until they are known
  uint32_t row_ = 0;                           // bytes 0 and 1 of the body
  uint32_t hash_ = 0;                          // so far, as of Record
  uint32_t types_ = 0;  // of the records before, a byte each, the latest lowest
  Records last_{};      // the records before
  std::array<Records, kTypes> of_type_{};  // by a type's low byte
  std::array<Records, kCells> of_cell_{};  // by a cell's low nine bits
};

}  // namespace lmzip
