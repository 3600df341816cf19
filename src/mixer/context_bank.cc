#include "mixer/context_bank.h"

#include "mixer/logistic.h"

namespace lmzip {
namespace {

constexpr size_t kLevels = 64;  // of a probability, 1/4 nat apart

// By a node's state without its count.
constexpr auto kLevelOf = [] {
  std::array<uint8_t, 4096> levels{};
  for (uint32_t i = 0; i < levels.size(); ++i) {
    const Node node = Node::FromState(static_cast<uint16_t>(i << 4));
    levels[i] = static_cast<uint8_t>((Stretch(node.P12() << 4) + 2048) >> 6);
  }
  return levels;
}();

}  // namespace

ContextBank::ContextBank(const MixKernels& kernels) : kernels_(kernels) {
  for (auto& group : cells_) {
    for (size_t i = 0; i < kCells; ++i) {
      const int middle = static_cast<int>(i % 64) * 64 - 2016;
      group[i] = Cell(static_cast<uint32_t>(Squash(i < 64 ? 0 : middle)), 4);
    }
  }
}

void ContextBank::Predict(uint32_t prefix, int32_t* inputs) noexcept {
  prefix_ = prefix;
  Cell* group = cells_.front().data();
  for (size_t i = 0; i < kSlots; ++i, group += kCells) {
    const uint32_t node = slots_[i]->nodes[prefix - 1].state();
    Cell* const cell = group + (node & 15u) * kLevels + kLevelOf[node >> 4];
    const uint32_t state = cell->state();
    used_cells_[i] = cell;
    states_.nodes[i] = static_cast<uint16_t>(node);
    states_.cells[i] = state;
    inputs[2 * i] = Stretch(state >> 16);
    inputs[2 * i + 1] = static_cast<int32_t>(state ^ 0x80000000u) >> 19;
  }
}

void ContextBank::Update(int bit) noexcept {
  CounterStates learned;
  kernels_.learn(states_, kSlots, bit, learned);
  const uint32_t prefix = prefix_;
  for (size_t i = 0; i < kSlots; ++i) {
    *used_cells_[i] = Cell::FromState(learned.cells[i]);
    Node& node = slots_[i]->nodes[prefix - 1];
    if (node.state() == states_.nodes[i]) {
      node = Node::FromState(learned.nodes[i]);
    } else {
      node.Update(bit);  // two contexts share the slot, and the other one has learned
    }
  }
}

}  // namespace lmzip
