#include "mixer/sets/nucleotides.h"

#include <algorithm>
#include <bit>

#include "base/prefetch.h"
#include "mixer/logistic.h"
#include "mixer/sets/general_contexts.h"

namespace lmzip {
namespace {

constexpr int kOrderHash = 192, kMatchHash = 256;  // + the number of nucleotides
constexpr uint32_t kMaxSeen = 1u << 30;
constexpr int kCheckedOrder = 11;      // orders from here on count as known
constexpr uint32_t kCellCount = 1023;  // where cells stop to count
constexpr int kMaxLength = 65535;
constexpr int kMaxMisses = 8;          // of 16
constexpr int kMostBetween = 80;       // bytes between nucleotides of a match

constexpr auto kNucleotides = [] {
  std::array<int8_t, 256> codes{};
  codes.fill(-1);
  const auto set = [&](char letter, int8_t code) {
    codes[static_cast<uint8_t>(letter)] = codes[static_cast<uint8_t>(letter | 0x20)] = code;
  };
  set('A', 0);
  set('C', 1);
  set('G', 2);
  set('T', 3);
  set('U', 3);
  return codes;
}();

constexpr size_t OrderBits(size_t order, int table_bits) {
  return static_cast<size_t>(std::min(2 * NucleotideBank::kOrders[order], table_bits));
}

size_t EntriesOf(int table_bits) {
  size_t entries = 0;
  for (size_t i = 0; i < NucleotideBank::kOrders.size(); ++i) {
    entries += size_t{1} << OrderBits(i, table_bits);
  }
  return entries;
}

// The position of the nucleotide next to `position`, or kNowhere where none is near that is
// readable.
constexpr size_t kNowhere = SIZE_MAX;
size_t Neighbour(const History& history, size_t position, bool backwards) {
  for (int i = 0; i <= kMostBetween; ++i) {
    if (backwards && position == 0) return kNowhere;
    position = backwards ? position - 1 : position + 1;
    if (NucleotideOf(history.At(position)) >= 0) return position;
  }
  return kNowhere;
}

}  // namespace

int NucleotideOf(uint8_t byte) noexcept { return kNucleotides[byte]; }

int NucleotideNode(uint32_t partial, int depth) noexcept {
  // Without the bit that tells lower case, a byte begins 1 (leading), 010.
  if (depth == 3) return (partial | 1u) == 0b1011u ? 0 : -1;
  if (depth == 5) return (partial | 0b100u) == 0b101100u ? 1 : -1;
  if (depth == 6) return (partial | 0b1000u) == 0b1011000u ? 2 : -1;
  return -1;
}

void Strands::Append(int nucleotide) noexcept {
  forward = forward << 2 | static_cast<uint64_t>(nucleotide);
  inverted = inverted >> 2 | static_cast<uint64_t>(3 - nucleotide) << 62;
  seen += seen < kMaxSeen;
}

uint64_t Strands::Last(int count) const noexcept {
  return forward << (64 - 2 * count) >> (64 - 2 * count);
}

uint64_t Strands::LastInverted(int count) const noexcept { return inverted >> (64 - 2 * count); }

NucleotideBank::NucleotideBank(int table_bits)
    : table_bits_(table_bits), entries_(EntriesOf(table_bits)) {
  size_t begin = 0;
  for (size_t i = 0; i < kOrders.size(); ++i) {
    begins_[i] = begin;
    begin += size_t{1} << OrderBits(i, table_bits);
  }
  Cells first;
  for (size_t i = 0; i < first.size(); ++i) {
    const size_t level = i % kLevels, count = i / kLevels % 16;
    const int middle = count == 0 ? 0 : static_cast<int>(level) * 64 - 2016;
    first[i] = Cell(static_cast<uint32_t>(Squash(middle)), 4);
  }
  cells_.assign(kOrders.size(), first);
}

size_t NucleotideBank::Bytes(int table_bits) noexcept {
  return MappedBytes(EntriesOf(table_bits) * sizeof(Entry)) + kOrders.size() * sizeof(Cells);
}

NucleotideBank::Place NucleotideBank::PlaceOf(size_t order, uint64_t context) const noexcept {
  const uint32_t begin = static_cast<uint32_t>(begins_[order]);
  if (2 * kOrders[order] <= table_bits_) return {begin + static_cast<uint32_t>(context), 0};
  const uint64_t hash = ContextHash(kOrderHash + kOrders[order], context);
  const uint64_t mask = (uint64_t{1} << table_bits_) - 1;
  return {begin + static_cast<uint32_t>(hash & mask), static_cast<uint16_t>(hash >> 48 | 1)};
}

void NucleotideBank::Locate(const Strands& strands, size_t used, Places& places) const noexcept {
  for (size_t i = 0; i < used; ++i) {
    places.next[i] = PlaceOf(i, strands.Last(kOrders[i]));
    places.inverted[i] = PlaceOf(i, strands.LastInverted(kOrders[i]));
    PrefetchLine(&entries_[places.next[i].number]);
    PrefetchLine(&entries_[places.inverted[i].number]);
  }
}

NucleotideBank::Entry& NucleotideBank::Find(const Place& place) noexcept {
  Entry& entry = entries_[place.number];
  if (entry.check != place.check) entry = {.check = place.check, .nodes = {}};
  return entry;
}

void NucleotideBank::LearnInverted(const Strands& strands, size_t used,
                                   const Places& places) noexcept {
  for (size_t i = 0; i < used; ++i) {
    const int order = kOrders[i];
    if (strands.seen <= static_cast<uint32_t>(order)) continue;
    const int nucleotide = 3 - static_cast<int>(strands.forward >> (2 * order) & 3);
    Entry& entry = Find(places.inverted[i]);
    entry.nodes[0].Update(nucleotide == 3);
    if (nucleotide == 3) continue;
    entry.nodes[1].Update(nucleotide == 2);
    if (nucleotide != 2) entry.nodes[2].Update(nucleotide == 1);
  }
}

void NucleotideBank::BeginByte(const Places& places, size_t used) noexcept {
  used_ = used;
  for (size_t i = 0; i < used; ++i) found_[i] = &Find(places.next[i]);
}

void NucleotideBank::Predict(size_t node, int32_t* inputs) noexcept {
  node_ = node;
  known_ = 0;
  for (size_t i = 0; i < used_; ++i) {
    const Node seen = found_[i]->nodes[node];
    const size_t level = static_cast<size_t>((Stretch(seen.P12() << 4) + 2048) >> 6);
    Cell& cell = cells_[i][(node * 16 + seen.count()) * kLevels + level];
    used_cells_[i] = &cell;
    known_ += kOrders[i] >= kCheckedOrder && !seen.empty();
    const uint32_t p = cell.P16();
    inputs[kInputsOfOrder * i] = Stretch(p);
    inputs[kInputsOfOrder * i + 1] = (static_cast<int>(p) - 32768) >> 3;
  }
}

void NucleotideBank::Update(int bit) noexcept {
  for (size_t i = 0; i < used_; ++i) {
    used_cells_[i]->Update(bit, kCellCount);
    found_[i]->nodes[node_].Update(bit);
  }
}

int NucleotideMatch::recent_misses() const noexcept { return std::popcount(misses & 0xFFFF); }

NucleotideMatcher::NucleotideMatcher(int table_bits, int min_length, bool inverted)
    : ends_(size_t{1} << table_bits),
      shift_(64 - table_bits),
      min_length_(min_length),
      inverted_(inverted),
      cells_(kNucleotideNodes * kLengths * kMisses, Cell(60000, 2)) {}

size_t NucleotideMatcher::Bytes(int table_bits) noexcept {
  return MappedBytes(sizeof(uint32_t) << table_bits) +
         kNucleotideNodes * kLengths * kMisses * sizeof(Cell);
}

size_t NucleotideMatcher::PlaceOf(uint64_t nucleotides) const noexcept {
  return static_cast<size_t>(ContextHash(kMatchHash + min_length_, nucleotides) >> shift_);
}

void NucleotideMatcher::Prefetch(const Strands& strands) const noexcept {
  PrefetchLine(&ends_[PlaceOf(strands.Last(min_length_))]);
  if (inverted_) PrefetchLine(&ends_[PlaceOf(strands.LastInverted(min_length_))]);
}

void NucleotideMatcher::Update(const History& history, const Strands& strands, size_t position,
                               int newest, NucleotideMatch& match) noexcept {
  if (match.length > 0) Follow(history, newest, match);
  if (strands.seen < static_cast<uint32_t>(min_length_)) return;
  uint32_t& end = ends_[PlaceOf(strands.Last(min_length_))];
  if (match.length < min_length_) {
    const size_t other = inverted_ ? ends_[PlaceOf(strands.LastInverted(min_length_))] : end;
    if (other != 0) Try(history, strands, other, match);
  }
  end = static_cast<uint32_t>(position);
}

void NucleotideMatcher::Follow(const History& history, int newest,
                               NucleotideMatch& match) const noexcept {
  const bool hit = match.expected == newest;
  match.misses = match.misses << 1 | (hit ? 0u : 1u);
  match.length = hit ? std::min(match.length + 1, kMaxLength) : std::max(1, match.length / 4);
  if (match.recent_misses() > kMaxMisses) match.length = 0;
  if (match.length > 0) Advance(history, match);
}

// `end` is behind what the table has of the same hash: of as many nucleotides, at least, as a match
// needs, or, inverted, of just as many.
void NucleotideMatcher::Try(const History& history, const Strands& strands, size_t end,
                            NucleotideMatch& match) const noexcept {
  const uint64_t wanted = inverted_ ? strands.LastInverted(min_length_) : strands.forward;
  const int limit =
      inverted_ ? min_length_ : static_cast<int>(std::min<uint32_t>(strands.seen, 32));
  int length = 0;
  size_t at = end - 1, first = at;
  while (length < limit && at != kNowhere &&
         NucleotideOf(history.At(at)) == static_cast<int>(wanted >> (2 * length) & 3)) {
    ++length;
    first = at;
    at = Neighbour(history, at, true);
  }
  if (length < min_length_) return;
  match = {.pointer = inverted_ ? first : end - 1, .length = length};
  Advance(history, match);
}

void NucleotideMatcher::Advance(const History& history, NucleotideMatch& match) const noexcept {
  match.pointer = Neighbour(history, match.pointer, inverted_);
  if (match.pointer == kNowhere) {
    match = NucleotideMatch{};
    return;
  }
  const int there = NucleotideOf(history.At(match.pointer));
  match.expected = inverted_ ? 3 - there : there;
}

void NucleotideMatcher::Predict(const NucleotideMatch& match, size_t node,
                                int32_t* inputs) noexcept {
  inputs[0] = inputs[1] = 0;
  used_ = nullptr;
  const int asked = 3 - static_cast<int>(node);  // about T, G, C
  if (match.length == 0 || match.expected > asked) return;
  const int length = match.length < 16 ? match.length : std::min(31, match.length / 16 + 15);
  used_ = &cells_[(node * kLengths + static_cast<size_t>(length)) * kMisses + (match.misses & 255)];
  bit_ = match.expected == asked;
  const int p = static_cast<int>(used_->P16());
  const int sign = bit_ != 0 ? 1 : -1;
  inputs[0] = sign * Stretch(static_cast<uint32_t>(p));
  inputs[1] = sign * ((p - 32768) >> 3);
}

void NucleotideMatcher::Learn(int bit) noexcept {
  if (used_ != nullptr) used_->Update(bit == bit_, kCellCount);
}

}  // namespace lmzip
