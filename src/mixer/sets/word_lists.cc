#include "mixer/sets/word_lists.h"

#include "mixer/sets/general_contexts.h"

namespace lmzip {

constexpr int kFirstContextId = 168;

void WordLists::BeginWord(const WordField& field, Word& word) noexcept {
  for (size_t i = 0; i < WordField::kLists; ++i) {
    List& list =
        lists_.Find(ContextHash(kFirstContextId + static_cast<int>(i), field.contexts[i]));
    Word::Used& used = word.used[i];
    used.list = &list;
    used.size = list.size;
    used.counts = list.counts;
    for (size_t j = 0; j < list.size; ++j) {
      const WordForm& form = field.machine->FormOf(list.values[j]);
      used.words[j] = form.Relative(list.values[j], field.position);
    }
  }
}

void WordLists::BeginByte(const WordField& field, Word& word) noexcept {
  if (field.index == 0) BeginWord(field, word);
  index_ = field.index;
  uint32_t known = 0;
  for (uint32_t i = 0; i < index_; ++i) known |= 255u << field.machine->ShiftOf(i);
  const int shift = field.machine->ShiftOf(index_);
  for (size_t i = 0; i < WordField::kLists; ++i) {
    const Word::Used& used = word.used[i];
    Candidates& candidates = candidates_[i];
    candidates.size = 0;
    for (size_t j = 0; j < used.size; ++j) {
      if (((used.words[j] ^ field.bytes) & known) != 0) continue;
      candidates.bytes[candidates.size] = static_cast<uint8_t>(used.words[j] >> shift);
      candidates.counts[candidates.size++] = used.counts[j];
    }
  }
}

void WordLists::Predict(uint32_t partial, int depth, int32_t* inputs) noexcept {
  for (size_t i = 0; i < WordField::kLists; ++i) {
    const Candidates& candidates = candidates_[i];
    ListedBit listed;
    for (size_t j = 0; j < candidates.size; ++j) {
      listed.Add(candidates.bytes[j], candidates.counts[j], partial, depth);
    }
    trust_[i].Predict(listed, index_, &inputs[2 * i]);
  }
}

void WordLists::Update(int bit) noexcept {
  for (auto& trust : trust_) trust.Update(bit);
}

void WordLists::Learn(const Word& word, uint32_t absolute) noexcept {
  // Two contexts may share a list: it learns twice.
  for (const Word::Used& used : word.used) {
    if (used.list != nullptr) used.list->Add(absolute);
  }
}

}  // namespace lmzip
