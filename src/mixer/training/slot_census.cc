#include "mixer/training/slot_census.h"

#include <algorithm>
#include <bit>

namespace lmzip {
namespace {

constexpr int32_t kBit = 256;         // units of costs in one bit
constexpr int32_t kPieceWorth = 128;  // a context also makes others surer: 1/2 bit a piece
constexpr uint16_t kFewestPieces = 2;

// The context that is asked when the slot of context i is missing; -1 for none.
constexpr std::array<int, kSlots> kShorter = {-1, 0,  1,  2,  3,  4,  5,  -1, 3,
                                              8,  -1, -1, -1, -1, -1, -1, -1, 2};

// log2(v) in 1/256, rounded down, for v of 1 to 2^16.
constexpr int32_t Log2(uint32_t v) {
  const int whole = std::bit_width(v) - 1;
  uint64_t mantissa = uint64_t{v} << (31 - whole);
  int32_t log = whole;
  for (int i = 0; i < 8; ++i) {
    mantissa = mantissa * mantissa >> 31;
    const bool high = mantissa >> 32 != 0;
    log = 2 * log + high;
    mantissa >>= high;
  }
  return log;
}

// The cost of a bit by its 12-bit probability.
constexpr auto kCosts = [] {
  std::array<int32_t, 4096> costs{};
  for (uint32_t p = 0; p < 4096; ++p) costs[p] = Log2(8192) - Log2(2 * p + 1);
  return costs;
}();

int32_t Cost(const Slot& slot, uint32_t nibble) {
  int32_t cost = 0;
  for (uint32_t prefix = 1, shift = 4; shift-- > 0;) {
    const uint32_t bit = nibble >> shift & 1;
    const Node& node = slot.nodes[prefix - 1];
    cost += kCosts[bit != 0 ? node.P12() : 4095 - node.P12()];
    prefix = 2 * prefix + bit;
  }
  return cost;
}

}  // namespace

void SlotCensus::VisitFirst(const std::array<Slot*, kSlots>& slots, uint32_t contexts,
                            uint32_t first) noexcept {
  Visit(slots, contexts, first, Parents{});
  for (size_t i = 0; i < kSlots; ++i) {
    if ((contexts >> i & 1) != 0) first_slots_[i] = static_cast<uint32_t>(slots[i] - &table_[0]);
  }
}

void SlotCensus::VisitSecond(const std::array<Slot*, kSlots>& slots, uint32_t contexts,
                             uint32_t first, uint32_t second) noexcept {
  Parents parents;
  for (size_t i = 0; i < kSlots; ++i) parents[i] = (first_slots_[i] << 4 | first) + 1;
  Visit(slots, contexts, second, parents);
}

void SlotCensus::Visit(const std::array<Slot*, kSlots>& slots, uint32_t contexts,
                       uint32_t nibble, const Parents& parents) noexcept {
  std::array<int32_t, kSlots> costs;
  for (size_t i = 0; i < kSlots; ++i) {
    if ((contexts >> i & 1) == 0) continue;
    const bool fresh = slots[i]->nodes[0].empty();
    const int32_t shorter = kShorter[i] < 0 ? 4 * kBit : costs[static_cast<size_t>(kShorter[i])];
    costs[i] = fresh ? shorter : Cost(*slots[i], nibble);
    Entry& entry = entries_[static_cast<size_t>(slots[i] - &table_[0])];
    if (fresh) entry = Entry{.parent = parents[i], .born = piece_};
    if (entry.pieces > 0 && entry.last_piece == piece_) continue;
    entry.last_piece = piece_;
    if (entry.pieces == UINT16_MAX) continue;
    ++entry.pieces;
    entry.saved += shorter - costs[i];
  }
}

int32_t SlotCensus::Worth(size_t i) const noexcept {
  const Entry& entry = entries_[i];
  if (table_[i].nodes[0].empty() || entry.pieces < kFewestPieces) return 0;
  return entry.saved + kPieceWorth * entry.pieces;
}

std::vector<SlotCensus::Child> SlotCensus::Children() const {
  std::vector<Child> children;
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.parent == 0 || table_[i].nodes[0].empty()) continue;
    const uint32_t parent = (entry.parent - 1) >> 4;
    // What is older than its parent belonged to another context in that place.
    if (Worth(parent) <= 0 || entry.born < entries_[parent].born) continue;
    children.push_back(
        {parent, static_cast<uint8_t>((entry.parent - 1) & 15), static_cast<uint32_t>(i)});
  }
  std::ranges::stable_sort(children, {}, &Child::parent);
  return children;
}

}  // namespace lmzip
