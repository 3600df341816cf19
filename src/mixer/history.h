// What may be read back: the bytes coded before, in coding order (MIXER.md, "History").
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lmzip {

/// Knows which positions of a frame are coded. A block is cut into one segment a lane, in order,
/// all as long as lane 0's but for the last ones, which may be shorter or empty (FORMAT.md 4).
class History {
 public:
  static constexpr size_t kLaneBytes = sizeof(size_t);  // memory of a lane

  History(std::span<const uint8_t> content, int lanes)
      : content_(content), positions_(static_cast<size_t>(lanes)) {}

  /// Lane 0's segment opens a block; those of the other lanes follow it in order.
  void StartSegment(int lane, size_t begin, size_t end) noexcept {
    if (lane == 0) {
      block_begin_ = begin;
      segment_ = std::max(static_cast<uint32_t>(end - begin), 1u);
      std::ranges::fill(positions_, begin);  // no lane has coded any of its segment
    }
    positions_[static_cast<size_t>(lane)] = begin;
  }

  /// The byte at the lane's position is coded now.
  void Advance(int lane) noexcept { ++positions_[static_cast<size_t>(lane)]; }

  /// As many bytes of the lanes' segments are coded as in `other`, whose segments are the same.
  void AdvanceAs(const History& other) noexcept { positions_ = other.positions_; }

  size_t block_begin() const noexcept { return block_begin_; }
  size_t size() const noexcept { return content_.size(); }

  bool Readable(size_t position) const noexcept {
    if (position < block_begin_) return true;
    const size_t lane = LaneOf(position);
    return lane < positions_.size() && position < positions_[lane];
  }

  /// Where the readable bytes that end before `position` begin. REQUIRES: the byte before
  /// `position` is readable, or `position` is 0.
  size_t RunBegin(size_t position) const noexcept {
    if (position <= block_begin_) return 0;
    const size_t lane = LaneOf(position - 1);
    return lane == 0 ? 0 : block_begin_ + lane * segment_;
  }

  /// The byte at `position`, or 0 where nothing may be read.
  uint8_t At(size_t position) const noexcept {
    return Readable(position) ? content_[position] : uint8_t{0};
  }

  /// REQUIRES: Readable(position).
  uint8_t operator[](size_t position) const noexcept { return content_[position]; }

  const uint8_t* data() const noexcept { return content_.data(); }

 private:
  /// The lane whose segment holds a position from block_begin_ on, or a number beyond all lanes.
  /// Positions of a frame fit 32 bits, in which division is fast.
  size_t LaneOf(size_t position) const noexcept {
    return static_cast<uint32_t>(position - block_begin_) / segment_;
  }

  std::span<const uint8_t> content_;
  std::vector<size_t> positions_;  // by lane: its first byte of the block that is not coded
  size_t block_begin_ = 0;
  uint32_t segment_ = 1;  // bytes of lane 0's segment, at least 1
};

}  // namespace lmzip
