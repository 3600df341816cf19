#include "mixer/sets/java_fields.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "mixer/sets/java_opcodes.h"

namespace lmzip {
namespace {

constexpr uint32_t HashOf(std::string_view text) {
  uint32_t hash = 0;
  for (const char c : text) hash = JavaPool::TextHash(hash, static_cast<uint8_t>(c));
  return hash;
}

struct KnownKind {
  uint32_t name;
  JavaFields::Kind kind;
  uint8_t columns;
};
constexpr KnownKind kKinds[] = {
    {HashOf("Code"), JavaFields::kCodeKind, 1},
    {HashOf("LineNumberTable"), JavaFields::kLines, 2},
    {HashOf("LocalVariableTable"), JavaFields::kVariables, 5},
    {HashOf("LocalVariableTypeTable"), JavaFields::kVariableTypes, 5},
    {HashOf("StackMapTable"), JavaFields::kFrames, 1},
    {HashOf("Exceptions"), JavaFields::kNumbers, 1},
    {HashOf("InnerClasses"), JavaFields::kInnerClasses, 4},
    {HashOf("BootstrapMethods"), JavaFields::kBootstrap, 1},
    {HashOf("NestMembers"), JavaFields::kNumbers, 1},
    {HashOf("PermittedSubclasses"), JavaFields::kNumbers, 1},
    {HashOf("Signature"), JavaFields::kWord, 1},
    {HashOf("SourceFile"), JavaFields::kWord, 1},
    {HashOf("ConstantValue"), JavaFields::kWord, 1},
    {HashOf("NestHost"), JavaFields::kWord, 1},
    {HashOf("EnclosingMethod"), JavaFields::kWord, 1},
};

std::pair<JavaFields::Kind, uint32_t> KindOf(uint32_t name) {
  const auto* const known = std::ranges::find(kKinds, name, &KnownKind::name);
  if (known == std::end(kKinds)) return {JavaFields::kOther, 1};
  return {known->kind, known->columns};
}

}  // namespace

void JavaFields::Begin(Role role, uint32_t bytes) noexcept {
  role_ = role;
  left_ = size_ = bytes;
  index_ = value_ = 0;
}

void JavaFields::Update(uint8_t byte) noexcept {
  recent_ = recent_ << 8 | byte;
  value_ = value_ << 8 | byte;
  ++index_;
  for (List& list : lists_) list.body_left -= list.open ? 1 : 0;
  const bool is_instruction = role_ == kOpcode || role_ == kOperand || role_ >= kPadding;
  if (is_instruction && code_left_ > 0) --code_left_;
  if (role_ == kText) text_ = JavaPool::TextHash(text_, byte);
  if (--left_ == 0) {
    Learn();
    Finish();
  }
  CloseBodies();
  if (index_ == 0) Guess();
}

void JavaFields::Learn() noexcept {
  if (role_ == kText || role_ == kRest || role_ == kLost) return;
  Latest& latest = latest_[Place()];
  latest = {.value = value_, .before = latest.value, .delta = value_ - guesses_[0]};
  if (role_ == kOpcode) return;
  if (IsIndex()) {
    last_content_ = pool_.At(value_).content;
    for (size_t i = 0; i < keys_.size(); ++i) followed_[i][keys_[i]] = last_content_;
    const JavaPool::Constant& named = pool_.At(value_);
    if (named.tag == JavaPool::kText && named.use == 0) new_text_ = std::max(new_text_, value_);
  }
  std::copy_backward(before_.begin(), before_.end() - 1, before_.end());
  before_[0] = value_;
}

void JavaFields::Finish() noexcept {
  if (role_ <= kHandle) return FinishConstantField();
  if (role_ <= kMemberType) return FinishClassField();
  if (role_ <= kRest) return FinishAttributeField();
  if (role_ >= kFrame && role_ <= kValueWord) return FinishFrameField();
  FinishCodeField();
}

void JavaFields::BeginClass() noexcept {
  lists_ = {};
  in_methods_ = false;
  new_text_ = used_ = 0;
  Begin(kVersion, 4);
}

void JavaFields::FinishConstantField() noexcept {
  JavaPool::Constant& constant = pool_.At(number_);
  switch (role_) {
    case kLost:
    case kMagic:
      if (recent_ == 0xCAFEBABE) return BeginClass();
      return Begin(kLost, 1);
    case kVersion: return Begin(kPoolCount, 2);
    case kPoolCount:
      pool_.Clear();
      constants_ = value_;
      number_ = 0;
      return NextConstant();
    case kTag:
      constant.tag = static_cast<uint8_t>(value_);
      tags_ = tags_ << 5 | (value_ & 31);
      return BeginConstant(constant.tag);
    case kTextLength:
      text_ = 0;
      if (value_ > 0) return Begin(kText, value_);
      break;
    case kText:
      constant.content = text_;
      constant.is_void = (recent_ & 0xFFFF) == (')' << 8 | 'V');
      last_text_ = text_;
      break;
    case kNumber:
      constant.content = JavaPool::TextHash(value_, 0);
      if (size_ == 8) ++number_;
      break;
    case kHandle: return Begin(kSecond, 2);
    case kFirst:
      pool_.SetFirst(number_, value_);
      if (JavaPool::HasSecond(constant.tag)) return Begin(kSecond, 2);
      break;
    default: pool_.SetSecond(number_, value_); break;
  }
  NextConstant();
}

void JavaFields::BeginConstant(uint8_t tag) noexcept {
  switch (tag) {
    case JavaPool::kText: return Begin(kTextLength, 2);
    case JavaPool::kInteger:
    case JavaPool::kFloat: return Begin(kNumber, 4);
    case JavaPool::kLong:
    case JavaPool::kDouble: return Begin(kNumber, 8);
    case JavaPool::kMethodHandle: return Begin(kHandle, 1);
    default: break;
  }
  if (tag < JavaPool::kClass || tag > JavaPool::kPackage) return Begin(kLost, 1);
  Begin(kFirst, 2);
}

void JavaFields::NextConstant() noexcept {
  if (++number_ < constants_) return Begin(kTag, 1);
  pool_.Close(constants_);
  Begin(kAccess, 2);
}

void JavaFields::FinishClassField() noexcept {
  switch (role_) {
    case kAccess: return Begin(kThis, 2);
    case kThis: return Begin(kSuper, 2);
    case kSuper: return Begin(kInterfaceCount, 2);
    case kInterfaceCount: interfaces_ = value_; break;
    case kInterface: --interfaces_; break;
    case kMemberCount: members_ = value_; return NextMember();
    case kMemberAccess: return Begin(kMemberName, 2);
    case kMemberName: return Begin(kMemberType, 2);
    default:
      member_type_ = last_content_;
      list_ = kMemberList;
      return Begin(kAttributeCount, 2);
  }
  if (interfaces_ > 0) return Begin(kInterface, 2);
  Begin(kMemberCount, 2);
}

void JavaFields::NextMember() noexcept {
  if (members_ > 0) {
    --members_;
    return Begin(kMemberAccess, 2);
  }
  if (!in_methods_) {
    in_methods_ = true;
    return Begin(kMemberCount, 2);
  }
  list_ = kClassList;
  Begin(kAttributeCount, 2);
}

void JavaFields::NextAttribute() noexcept {
  List& list = lists_[list_];
  if (list.left > 0) {
    --list.left;
    return Begin(kAttributeName, 2);
  }
  if (list_ == kCodeList) {
    list_ = list_of_code_;
    return Begin(kRest, 1);
  }
  if (list_ == kMemberList) return NextMember();
  Begin(kMagic, 4);
}

void JavaFields::CloseBodies() noexcept {
  for (uint32_t l = 0; l < lists_.size(); ++l) {
    if (!lists_[l].open || lists_[l].body_left > 0) continue;
    lists_[l].open = false;
    for (uint32_t inner = l + 1; inner < lists_.size(); ++inner) lists_[inner] = {};
    list_ = l;
    return NextAttribute();
  }
}

uint32_t JavaFields::Remaining() const noexcept {
  for (size_t l = lists_.size(); l-- > 0;) {
    if (lists_[l].open) return lists_[l].body_left;
  }
  return 0;
}

void JavaFields::FinishAttributeField() noexcept {
  switch (role_) {
    case kAttributeCount: lists_[list_].left = value_; return NextAttribute();
    case kAttributeName:
      attribute_ = last_content_;
      std::tie(kind_, columns_) = KindOf(attribute_);
      if (kind_ == kCodeKind && list_ == kCodeList) kind_ = kOther;
      return Begin(kAttributeLength, 4);
    case kAttributeLength:
      lists_[list_].open = true;
      lists_[list_].body_left = value_;
      BeginRows(columns_);
      if (kind_ == kOther) return Begin(kRest, 1);
      if (kind_ == kCodeKind) return Begin(kMaxStack, 2);
      if (kind_ == kWord) return Begin(kBodyWord, 2);
      return Begin(kBodyCount, 2);
    case kBodyCount:
      if (kind_ != kFrames) return Begin(kBodyWord, 2);
      frames_left_ = value_;
      frame_pc_ = ~0u;
      return NextFrame();
    case kBodyWord:
      NextColumn();
      return Begin(kBodyWord, 2);
    default: return Begin(kRest, 1);
  }
}

void JavaFields::BeginRows(uint32_t columns) noexcept {
  columns_ = columns;
  column_ = 0;
  row_ = above_ = {};
}

void JavaFields::NextColumn() noexcept {
  row_[column_] = value_;
  if (++column_ < columns_) return;
  above_ = row_;
  column_ = 0;
}

void JavaFields::FinishCodeField() noexcept {
  switch (role_) {
    case kMaxStack: return Begin(kMaxLocals, 2);
    case kMaxLocals: return Begin(kCodeLength, 4);
    case kCodeLength:
      code_length_ = code_left_ = value_;
      opcodes_ = 0;
      statements_.reset();
      targets_.reset();
      return NextInstruction();
    case kOpcode: {
      opcode_ = value_;
      pc_ = code_length_ - code_left_ - 1;
      if (JavaOpcode(opcode_).switches()) {
        switch_index_ = 0;
        switch_words_ = opcode_ == JavaOpcode::kTableSwitch ? 3 : 2;
        const uint32_t padding = 3 - pc_ % 4;
        return padding > 0 ? Begin(kPadding, padding) : Begin(kSwitch, 4);
      }
      const uint32_t bytes = JavaOpcode(opcode_).operand_bytes();
      if (bytes > 0) return Begin(kOperand, bytes);
      return FinishInstruction();
    }
    case kOperand: return FinishOperand();
    case kPadding:
      if (JavaOpcode(opcode_).switches()) return Begin(kSwitch, 4);
      return FinishInstruction();
    case kSwitch: return FinishSwitchWord();
    case kHandlerCount:
      BeginRows(kHandlerColumns);
      handler_words_ = kHandlerColumns * value_;
      break;
    default:
      if (column_ == kHandlerColumn) SetAt(targets_, value_);
      NextColumn();
      --handler_words_;
  }
  if (handler_words_ > 0) return Begin(kHandler, 2);
  list_of_code_ = list_;
  list_ = kCodeList;
  Begin(kAttributeCount, 2);
}

void JavaFields::FinishOperand() noexcept {
  const JavaOpcode opcode(opcode_);
  operand_ = value_;
  if (opcode.branches()) SetAt(targets_, pc_ + static_cast<uint32_t>(static_cast<int16_t>(value_)));
  if (opcode.names_constant()) used_ = std::max(used_, value_);
  switch (opcode_) {
    case JavaOpcode::kInvokeInterface:
    case JavaOpcode::kInvokeDynamic: return Begin(kPadding, 2);
    case JavaOpcode::kNewArrays: return Begin(kPadding, 1);
    case JavaOpcode::kWide:
      if (size_ == 3 && value_ >> 16 == JavaOpcode::kIncrement) return Begin(kOperand, 2);
      break;
    default: break;
  }
  FinishInstruction();
}

// The default and the bounds or the number of pairs, then distances, or numbers and distances.
void JavaFields::FinishSwitchWord() noexcept {
  const bool is_table = opcode_ == JavaOpcode::kTableSwitch;
  const uint32_t i = switch_index_++;
  if (is_table && i == 2) switch_words_ += value_ - before_[1] + 1;
  if (!is_table && i == 1) switch_words_ += 2 * value_;
  const bool is_distance = is_table ? i > 2 : i > 1 && i % 2 == 1;
  if (i == 0 || is_distance) SetAt(targets_, pc_ + value_);
  if (switch_index_ < switch_words_ && code_left_ > 0) return Begin(kSwitch, 4);
  FinishInstruction();
}

void JavaFields::FinishInstruction() noexcept {
  opcodes_ = opcodes_ << 8 | opcode_;
  const JavaOpcode opcode(opcode_);
  if (opcode.ends_statement() || (opcode.calls() && pool_.At(operand_).is_void)) {
    SetAt(statements_, NextPc());
  }
  NextInstruction();
}

void JavaFields::NextInstruction() noexcept {
  if (code_left_ > 0) return Begin(kOpcode, 1);
  Begin(kHandlerCount, 2);
}

}  // namespace lmzip
