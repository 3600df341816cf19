// What is expected of the fields of class files (PROGRAMS.md, "Java").
#include <algorithm>

#include "mixer/sets/java_fields.h"
#include "mixer/sets/java_opcodes.h"
#include "mixer/sets/joined.h"

namespace lmzip {
// The first one behind `pc` of the next 256, `pc` + 1 without one.
uint32_t JavaFields::NextIn(const Places& places, uint32_t pc) noexcept {
  constexpr uint32_t kMostSteps = 256;
  for (uint32_t i = pc + 1; i < kMostPc && i <= pc + kMostSteps; ++i) {
    if (places.test(i)) return i;
  }
  return pc + 1;
}

// A text that no field or constant has named.
uint32_t JavaFields::NextText() const noexcept {
  return pool_.NextOf(JavaPool::kText, false, new_text_);
}

bool JavaFields::IsIndex() const noexcept {
  switch (role_) {
    case kThis:
    case kSuper:
    case kInterface:
    case kMemberName:
    case kMemberType:
    case kAttributeName: return true;
    case kOperand: return JavaOpcode(opcode_).names_constant();
    case kValueWord: return before_[0] == 7;  // the tag of objects
    case kHandler: return column_ == kCaughtColumn;
    case kBodyWord:
      if (kind_ == kVariables || kind_ == kVariableTypes) return column_ == 2 || column_ == 3;
      return kind_ != kLines;
    default: return false;
  }
}

uint32_t JavaFields::Place() const noexcept {
  const JavaPool::Constant& constant = pool_.At(number_);
  const JavaOpcode opcode(opcode_);
  switch (role_) {
    case kBodyWord: return 40 + 5u * kind_ + column_;
    case kOperand:
      if (opcode.calls()) return 96;
      if (opcode.constant_tag() == JavaPool::kField) return 97;
      if (opcode.constant_tag() == JavaPool::kClass) return 99;
      if (opcode.names_constant()) return 98;
      if (opcode.branches()) return 100;
      if (opcode_ == JavaOpcode::kIncrement) return 101;
      return opcode_ < 0x12 ? 102 : 103;
    case kHandler: return 104 + column_;
    case kFirst: return 112 + constant.tag % 32u;
    case kSecond: return 144 + constant.tag % 32u;
    case kText: return 176 + std::min<uint32_t>(constant.use, 47);
    case kAttributeCount: return 224 + list_;
    case kAttributeName: return 227 + list_;
    case kAttributeLength: return 230 + list_;
    case kFrameWord: return 233 + frame_part_;
    case kBodyCount: return 236 + kind_;
    default: return role_;
  }
}

void JavaFields::Guess() noexcept {
  const uint32_t place = Place();
  const Latest& latest = latest_[place];
  guesses_ = {latest.value, latest.before, before_[0], 0};
  if (IsIndex()) {
    const uint64_t near = role_ == kOperand ? opcodes_ << 8 | opcode_ : before_[0];
    const auto key = [](uint64_t context) {
      return static_cast<size_t>(ContextHash(0, context) >> 54);
    };
    keys_ = {key(Joined(place, last_content_, 0)), key(Joined(place, near, member_type_))};
    guesses_ = {0, pool_.NumberOf(followed_[0][keys_[0]]), pool_.NumberOf(followed_[1][keys_[1]]),
                latest.value};
  }
  switch (role_) {
    case kFirst:
    case kSecond:
      guesses_ = {pool_.NextNew(number_), latest.value, latest.value + 1, before_[0] + 1};
      return;
    case kMemberName:
    case kMemberType: guesses_[0] = NextText(); return;
    case kAttributeCount:
    case kAttributeName:
    case kAttributeLength:
    case kBodyCount: return GuessAttribute();
    case kBodyWord: return GuessBodyWord();
    default: return GuessCode();
  }
}

void JavaFields::GuessAttribute() noexcept {
  const uint32_t latest = latest_[Place()].value;
  switch (role_) {
    case kAttributeCount: guesses_ = {latest, Remaining() == 2 ? 0u : 1u, 0, 0}; return;
    case kAttributeName: guesses_[0] = NextText(); return;
    case kAttributeLength: {
      // The last one of code ends with it.
      const bool is_last = list_ == kCodeList && lists_[kCodeList].left == 0;
      guesses_ = {is_last ? Remaining() - 4 : latest, latest, 0, 0};
      return;
    }
    default: guesses_ = {(Remaining() - 2) / (2 * columns_), latest, 0, 0};
  }
}

void JavaFields::GuessBodyWord() noexcept {
  const Latest& latest = latest_[Place()];
  auto& guesses = guesses_;
  if (kind_ == kLines && column_ == 0) {
    const uint32_t first = above_[1] == 0 ? 0 : NextIn(statements_, above_[0]);
    const uint32_t second = NextIn(statements_, first);
    guesses = {first, second, NextIn(statements_, second), above_[0]};
  } else if (kind_ == kLines) {
    const uint32_t line = above_[1] != 0 ? above_[1] : latest.value;
    guesses = {line, line + 1, latest.before, 0};
  } else if (kind_ == kVariables || kind_ == kVariableTypes) {
    switch (column_) {
      case 0: guesses = {above_[0], NextIn(statements_, above_[0]), latest.value, 0}; break;
      case 1:
        guesses = {code_length_ - row_[0], above_[0] + above_[1] - row_[0], latest.value, 0};
        break;
      case 4: guesses = {above_[4] + 1, above_[4] + 2, latest.value, above_[4]}; break;
      default: guesses[0] = NextText();
    }
  } else {
    guesses[0] = kind_ == kWord ? NextText() : above_[column_] + 1;
  }
}

void JavaFields::GuessCode() noexcept {
  const uint32_t latest = latest_[Place()].value;
  const JavaOpcode opcode(opcode_);
  switch (role_) {
    case kCodeLength: guesses_ = {Remaining() - 8, latest, 0, 0}; return;
    case kHandler: {
      if (column_ == kCaughtColumn) return;
      const uint32_t from = column_ == 0 ? above_[0] : row_[column_ - 1];
      guesses_ = {from, above_[column_], NextIn(targets_, from), 0};
      return;
    }
    case kFrame: {
      const uint32_t delta = NextIn(targets_, frame_pc_) - frame_pc_ - 1;
      guesses_ = {delta, delta + 64, latest, 0};
      return;
    }
    case kFrameWord:
      if (frame_part_ == 0) guesses_[0] = NextIn(targets_, frame_pc_) - frame_pc_ - 1;
      return;
    case kOperand:
      if (opcode.names_constant()) {
        const uint8_t tag = opcode.constant_tag();
        guesses_[0] = pool_.NextOf(tag, tag == JavaPool::kClass, used_);
      } else if (opcode.branches()) {
        const uint32_t next = NextIn(targets_, pc_);
        guesses_ = {next - pc_, NextIn(targets_, next) - pc_, latest, 0};
      }
      return;
    default: return;
  }
}

uint32_t JavaFields::GuessByte(size_t i) const noexcept {
  const uint32_t shift = 8 * (size_ - 1 - index_);
  return shift < 32 ? guesses_[i] >> shift & 255 : 0;
}

// How the bytes so far differ from the guess's: 0 not, 1 and 2 by one more or less, 3 by more.
uint32_t JavaFields::GuessFlag(size_t i) const noexcept {
  if (index_ == 0) return 0;
  const uint32_t shift = 8 * (size_ - index_);
  const uint32_t guess = shift < 32 ? guesses_[i] >> shift : 0;
  if (value_ == guess) return 0;
  return value_ == guess + 1 ? 1 : value_ + 1 == guess ? 2 : 3;
}

bool JavaFields::FindField(TargetField& field) const noexcept {
  if (role_ == kText || role_ == kOpcode || role_ == kRest || role_ == kLost) return false;
  const uint32_t place = Place(), delta = latest_[place].delta;
  const bool is_line = role_ == kBodyWord && kind_ == kLines && column_ == 1;
  const uint32_t before = is_line ? row_[0] - above_[0] : before_[0];
  field.lowest = left_ == 1;
  const auto near = [&](size_t list, size_t guess, uint64_t context) {
    field.contexts[list] = Joined(place, index_ * 4 + GuessFlag(guess), context, list);
    field.offsets[list] = static_cast<uint8_t>(0 - GuessByte(guess));
  };
  near(0, 0, 0);
  near(1, 0, delta);
  near(2, 0, before);
  near(3, 1, 0);
  near(4, 2, 0);
  near(5, 3, delta);
  field.contexts[6] = Joined(place, index_ * 4, value_, before_[0]);
  field.contexts[7] = Joined(place, index_ * 4, value_, last_content_);
  field.offsets[6] = field.offsets[7] = 0;
  return true;
}

void JavaFields::View(uint64_t recent, StructureView& view) const noexcept {
  switch (role_) {
    case kText: return ViewText(recent, view);
    case kOpcode: return ViewOpcode(view);
    default: return ViewNumber(view);
  }
}

void JavaFields::ViewText(uint64_t recent, StructureView& view) const noexcept {
  const uint32_t place = Place(), left = std::min<uint32_t>(left_, 255);
  const uint64_t now = Joined(place, text_);
  view.Add(now);
  view.Add(Joined(now, last_text_));
  view.Add(Joined(now, left_, 1));
  view.Add(Joined(place, recent & 0xFFFFFF));
  view.Add(Joined(text_, 2));
  view.Add(Joined(place, recent & 0xFFFF, left));
  view.Add(Joined(place, recent & 0xFFFFFFFF));
  view.Add(Joined(place, recent & 0xFFFFFFFFFF));
  view.Add(Joined(place, index_ == 0 ? 0 : recent & 255, last_text_));
  view.Add(Joined(place, recent & 0xFFFF, 3));
  view.Add(Joined(place, index_, 4));
  view.Add(Joined(place, left, 5));
  view.state = place;
  view.group = std::min<uint32_t>(index_, 31) * 32 + std::min<uint32_t>(left_, 31);
  view.neighbour = static_cast<uint32_t>(recent >> 8 & 255);
  view.detail = std::min<uint32_t>(index_, 15);
  view.phase = 1;
  view.map = Joined(place, recent & 0xFFFF);
}

void JavaFields::ViewOpcode(StructureView& view) const noexcept {
  const uint64_t ops = opcodes_;
  const uint32_t target = NextPc() < kMostPc && targets_.test(NextPc()) ? 1 : 0;
  const uint32_t left = std::min<uint32_t>(code_left_, 4);
  const uint64_t now = Joined(kOpcode, target, left);
  view.Add(Joined(now, ops & 0xFF));
  view.Add(Joined(now, ops & 0xFFFF));
  view.Add(Joined(now, ops & 0xFFFFFF));
  view.Add(Joined(now, ops & 0xFFFFFFFF));
  view.Add(Joined(now, ops & 0xFF, last_content_));
  view.Add(Joined(now, ops & 0xFFFF, last_content_));
  view.Add(Joined(now, ops & 0xFFFFFFFFFFFF));
  view.Add(Joined(now, ops, last_content_));

  view.Add(Joined(now, ops & 0xFF, operand_, 1));
  view.Add(Joined(now, ops & 0xFFFF, operand_, 2));
  view.Add(Joined(now, ops & 0xFFFFFF, member_type_, 3));
  view.Add(Joined(now, ops & 0xFF, member_type_, 4));
  view.Add(Joined(now, ops & 0xFFFFFF, operand_, last_content_));
  view.Add(Joined(now, ops & 0xFFFFFFFFFF));
  view.Add(Joined(now, ops, 5));
  view.Add(Joined(now, ops & 0xFF00, 6));
  view.state = kOpcode + 212 * target;
  view.group = static_cast<uint32_t>(1024 + 4 * (ops & 255)) + std::min(left, 3u);
  view.neighbour = static_cast<uint32_t>(ops >> 8 & 255);
  view.detail = target * 8 + left;
  view.phase = 2;
  view.map = Joined(ops & 255, target, left);
}

void JavaFields::ViewNumber(StructureView& view) const noexcept {
  const uint32_t place = Place();
  const Latest& latest = latest_[place];
  const uint32_t use = pool_.At(number_).use, index = std::min<uint32_t>(index_, 3);
  const uint64_t now = Joined(place, index_, value_);
  const auto guess = [&](size_t i) { return GuessFlag(i) << 8 | GuessByte(i); };
  view.Add(now);
  view.Add(Joined(place, index_, guess(0), 1));
  view.Add(Joined(place, index_, guess(1), 2));
  view.Add(Joined(place, index_, guess(0), guess(1), guess(2)));
  view.Add(Joined(now, before_[0], 3));
  view.Add(Joined(now, before_[0], before_[1]));
  view.Add(Joined(now, latest.value, 4));
  view.Add(Joined(now, last_content_, 5));

  view.Add(Joined(place, index_, guess(2), guess(3), 6));
  view.Add(Joined(place, index_, guess(0), latest.delta, 7));
  view.Add(Joined(now, latest.value, latest.before, 8));
  view.Add(Joined(now, before_[0], before_[1], before_[2]));
  view.Add(Joined(now, opcode_, opcodes_ & 0xFFFF, 9));
  view.Add(Joined(now, tags_ & 0xFFFFF, use, 10));
  view.Add(Joined(now, use, last_text_, 11));
  view.Add(Joined(now, std::min<uint32_t>(Remaining(), 4095), 12));
  view.Add(Joined(now, attribute_, member_type_, 13));
  view.Add(Joined(now, above_[column_], row_[0], 14));
  view.Add(Joined(now, use, tags_ & 0x7FFF, 15));
  view.Add(Joined(now, last_content_, before_[0], 16));
  view.state = place;
  view.group = 2048 + 512 * GuessFlag(0) + 128 * GuessFlag(1) + 32 * GuessFlag(2) + 8 * index +
               std::min<uint32_t>(left_, 7);
  view.neighbour = GuessByte(0);
  view.detail = 8 * index + 2 * GuessFlag(0) + (GuessByte(0) == GuessByte(1) ? 1 : 0);
  view.phase = 3 + index;
  view.map = Joined(place, index_, guess(0));
}

}  // namespace lmzip
