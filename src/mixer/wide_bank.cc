#include "mixer/wide_bank.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "mixer/logistic.h"

namespace lmzip {
namespace {

constexpr auto kLevelOf = [] {  // by a node's state without its count
  std::array<uint8_t, 4096> levels{};
  for (uint32_t i = 0; i < levels.size(); ++i) {
    const Node node = Node::FromState(static_cast<uint16_t>(i << 4));
    levels[i] = static_cast<uint8_t>((Stretch(node.P12() << 4) + 2048) >> 6);
  }
  return levels;
}();

// After `bit`: the latest seven bits stay.
constexpr uint8_t WithBit(uint8_t last_bits, int bit) {
  const uint32_t longer = std::max<uint32_t>(last_bits, 1) << 1 | static_cast<uint32_t>(bit);
  return static_cast<uint8_t>(longer < 256 ? longer : (longer & 127) | 128);
}

}  // namespace

WideSlot* WideSlotTable::Find(uint64_t hash) noexcept {
  WideSlot* const bucket = &slots_[hash & mask_];
  const uint16_t check = static_cast<uint16_t>(hash >> 48);
  for (size_t i = 0; i < 2; ++i) {
    if (bucket[i].slot.check == check && !bucket[i].slot.nodes[0].empty()) return &bucket[i];
  }
  const size_t seen = bucket[0].slot.nodes[0].count(), seen_too = bucket[1].slot.nodes[0].count();
  WideSlot& victim = bucket[seen > seen_too];
  victim = WideSlot{};
  victim.slot.check = check;
  return &victim;
}

const WideBank::Cells& WideBank::FirstCells() {
  static constexpr Cells kFirst = [] {
    Cells cells{};
    for (size_t i = 0; i < cells.nodes.size(); ++i) {
      const int middle = static_cast<int>(i % kLevels) * 64 - 2016;
      cells.nodes[i] = Cell(static_cast<uint32_t>(Squash(i < kLevels ? 0 : middle)), 4);
    }
    for (uint32_t i = 0; i < 256; ++i) {
      const uint32_t bits = i < 2 ? 0 : static_cast<uint32_t>(std::bit_width(i)) - 1;
      const uint32_t ones = i < 2 ? 0 : static_cast<uint32_t>(std::popcount(i)) - 1;
      cells.last_bits[i] = Cell(65535 * (5 * ones + 2) / (5 * bits + 4), 3);
    }
    for (uint32_t i = 0; i < cells.repeats.size(); ++i) {
      cells.repeats[i] = Cell(65536 - 65536 / (2 * (i / 8) + 3), 4);
    }
    return cells;
  }();
  return kFirst;
}

WideBank::WideBank(const MixKernels& kernels, size_t contexts, int table_bits)
    : kernels_(kernels), table_(table_bits), cells_(contexts, FirstCells()) {
  LMZIP_CHECK(contexts <= kMostContexts);
}

size_t WideBank::Bytes(size_t contexts, int table_bits) noexcept {
  return MappedBytes(size_t{1} << table_bits) + contexts * sizeof(Cells);
}

void WideBank::BeginByte(std::span<const uint64_t> hashes) noexcept {
  used_ = hashes.size();
  for (size_t i = 0; i < used_; ++i) {
    slots_[i] = first_slots_[i] = table_.Find(hashes[i]);
    checks_[i] = slots_[i]->slot.check;
  }
  for (size_t i = 0; i < used_; ++i) {
    const WideSlot& slot = *slots_[i];
    const size_t repeats = std::min<size_t>(slot.repeats, kRepeats - 1);
    expected_[i] = {.byte = slot.repeats > 0 ? 256u | slot.last_byte : 0u,
                    .cells = &cells_[i].repeats[8 * repeats]};
  }
}

void WideBank::BeginSecondNibble(std::span<const uint64_t> hashes) noexcept {
  for (size_t i = 0; i < used_; ++i) slots_[i] = table_.Find(hashes[i]);
}

void WideBank::PredictRepeat(size_t i, uint32_t partial, int depth, int32_t& input) noexcept {
  Expected& expected = expected_[i];
  expected.used = nullptr;
  input = 0;
  if (expected.byte >> (8 - depth) != partial) return;
  expected.used = expected.cells + depth;
  const int certainty = Stretch(expected.used->P16());
  input = (expected.byte >> expected_shift_ & 1) != 0 ? certainty : -certainty;
}

void WideBank::Predict(uint32_t partial, int depth, int32_t* inputs) noexcept {
  prefix_ = NibblePrefix(partial, depth);
  expected_shift_ = 7 - depth;
  for (size_t i = 0; i < used_; ++i) {
    const Node node = slots_[i]->slot.nodes[prefix_ - 1];
    const uint8_t last_bits = slots_[i]->last_bits[prefix_ - 1];
    node_cells_[i] = &cells_[i].nodes[node.count() * kLevels + kLevelOf[node.state() >> 4]];
    bit_cells_[i] = &cells_[i].last_bits[last_bits];
    const size_t group = i / kMostCounters, place = i % kMostCounters;
    node_states_[group].nodes[place] = node.state();
    node_states_[group].cells[place] = node_cells_[i]->state();
    bit_states_[group].cells[place] = bit_cells_[i]->state();
    const uint32_t p = node_cells_[i]->P16();
    int32_t* const out = inputs + kInputsOfContext * i;
    out[0] = Stretch(p);
    out[1] = (static_cast<int>(p) - 32768) >> 3;
    out[2] = last_bits == 0 ? 0 : Stretch(bit_cells_[i]->P16());
    PredictRepeat(i, partial, depth, out[3]);
  }
}

void WideBank::Update(int bit) noexcept {
  CounterStates nodes, bits;
  for (size_t begin = 0; begin < used_; begin += kMostCounters) {
    const size_t group = begin / kMostCounters, count = std::min(used_ - begin, kMostCounters);
    kernels_.learn(node_states_[group], count, bit, nodes);
    kernels_.learn(bit_states_[group], count, bit, bits);
    for (size_t place = 0; place < count; ++place) {
      const size_t i = begin + place;
      *node_cells_[i] = Cell::FromState(nodes.cells[place]);
      *bit_cells_[i] = Cell::FromState(bits.cells[place]);
      Node& node = slots_[i]->slot.nodes[prefix_ - 1];
      if (node.state() == node_states_[group].nodes[place]) {
        node = Node::FromState(nodes.nodes[place]);
      } else {
        node.Update(bit);  // two contexts share the slot, and the other one has learned
      }
      uint8_t& last_bits = slots_[i]->last_bits[prefix_ - 1];
      last_bits = WithBit(last_bits, bit);
      Expected& expected = expected_[i];
      if (expected.used != nullptr) {
        expected.used->Update(static_cast<int>(expected.byte >> expected_shift_ & 1) == bit);
      }
    }
  }
}

void WideBank::EndByte(uint8_t byte) noexcept {
  for (size_t i = 0; i < used_; ++i) {
    WideSlot& slot = *first_slots_[i];
    if (slot.slot.check != checks_[i]) continue;  // claimed by another context since
    if (slot.repeats > 0 && slot.last_byte == byte) {
      slot.repeats = static_cast<uint8_t>(std::min(slot.repeats + 1, 255));
    } else {
      slot.last_byte = byte;
      slot.repeats = 1;
    }
  }
}

}  // namespace lmzip
