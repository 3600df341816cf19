// What may be read back: the bytes coded before, in coding order (MIXER.md, "History").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lmzip {

/// Knows which positions of a frame are coded. Lane 0's segment opens a block; the other lanes'
/// segments of the block follow it in order.
class History {
 public:
  static constexpr size_t kLaneBytes = 2 * sizeof(size_t);  // memory of a lane

  History(std::span<const uint8_t> content, int lanes)
      : content_(content), segments_(static_cast<size_t>(lanes)) {}

  void StartSegment(int lane, size_t begin) noexcept {
    if (lane == 0) {
      block_begin_ = begin;
      for (Segment& segment : segments_) segment = {begin, begin};
    }
    segments_[static_cast<size_t>(lane)] = {begin, begin};
  }

  /// The byte at the lane's position is coded now.
  void Advance(int lane) noexcept { ++segments_[static_cast<size_t>(lane)].position; }

  size_t block_begin() const noexcept { return block_begin_; }
  size_t size() const noexcept { return content_.size(); }

  bool Readable(size_t position) const noexcept {
    if (position < block_begin_) return true;
    for (const Segment& segment : segments_) {
      if (position >= segment.begin && position < segment.position) return true;
    }
    return false;
  }

  /// Where the readable bytes that end before `position` begin.
  size_t RunBegin(size_t position) const noexcept {
    for (const Segment& segment : segments_) {
      if (segment.begin < position && position <= segment.position) {
        return segment.begin == block_begin_ ? 0 : segment.begin;
      }
    }
    return 0;
  }

  /// The byte at `position`, or 0 where nothing may be read.
  uint8_t At(size_t position) const noexcept {
    return Readable(position) ? content_[position] : uint8_t{0};
  }

  /// REQUIRES: Readable(position).
  uint8_t operator[](size_t position) const noexcept { return content_[position]; }

  const uint8_t* data() const noexcept { return content_.data(); }

 private:
  struct Segment {
    size_t begin = 0, position = 0;
  };

  std::span<const uint8_t> content_;
  std::vector<Segment> segments_;
  size_t block_begin_ = 0;
};

}  // namespace lmzip
