#include "mixer/context_bank.h"

#include "mixer/logistic.h"

namespace lmzip {

ContextBank::ContextBank(const MixKernels& kernels) : kernels_(kernels) {
  for (auto& group : cells_) {
    for (size_t i = 0; i < kCells; ++i) {
      const int middle = static_cast<int>(i % 64) * 64 - 2016;
      group[i] = Cell(static_cast<uint32_t>(Squash(i < 64 ? 0 : middle)), 4);
    }
  }
}

void ContextBank::Predict(uint32_t prefix, int32_t* inputs) noexcept {
  for (size_t i = 0; i < kSlots; ++i) {
    Node* node = &slots_[i]->nodes[prefix - 1];
    nodes_[i] = node;
    const int logistic = Stretch(node->P12() << 4);
    const size_t cell = node->count() * 64 + static_cast<size_t>((logistic + 2048) >> 6);
    used_cells_[i] = &cells_[i][cell];
    states_.nodes[i] = node->state();
    states_.cells[i] = used_cells_[i]->state();
    const uint32_t p = used_cells_[i]->P16();
    inputs[2 * i] = Stretch(p);
    inputs[2 * i + 1] = (static_cast<int>(p) - 32768) >> 3;
  }
}

void ContextBank::Update(int bit) noexcept {
  CounterStates learned;
  kernels_.learn(states_, kSlots, bit, learned);
  for (size_t i = 0; i < kSlots; ++i) {
    *used_cells_[i] = Cell::FromState(learned.cells[i]);
    Node& node = *nodes_[i];
    if (node.state() == states_.nodes[i]) {
      node = Node::FromState(static_cast<uint16_t>(learned.nodes[i]));
    } else {
      node.Update(bit);  // two contexts share the slot, and the other one has learned
    }
  }
}

}  // namespace lmzip
