// A picture's samples around the next one (MIXER.md, "Pictures").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/history.h"
#include "mixer/model_set.h"
#include "segments/typed_segment.h"

namespace lmzip {

/// Columns and rows from the next sample to one that was coded.
struct Offset {
  int8_t dx, dy;
};

/// Samples of the next one's own plane, nearest first.
inline constexpr std::array<Offset, 32> kOwnOffsets = {
    {{-1, 0},  {0, -1},  {-1, -1}, {1, -1},  {-2, 0},  {0, -2},  {-1, -2}, {1, -2},
     {-2, -1}, {2, -1},  {-3, 0},  {0, -3},  {-2, -2}, {2, -2},  {-3, -1}, {3, -1},
     {-1, -3}, {1, -3},  {-4, 0},  {-4, -1}, {4, -1},  {-2, -3}, {2, -3},  {-3, -2},
     {3, -2},  {-5, 0},  {0, -4},  {5, -1},  {-1, -4}, {1, -4},  {-6, 0},  {0, -5}}};
/// Of a plane before, the sample at the same place first.
inline constexpr std::array<Offset, 10> kOtherOffsets = {
    {{0, 0}, {-1, 0}, {0, -1}, {-1, -1}, {1, -1}, {-2, 0}, {0, -2}, {2, -1}, {-2, -1}, {1, -2}}};

// Places in these lists by points of the compass.
enum Own : uint8_t { kW, kN, kNW, kNE, kWW, kNN, kNNW, kNNE, kNWW, kNEE, kWWW, kNNN };
enum Other : uint8_t { kAt, kOtherW, kOtherN, kOtherNW, kOtherNE };

inline constexpr size_t kMostPlanes = 4;  // told apart; those behind count as the last
inline constexpr size_t kOtherPlanes = 2;   // before a sample's
inline constexpr size_t kBehindPlanes = 2;  // behind the first
inline constexpr size_t kBehindOffsets = 5;  // the first own ones
inline constexpr size_t kMostColumns = 32768;  // told apart; those behind count as the first again

/// The samples around the next one. Where there is none, the nearest one there is, else the middle
/// of the range.
struct Neighbours {
  std::array<int, kOwnOffsets.size()> own;
  // Of the plane before, and of the one before that; all 0 where there is none.
  std::array<std::array<int, kOtherOffsets.size()>, kOtherPlanes> others;
  // Of the plane behind, and of the one behind that; all 0 where there is none.
  std::array<std::array<int, kBehindOffsets>, kBehindPlanes> behind;
};

/// Where the next byte is in a picture.
struct PicturePlace {
  size_t channel = 0;  // of the sample
  size_t plane = 0;    // that it counts as, below kMostPlanes
  size_t column = 0;   // of samples of all planes in the row, below kMostColumns
  size_t x = 0, y = 0;
  size_t byte = 0;     // of the sample
  bool padding = false;  // behind the row's last sample
};

/// A picture's form. REQUIRES of a segment: samples of 8 or 16 bits, at least one pixel a row.
class PictureForm {
 public:
  PictureForm() = default;
  explicit PictureForm(const TypedSegment& segment);

  const TypedSegment& segment() const noexcept { return segment_; }
  size_t width() const noexcept { return width_; }
  size_t channels() const noexcept { return segment_.channels; }
  size_t sample_bytes() const noexcept { return sample_bytes_; }
  int middle() const noexcept { return sample_bytes_ == 1 ? 128 : 32768; }
  int greatest() const noexcept { return sample_bytes_ == 1 ? 255 : 65535; }

  PicturePlace PlaceOf(size_t position) const noexcept;
  /// What is known of the sample's neighbours, from bytes in [begin, position).
  Neighbours NeighboursOf(const History& history, const PicturePlace& place,
                          size_t run_begin) const noexcept;
  /// The sample of these bytes; signed ones are shifted to begin with 0.
  int SampleAt(const uint8_t* bytes) const noexcept;

 private:
  int Fetch(const History& history, const PicturePlace& place, size_t begin, Offset offset,
            ptrdiff_t planes_before) const noexcept;

  TypedSegment segment_;
  size_t sample_bytes_ = 1;
  size_t width_ = 1;  // whole pixels of a row
};

}  // namespace lmzip
