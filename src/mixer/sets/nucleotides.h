// What is known of the next nucleotide (MIXER.md, "Genomes"): contexts of the ones before it and
// matches of the same or the other strand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/zeroed_array.h"
#include "mixer/counters.h"
#include "mixer/history.h"
#include "mixer/model_set.h"

namespace lmzip {

/// 0..3 for A, C, G, and T or U, of either case; -1 for other bytes. The complement of n is 3 - n.
int NucleotideOf(uint8_t byte) noexcept;

/// Which question of three the byte's next bit answers, -1 when none. Bytes begin 010 or 011, then
/// come: T (or U)? If not, G? If neither, C? `partial` are the byte's bits so far after a
/// leading 1.
int NucleotideNode(uint32_t partial, int depth) noexcept;
inline constexpr size_t kNucleotideNodes = 3;

/// The nucleotides before a lane's position, of both strands.
struct Strands {
  uint64_t forward = 0;   // the latest 32, the newest lowest
  uint64_t inverted = 0;  // their complements, the newest highest
  uint32_t seen = 0;      // how many there are, at most 2^30

  void Append(int nucleotide) noexcept;
  uint64_t Last(int count) const noexcept;          // of forward; count in 1..32
  uint64_t LastInverted(int count) const noexcept;  // what the other strand has, read its own way
};

/// Contexts of the last nucleotides, of several numbers of them; every nucleotide is learned on
/// both strands.
class NucleotideBank {
 public:
  static constexpr std::array<uint8_t, 14> kOrders = {2,  3,  4,  6,  8,  11, 12, 16,
                                                      20, 24, 14, 9, 1, 18};
  static constexpr size_t kInputsOfOrder = 2;
  static constexpr int kMostBits = 19;  // log2 entries of an order's table

  // Where a lane's next nucleotide is told of and where the other strand's is, for each order.
  struct Place {
    uint32_t number = 0;
    uint16_t check = 0;  // 0 where the number tells the context
  };
  struct Places {
    std::array<Place, kOrders.size()> next, inverted;
  };

  explicit NucleotideBank(int table_bits);
  static size_t Bytes(int table_bits) noexcept;

  /// Finds and fetches what is needed for the nucleotide after `strands`, in the first `used`
  /// orders.
  void Locate(const Strands& strands, size_t used, Places& places) const noexcept;
  /// The other strand of what was appended last.
  void LearnInverted(const Strands& strands, size_t used, const Places& places) noexcept;

  void BeginByte(const Places& places, size_t used) noexcept;
  /// Writes the inputs of the orders used.
  void Predict(size_t node, int32_t* inputs) noexcept;
  void Update(int bit) noexcept;

  /// How many of the orders from 11 on have seen something here.
  uint32_t Known() const noexcept { return known_; }

 private:
  static constexpr size_t kLevels = 64;  // of a probability, 1/4 nat apart
  struct Entry {
    uint16_t check;
    std::array<Node, kNucleotideNodes> nodes;
  };
  using Cells = std::array<Cell, kNucleotideNodes * 16 * kLevels>;

  Place PlaceOf(size_t order, uint64_t context) const noexcept;
  Entry& Find(const Place& place) noexcept;

  int table_bits_;
  std::array<size_t, kOrders.size()> begins_{};  // of the orders' tables
  ZeroedArray<Entry> entries_;
  std::vector<Cells> cells_;
  size_t used_ = 0;
  std::array<Entry*, kOrders.size()> found_{};
  size_t node_ = 0;
  uint32_t known_ = 0;
  std::array<Cell*, kOrders.size()> used_cells_{};
};

/// A lane's pointer to what may follow.
struct NucleotideMatch {
  size_t pointer = 0;   // of the byte that tells of the next nucleotide, when length > 0
  int length = 0;       // nucleotides that agreed, fewer after misses; 0 without a match
  uint32_t misses = 0;  // of the latest nucleotides, the newest lowest
  int expected = 0;     // nucleotide

  int recent_misses() const noexcept;  // of 16
};

/// Matches of at least `min_length` nucleotides, whatever bytes lie between; an inverted one reads
/// the other strand, backwards.
class NucleotideMatcher {
 public:
  static constexpr size_t kInputs = 2;

  NucleotideMatcher(int table_bits, int min_length, bool inverted);
  static size_t Bytes(int table_bits) noexcept;

  /// Where the table tells of the nucleotides of `strands`; fetches it.
  void Prefetch(const Strands& strands) const noexcept;
  /// The nucleotide `newest` before `position` has been appended to `strands`.
  void Update(const History& history, const Strands& strands, size_t position, int newest,
              NucleotideMatch& match) noexcept;

  void Predict(const NucleotideMatch& match, size_t node, int32_t* inputs) noexcept;
  void Learn(int bit) noexcept;

 private:
  static constexpr size_t kLengths = 32, kMisses = 256;

  size_t PlaceOf(uint64_t nucleotides) const noexcept;
  void Follow(const History& history, int newest, NucleotideMatch& match) const noexcept;
  void Try(const History& history, const Strands& strands, size_t end,
           NucleotideMatch& match) const noexcept;
  void Advance(const History& history, NucleotideMatch& match) const noexcept;

  ZeroedArray<uint32_t> ends_;  // positions behind the nucleotides
  int shift_, min_length_;
  bool inverted_;
  std::vector<Cell> cells_;
  Cell* used_ = nullptr;  // of the bit in progress, null where the match says nothing of it
  int bit_ = 0;           // expected
};

}  // namespace lmzip
