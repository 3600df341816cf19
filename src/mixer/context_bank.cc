#include "mixer/context_bank.h"

#include "mixer/logistic.h"

namespace lmzip {
namespace {

// By a node's state without its count.
constexpr auto kLevelOf = [] {
  std::array<uint8_t, 4096> levels{};
  for (uint32_t i = 0; i < levels.size(); ++i) {
    const Node node = Node::FromState(static_cast<uint16_t>(i << 4));
    levels[i] = static_cast<uint8_t>((Stretch(node.P12() << 4) + 2048) >> 6);
  }
  return levels;
}();

// Of every context.
constexpr auto kFirstCells = [] {
  std::array<Cell, ContextBank::kCells> cells{};
  for (size_t i = 0; i < cells.size(); ++i) {
    const int middle = static_cast<int>(i % ContextBank::kLevels) * 64 - 2016;
    cells[i] = Cell(static_cast<uint32_t>(Squash(i < ContextBank::kLevels ? 0 : middle)), 4);
  }
  return cells;
}();

}  // namespace

template <size_t kContextCount>
BankOf<kContextCount>::BankOf(const MixKernels& kernels) : kernels_(kernels) {
  cells_.fill(kFirstCells);
}

template <size_t kContextCount>
void BankOf<kContextCount>::Predict(uint32_t prefix, int32_t* inputs) noexcept {
  prefix_ = prefix;
  for (size_t i = 0; i < kContextCount; ++i) {
    const Node node = slots_[i]->nodes[prefix - 1];
    Cell* const cell = &cells_[i][node.count() * kLevels + kLevelOf[node.state() >> 4]];
    used_cells_[i] = cell;
    states_.nodes[i] = node.state();
    states_.cells[i] = cell->state();
    const uint32_t p = cell->P16();
    inputs[2 * i] = Stretch(p);
    inputs[2 * i + 1] = (static_cast<int>(p) - 32768) >> 3;
  }
}

template <size_t kContextCount>
void BankOf<kContextCount>::Update(int bit) noexcept {
  CounterStates learned;
  kernels_.learn(states_, kContextCount, bit, learned);
  for (size_t i = 0; i < kContextCount; ++i) {
    *used_cells_[i] = Cell::FromState(learned.cells[i]);
    Node& node = slots_[i]->nodes[prefix_ - 1];
    if (node.state() == states_.nodes[i]) {
      node = Node::FromState(learned.nodes[i]);
    } else {
      node.Update(bit);  // two contexts share the slot, and the other one has learned
    }
  }
}

template class BankOf<kSlots>;
template class BankOf<kQuickSlots>;

}  // namespace lmzip
