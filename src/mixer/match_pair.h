// The two matches of a set, a long one and a short one (MIXER.md, "Matches").
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mixer/history.h"
#include "mixer/match_model.h"
#include "mixer/model_set.h"
#include "mixer/sets/general_contexts.h"

namespace lmzip {

inline constexpr size_t kMatches = 2;  // the long one first

/// Finds matches for all lanes, and learns how far they can be trusted.
class MatchPair {
 public:
  static constexpr size_t kInputs = 2 * kMatches;

  /// What a lane has of its own.
  struct Lane {
    std::array<Match, kMatches> matches;
    std::array<size_t, kMatches> places{};  // of the finders' tables, for the next byte
  };

  /// The tables go by the bytes that the set codes.
  explicit MatchPair(uint64_t size)
      : finders_{MatchFinder(TableBits(size, kLongTableBits), kLongLength, kLongStride),
                 MatchFinder(TableBits(size, kShortTableBits), kShortLength, 1)} {}
  /// Memory of the tables.
  static size_t Bytes(uint64_t size) noexcept {
    return MappedBytes(sizeof(uint32_t) << TableBits(size, kLongTableBits)) +
           MappedBytes(sizeof(uint32_t) << TableBits(size, kShortTableBits));
  }

  /// Whether the other one's tables are of the same sizes.
  bool IsLike(const MatchPair& other) const noexcept {
    return std::ranges::equal(finders_, other.finders_, {}, &MatchFinder::table_size,
                              &MatchFinder::table_size);
  }
  /// Between bytes. REQUIRES: IsLike().
  void CopyFrom(const MatchPair& other) noexcept {
    for (size_t i = 0; i < kMatches; ++i) {
      finders_[i].CopyFrom(other.finders_[i]);
      predictors_[i].CopyFrom(other.predictors_[i]);
    }
  }

  /// Early, to be fetched before it is needed: where the tables tell of the lane's next byte.
  /// `last` is the byte before, which may not be in the history yet.
  void Locate(const History& history, const LanePlace& place, uint8_t last,
              Lane& lane) const noexcept {
    for (size_t i = 0; i < kMatches; ++i) {
      lane.places[i] = finders_[i].Locate(history, place.run_begin, place.position, last);
    }
  }
  void Prefetch(const Lane& lane) const noexcept {
    for (size_t i = 0; i < kMatches; ++i) finders_[i].Prefetch(lane.places[i]);
  }

  void BeginByte(const History& history, const LanePlace& place, Lane& lane) noexcept {
    for (size_t i = 0; i < kMatches; ++i) {
      finders_[i].Update(history, place.run_begin, place.position, lane.places[i],
                         lane.matches[i]);
      predictors_[i].StartByte(lane.matches[i], history);
    }
    best_ = lane.matches[0].length > 0 ? 0 : 1;
    best_length_ = lane.matches[best_].length;
  }

  /// The hash of context 17: the expected byte, how long it has been right, and the byte before.
  uint64_t Context(uint32_t byte_before) const noexcept {
    const uint64_t length = std::min<size_t>(LengthBucket(best_length_), 20);
    return ContextHash(kContexts,
                       Combine(predictors_[best_].expected() << 8 | byte_before, length));
  }

  /// Writes kInputs inputs for the bit after `depth` bits, `partial` with a leading 1.
  void Predict(uint32_t partial, int depth, int32_t* inputs) noexcept {
    for (size_t i = 0; i < kMatches; ++i) predictors_[i].Predict(partial, depth, &inputs[2 * i]);
  }
  void Update(int bit) noexcept {
    for (MatchPredictor& predictor : predictors_) predictor.Update(bit);
  }

  /// 0 where no match knows the bit, 1 where the short one does, 2 the long one. The one that
  /// counts is the long one if there is one.
  uint32_t Trust() const noexcept {
    return !predictors_[best_].active() ? 0 : best_ == 0 ? 2 : 1;
  }

  std::array<MatchPredictor, kMatches>& predictors() noexcept { return predictors_; }

 private:
  static constexpr int kLongLength = 24, kShortLength = 6;  // bytes, at least
  static constexpr int kLongStride = 8;                     // of the positions that are kept
  static constexpr int kLongTableBits = 21, kShortTableBits = 20;  // at most

  static int TableBits(uint64_t size, int most) noexcept {
    return std::clamp(static_cast<int>(std::bit_width(size)), 10, most);
  }

  std::array<MatchFinder, kMatches> finders_;
  std::array<MatchPredictor, kMatches> predictors_;

  // The byte in progress.
  size_t best_ = 0;
  int best_length_ = 0;
};

}  // namespace lmzip
