// The model set of nucleotides in letters (MIXER.md, "Genomes").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mixer/history.h"
#include "mixer/model_set.h"
#include "mixer/probability_map.h"
#include "mixer/row_mixer.h"
#include "mixer/sets/nucleotides.h"
#include "mixer/wide_bank.h"

namespace lmzip {

class GenomeSet final : public ModelSet {
 public:
  /// `size`: of a frame's bytes, those of genomes.
  GenomeSet(uint64_t size, int lanes, const History& history);
  static size_t MemoryBytes(uint64_t size, int lanes) noexcept;

  void StartLane(int lane, int before, const LanePlace& place) override;
  void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept override;
  void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept override;
  void Update(int bit) noexcept override;
  void EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept override;

 private:
  // Of the bytes, whatever they are; the nucleotides have contexts and matches beside.
  static constexpr size_t kContexts = 8;
  static constexpr size_t kMatches = 4;
  using Hashes = std::array<uint64_t, kContexts>;

  // What a lane has of its own.
  struct Lane {
    size_t row = 0;          // bytes of a line with its end, 0 unknown
    size_t column = 0;       // of the next byte
    bool header = false;     // a line that begins with '>'
    bool lower = false;      // the case of the last letter, and
    uint32_t case_run = 0;   // how many letters before it had the same
    uint64_t recent = 0;     // the last 8 bytes, the latest lowest
    uint64_t line = 0;       // hash of the line so far
    int newest = -1;  // the nucleotide that the last byte was, not learned by the matches yet
    size_t orders = 0;       // used
    Strands strands;
    NucleotideBank::Places places;
    std::array<NucleotideMatch, kMatches> matches;
  };

  Lane& LaneAt(int lane) noexcept { return lanes_[static_cast<size_t>(lane)]; }
  Hashes HashesOf(const Lane& lane) const noexcept;
  void LearnNewest(Lane& lane, size_t position) noexcept;
  void Select() noexcept;
  void Predict() noexcept;

  const History& history_;
  std::vector<Lane> lanes_;
  NucleotideBank nucleotides_;
  std::array<NucleotideMatcher, kMatches> matchers_;
  WideBank bank_;
  RowMixer mixer_;
  std::array<ProbabilityMap, 2> maps_;

  // The byte in progress.
  Lane* lane_ = nullptr;
  const ByteTree* network_ = nullptr;
  Hashes hashes_{};
  uint32_t partial_ = 1;  // its bits so far after a leading 1
  int depth_ = 0;         // how many
  int node_ = -1;         // what the next bit tells of a nucleotide

  // The bit in progress.
  static constexpr size_t kSets = 4;
  std::array<uint32_t, kSets> selected_{};
  std::array<uint32_t, RowMixer::kLastSets> last_{};
};

}  // namespace lmzip
