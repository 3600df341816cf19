#include "mixer/sets/target_lists.h"

#include <algorithm>

#include "mixer/sets/general_contexts.h"

namespace lmzip {

constexpr int kFirstContextId = 160;

void TargetLists::Begin(const TargetField& field) noexcept {
  active_ = true;
  lowest_ = field.lowest;
  offsets_ = field.offsets;
  for (size_t i = 0; i < TargetField::kLists; ++i) {
    used_[i] =
        &lists_.Find(ContextHash(kFirstContextId + static_cast<int>(i), field.contexts[i]));
  }
}

void TargetLists::Predict(uint32_t partial, int depth, int32_t* inputs) noexcept {
  if (!active_) {
    std::fill_n(inputs, kInputs, 0);
    return;
  }
  for (size_t i = 0; i < TargetField::kLists; ++i) {
    const List& list = *used_[i];
    ListedBit listed;
    for (size_t j = 0; j < list.size; ++j) {
      const uint8_t byte = static_cast<uint8_t>(list.values[j] - offsets_[i]);
      listed.Add(byte, list.counts[j], partial, depth);
    }
    trust_[i].Predict(listed, lowest_ ? 0 : 1, &inputs[2 * i]);
  }
}

void TargetLists::Update(int bit) noexcept {
  if (!active_) return;
  for (auto& trust : trust_) trust.Update(bit);
}

void TargetLists::EndByte(uint8_t byte) noexcept {
  if (!active_) return;
  // Two contexts may share a list: it learns twice.
  for (size_t i = 0; i < TargetField::kLists; ++i) {
    used_[i]->Add(static_cast<uint8_t>(byte + offsets_[i]));
  }
}

}  // namespace lmzip
