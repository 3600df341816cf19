// Predicts the byte that followed the same bytes before (MIXER.md, "Matches").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/prefetch.h"
#include "base/zeroed_array.h"
#include "mixer/counters.h"
#include "mixer/history.h"
#include "mixer/logistic.h"

namespace lmzip {

/// A lane's pointer into the history.
struct Match {
  static constexpr int kMaxLength = 65535;
  static constexpr int kMaxMisses = 8;

  size_t pointer = 0;  // the byte expected next, when length > 0
  int length = 0;      // bytes that agreed; 0 without a match
  int misses = 0;      // in the recent past of this match, 0..8
};

/// 0..25, finer for short lengths.
inline size_t LengthBucket(int length) noexcept {
  if (length < 16) return static_cast<size_t>(length);
  if (length < 32) return static_cast<size_t>(16 + (length - 16) / 4);
  if (length < 64) return static_cast<size_t>(20 + (length - 32) / 16);
  if (length < 512) return static_cast<size_t>(22 + (length >= 128) + (length >= 256));
  return 25;
}
inline constexpr size_t kLengthBuckets = 26;

/// Finds matches of at least `min_length` bytes by a hash of the last `min_length` bytes.
class MatchFinder {
 public:
  MatchFinder(int table_bits, int min_length, int stride)
      : table_(size_t{1} << table_bits),
        shift_(64 - table_bits),
        min_length_(min_length),
        stride_mask_(static_cast<size_t>(stride) - 1) {}

  size_t table_size() const noexcept { return table_.size(); }
  /// REQUIRES: `other` has a table of that size.
  void CopyFrom(const MatchFinder& other) noexcept { table_.CopyFrom(other.table_); }

  /// Finds out where the table tells of the bytes before `position`, before `last`, the byte before
  /// `position`, is in the history.
  size_t Locate(const History& history, size_t run_begin, size_t position,
                uint8_t last) const noexcept {
    if (position - run_begin < static_cast<size_t>(min_length_)) return 0;
    return Hash(history.data() + position, last);
  }

  void Prefetch(size_t place) const noexcept { PrefetchLine(&table_[place]); }

  /// The byte before `position` has been coded by the lane whose readable bytes begin at
  /// `run_begin`; `place` is what Locate() said.
  void Update(const History& history, size_t run_begin, size_t position, size_t place,
              Match& match) noexcept {
    const uint8_t* bytes = history.data();
    if (match.length > 0) Follow(bytes[position - 1], bytes, match);
    if (position - run_begin < static_cast<size_t>(min_length_)) {
      Verify(history, match);
      return;
    }
    uint32_t& entry = table_[place];
    if (match.length < min_length_ && entry != 0) {
      Try(history, run_begin, position, entry, match);
    }
    if ((position & stride_mask_) == 0) entry = static_cast<uint32_t>(position);
    Verify(history, match);
  }

 private:
  static constexpr int kVerifyLimit = 400;

  static void Follow(uint8_t byte, const uint8_t* bytes, Match& match) noexcept {
    if (bytes[match.pointer] == byte) {
      match.length = std::min(match.length + 1, Match::kMaxLength);
      if (match.length % 16 == 0 && match.misses > 0) --match.misses;
    } else {
      match.length = ++match.misses < Match::kMaxMisses ? 1 : 0;
    }
    ++match.pointer;
  }

  // A match whose next byte cannot be read is over.
  static void Verify(const History& history, Match& match) noexcept {
    if (match.length > 0 && !history.Readable(match.pointer)) match = Match{};
  }

  void Try(const History& history, size_t run_begin, size_t position, size_t candidate,
           Match& match) const noexcept {
    const uint8_t* bytes = history.data();
    const size_t room = std::min(candidate - history.RunBegin(candidate), position - run_begin);
    const int limit = static_cast<int>(std::min<size_t>(room, kVerifyLimit));
    int length = 0;
    while (length < limit && bytes[candidate - 1 - static_cast<size_t>(length)] ==
                                 bytes[position - 1 - static_cast<size_t>(length)]) {
      ++length;
    }
    if (length >= min_length_) match = {candidate, length, 0};
  }

  size_t Hash(const uint8_t* end, uint8_t last) const noexcept {
    uint64_t hash = (last + 1) * uint64_t{0x2F0B4C47B1A3D6E5u};
    for (int i = 2; i <= min_length_; ++i) hash = (hash + end[-i] + 1) * 0x2F0B4C47B1A3D6E5u;
    return static_cast<size_t>((hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15u >> shift_);
  }

  ZeroedArray<uint32_t> table_;
  int shift_;
  int min_length_;
  size_t stride_mask_;
};

/// One match's inputs: learns how far matches of every length can be trusted.
class MatchPredictor {
 public:
  static constexpr size_t kMissLevels = 4;
  static constexpr size_t kCells = kLengthBuckets * kMissLevels;

  MatchPredictor() {
    for (size_t i = 0; i < cells_.size(); ++i) {
      cells_[i] = Cell(65536 - 65536 / (static_cast<uint32_t>(i / kMissLevels) * 4 + 4), 6);
    }
  }

  /// Between bytes.
  void CopyFrom(const MatchPredictor& other) noexcept { cells_ = other.cells_; }

  /// `match` predicts a byte, or has length 0.
  void StartByte(const Match& match, const History& history) noexcept {
    expected_ = match.length > 0 ? history[match.pointer] | 256u : 0u;
    const size_t misses = static_cast<size_t>(std::min(match.misses, 3));
    cell_ = &cells_[LengthBucket(match.length) * kMissLevels + misses];
  }

  /// Writes two inputs for the bit after `depth` bits, `partial` with a leading 1.
  void Predict(uint32_t partial, int depth, int32_t* inputs) noexcept {
    active_ = expected_ >> (8 - depth) == partial;
    bit_ = static_cast<int>(expected_ >> (7 - depth) & 1);
    if (!active_) {
      inputs[0] = inputs[1] = 0;
      return;
    }
    const uint32_t p = bit_ != 0 ? cell_->P16() : 65535 - cell_->P16();
    inputs[0] = Stretch(p);
    inputs[1] = (static_cast<int>(p) - 32768) >> 5;
  }

  void Update(int bit) noexcept {
    if (active_) cell_->Update(bit == bit_);
  }

  std::span<Cell> cells() noexcept { return cells_; }

  /// The byte expected, with a leading 1, or 0.
  uint32_t expected() const noexcept { return expected_; }
  /// Whether the byte so far agrees; then bit() is expected next.
  bool active() const noexcept { return active_; }
  int bit() const noexcept { return bit_; }

 private:
  std::array<Cell, kCells> cells_;
  Cell* cell_ = nullptr;
  uint32_t expected_ = 0;
  bool active_ = false;
  int bit_ = 0;
};

}  // namespace lmzip
