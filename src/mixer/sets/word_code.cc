#include "mixer/sets/word_code.h"

#include <algorithm>

#include "mixer/sets/joined.h"

namespace lmzip {
namespace {

template <size_t n>
void Push(std::array<uint32_t, n>& latest, uint32_t value) {
  std::copy_backward(latest.begin(), latest.end() - 1, latest.end());
  latest[0] = value;
}

}  // namespace

void WordCode::Update(uint8_t byte, size_t position) noexcept {
  ended_distance_ = false;
  bytes_ |= uint32_t{byte} << machine_->ShiftOf(index_);
  if (++index_ == 4) FinishWord(position - 3);
}

void WordCode::FinishWord(size_t position) noexcept {
  const WordForm& form = machine_->FormOf(bytes_);
  const uint32_t absolute = form.Absolute(bytes_, static_cast<uint32_t>(position));
  ended_distance_ = form.width > 0;
  if (ended_distance_) Push(distances_, absolute);
  for (size_t i = 0; i < named_.size(); ++i) named_[i][machine_->Register(i, bytes_)] = absolute;
  Push(absolute_, absolute);
  Push(operations_, bytes_ & form.operation);
  Push(words_, bytes_);
  form_ = static_cast<uint32_t>(&form - machine_->forms.data());
  index_ = bytes_ = 0;
}

uint32_t WordCode::Registers(uint32_t word) const noexcept {
  uint32_t numbers = 0;
  for (size_t i = 0; i < machine_->registers.size(); ++i) {
    numbers = numbers << 5 | machine_->Register(i, word);
  }
  return numbers;
}

WordField WordCode::Field(size_t position) const noexcept {
  WordField field{.machine = machine_,
                  .position = static_cast<uint32_t>(position) - index_,
                  .index = index_,
                  .bytes = bytes_};
  const auto& words = absolute_;
  const auto& ops = operations_;
  field.contexts = {0,
                    Joined(ops[0], 1),
                    Joined(words[0], 2),
                    Joined(words[0], words[1]),
                    Joined(distances_[0], 3),
                    Joined(distances_[0], distances_[1], 4),
                    Joined(ops[0], ops[1], ops[2]),
                    Joined(distances_[0], words[0], 5)};
  return field;
}

void WordCode::View(uint64_t recent, StructureView& view) const noexcept {
  const uint32_t last = static_cast<uint32_t>(recent & 255), i = index_;
  const auto& words = absolute_;
  const auto& ops = operations_;
  const uint64_t now = Joined(i, bytes_);
  const uint32_t above = words_[0] >> machine_->ShiftOf(i) & 255;
  const uint32_t above2 = words_[1] >> machine_->ShiftOf(i) & 255;
  const uint32_t registers = Registers(words_[0]);

  // The first ones are those of every level.
  view.Add(Joined(now, words[0]));
  view.Add(Joined(now, words[0], words[1]));
  view.Add(Joined(now, ops[0]));
  view.Add(Joined(now, ops[0], ops[1]));
  view.Add(Joined(now, ops[0], ops[1], ops[2]));
  view.Add(now);
  view.Add(Joined(now, words[0], words[1], words[2]));
  view.Add(Joined(now, registers, 1));

  view.Add(Joined(now, ops[0], registers & 1023));
  view.Add(Joined(now, registers, Registers(words_[1])));
  view.Add(Joined(now, words[0], ops[1], ops[2]));
  view.Add(Joined(now, ops[0], ops[1], ops[2], ops[3]));
  view.Add(Joined(now, ops[0], ops[1], ops[2], ops[3], ops[4], ops[5]));
  view.Add(Joined(now, words[1], 2));
  view.Add(Joined(now, words[2], 3));
  view.Add(Joined(now, ops[1], ops[2], 4));
  view.Add(Joined(i, last, above, 5));
  view.Add(Joined(i, last, above, above2));
  view.Add(Joined(i, above, above2, 6));
  view.Add(Joined(i, last, ops[0], 7));
  view.Add(Joined(i, last, ops[0], ops[1], 8));
  view.Add(Joined(i, ops[0], ops[1], above));
  view.Add(Joined(now, words[0], words[1], words[2], words[3]));
  view.Add(Joined(now, distances_[0], 9));
  view.Add(Joined(i, above, 10));
  view.Add(Joined(i, last, above2, 11));
  view.Add(Joined(now, named_[0][machine_->Register(0, bytes_)], 12));
  view.Add(Joined(now, named_[1][machine_->Register(1, bytes_)], 13));

  view.state = i * 32 + form_;
  view.group = i * 256 + (i == 0 ? form_ : last);
  view.neighbour = above;
  view.detail = i * 8 + std::min<uint32_t>(form_, 7);
  view.phase = i;
  view.map = i;
}

}  // namespace lmzip
