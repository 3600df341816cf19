#include "mixer/sets/x86_code.h"

#include <algorithm>

namespace lmzip {
namespace {

// What follows an opcode: an immediate, and what is said of it.
enum : uint8_t {
  kNone = 0,
  kByte = 1,
  kWord = 2,
  kEnter = 3,      // 16 and 8 bits
  kFull = 4,       // of the operand, at most 32 bits
  kFar = 5,        // an address with its segment
  kLong = 6,       // of the operand, 64 bits too
  kAddress = 7,    // of memory
  kImmediateMask = 15,
  kHasModRm = 16,
  kIsPrefix = 32,
  kIsDistance = 64,
};

using Forms = std::array<uint8_t, 256>;

constexpr void SetRange(Forms& forms, int begin, int end, int form) {
  for (int i = begin; i < end; ++i) forms[static_cast<size_t>(i)] = static_cast<uint8_t>(form);
}

constexpr Forms kOneByteForms = [] {
  Forms forms{};
  for (int row = 0; row < 0x40; row += 8) {
    SetRange(forms, row, row + 4, kHasModRm);
    SetRange(forms, row + 4, row + 5, kByte);
    SetRange(forms, row + 5, row + 6, kFull);
  }
  for (const int prefix : {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3}) {
    SetRange(forms, prefix, prefix + 1, kIsPrefix);
  }
  SetRange(forms, 0x62, 0x64, kHasModRm);
  SetRange(forms, 0x68, 0x69, kFull);
  SetRange(forms, 0x69, 0x6A, kHasModRm | kFull);
  SetRange(forms, 0x6A, 0x6B, kByte);
  SetRange(forms, 0x6B, 0x6C, kHasModRm | kByte);
  SetRange(forms, 0x70, 0x80, kByte | kIsDistance);
  SetRange(forms, 0x80, 0x84, kHasModRm | kByte);
  SetRange(forms, 0x81, 0x82, kHasModRm | kFull);
  SetRange(forms, 0x84, 0x90, kHasModRm);
  SetRange(forms, 0x9A, 0x9B, kFar);
  SetRange(forms, 0xA0, 0xA4, kAddress);
  SetRange(forms, 0xA8, 0xA9, kByte);
  SetRange(forms, 0xA9, 0xAA, kFull);
  SetRange(forms, 0xB0, 0xB8, kByte);
  SetRange(forms, 0xB8, 0xC0, kLong);
  SetRange(forms, 0xC0, 0xC2, kHasModRm | kByte);
  SetRange(forms, 0xC2, 0xC3, kWord);
  SetRange(forms, 0xC4, 0xC6, kHasModRm);
  SetRange(forms, 0xC6, 0xC7, kHasModRm | kByte);
  SetRange(forms, 0xC7, 0xC8, kHasModRm | kFull);
  SetRange(forms, 0xC8, 0xC9, kEnter);
  SetRange(forms, 0xCA, 0xCB, kWord);
  SetRange(forms, 0xCD, 0xCE, kByte);
  SetRange(forms, 0xD0, 0xD4, kHasModRm);
  SetRange(forms, 0xD4, 0xD6, kByte);
  SetRange(forms, 0xD8, 0xE0, kHasModRm);
  SetRange(forms, 0xE0, 0xE4, kByte | kIsDistance);
  SetRange(forms, 0xE4, 0xE8, kByte);
  SetRange(forms, 0xE8, 0xEA, kFull | kIsDistance);
  SetRange(forms, 0xEA, 0xEB, kFar);
  SetRange(forms, 0xEB, 0xEC, kByte | kIsDistance);
  SetRange(forms, 0xF6, 0xF8, kHasModRm);
  SetRange(forms, 0xFE, 0x100, kHasModRm);
  return forms;
}();

// Behind 0F.
constexpr Forms kTwoByteForms = [] {
  Forms forms{};
  forms.fill(kHasModRm);
  SetRange(forms, 0x04, 0x0D, kNone);
  for (const int lone : {0x0E, 0x77, 0xA0, 0xA1, 0xA2, 0xA8, 0xA9, 0xAA}) {
    SetRange(forms, lone, lone + 1, kNone);
  }
  SetRange(forms, 0x30, 0x38, kNone);
  SetRange(forms, 0x80, 0x90, kFull | kIsDistance);
  SetRange(forms, 0xC8, 0xD0, kNone);
  for (const int op : {0x70, 0x71, 0x72, 0x73, 0xA4, 0xAC, 0xBA, 0xC2, 0xC4, 0xC5, 0xC6}) {
    SetRange(forms, op, op + 1, kHasModRm | kByte);
  }
  return forms;
}();

// One that 64-bit code does not have, or that takes nothing there.
constexpr bool IsBareIn64Bit(uint8_t opcode) {
  return (opcode & 0xE6) == 0x06 || opcode == 0x82 || opcode == 0x9A || opcode == 0xD6 ||
         opcode == 0xEA;
}

constexpr uint8_t kMostLength = 15;  // of an instruction

}  // namespace

void X86Code::Update(uint8_t byte, size_t position) noexcept {
  bytes_ = (bytes_ + byte + 1) * 0x2F0B4C47B1A3D6E5u;
  bytes_ ^= bytes_ >> 29;
  ++length_;
  if (length_ > kMostLength && part_ < Part::kDisplacement) return FinishInstruction();
  switch (part_) {
    case Part::kStart: return Start(byte);
    case Part::kVector: return StartVector(byte);
    case Part::kMap1:
      if ((byte == 0x38 || byte == 0x3A) && (prefixes_ & kVectorPrefix) == 0) {
        part_ = Part::kMap23;
        map_ = byte;
        return;
      }
      return FinishOpcode(1, byte, kTwoByteForms[byte]);
    case Part::kMap23:
      if (map_ == 0x38) return FinishOpcode(2, byte, kHasModRm);
      return FinishOpcode(3, byte, kHasModRm | kByte);
    case Part::kModRm: return FinishModRm(byte);
    case Part::kSib:
      sib_ = byte;
      has_sib_ = true;
      return BeginDisplacement();
    case Part::kDisplacement:
    case Part::kImmediate: break;
  }
  value_ |= static_cast<uint32_t>(byte) << (8 * std::min<int>(index_, 3));
  if (const int kind = TargetKind(); left_ == 1 && kind >= 0) {
    auto& targets = targets_[static_cast<size_t>(kind)];
    targets = {CountsFrom(position) + value_, targets[0]};
  }
  ++index_;
  if (--left_ > 0) return;
  if (part_ == Part::kDisplacement) {
    last_displacement_ = value_;
    BeginImmediate();
  } else {
    FinishInstruction();
  }
}

void X86Code::Start(uint8_t byte) noexcept {
  if (is_64_bit_ && (byte & 0xF0) == 0x40) {
    prefixes_ &= ~kRex;
    if ((byte & 8) != 0) prefixes_ |= kRexW;
    if ((byte & 4) != 0) prefixes_ |= kRexR;
    if ((byte & 2) != 0) prefixes_ |= kRexX;
    if ((byte & 1) != 0) prefixes_ |= kRexB;
  } else if ((kOneByteForms[byte] & kIsPrefix) != 0) {
    prefixes_ |= byte == 0x66   ? kOperandSize
                 : byte == 0xF2 ? kRepne
                 : byte == 0xF3 ? kRep
                                : kOtherPrefix;
  } else if (byte == 0x0F) {
    part_ = Part::kMap1;
  } else if (is_64_bit_ && (byte == 0xC4 || byte == 0xC5 || byte == 0x62)) {
    part_ = Part::kVector;
    prefixes_ |= kVectorPrefix;
    vector_left_ = byte == 0xC5 ? 1 : byte == 0xC4 ? 2 : 3;
    map_ = byte == 0xC5 ? 1 : 0;
  } else {
    FinishOpcode(0, byte, is_64_bit_ && IsBareIn64Bit(byte) ? uint8_t{kNone} : kOneByteForms[byte]);
  }
}

void X86Code::StartVector(uint8_t byte) noexcept {
  if (map_ == 0) map_ = static_cast<uint8_t>(std::max(byte & 3, 1));  // the first one says
  if (--vector_left_ > 0) return;
  part_ = map_ == 1 ? Part::kMap1 : Part::kMap23;
  map_ = static_cast<uint8_t>(map_ == 2 ? 0x38 : 0x3A);
}

void X86Code::FinishOpcode(uint32_t map, uint8_t byte, uint8_t form) noexcept {
  opcode_ = map << 8 | byte;
  jumps_ = (form & kIsDistance) != 0;
  immediate_bytes_ = ImmediateBytes(form);
  if ((form & kHasModRm) != 0) {
    part_ = Part::kModRm;
  } else {
    BeginImmediate();
  }
}

uint8_t X86Code::ImmediateBytes(uint8_t form) const noexcept {
  const bool is_short = (prefixes_ & kOperandSize) != 0;
  switch (form & kImmediateMask) {
    case kByte: return 1;
    case kWord: return 2;
    case kEnter: return 3;
    case kFull: return is_short && !(jumps_ && is_64_bit_) ? 2 : 4;
    case kFar: return is_short ? 4 : 6;
    case kLong: return (prefixes_ & kRexW) != 0 ? 8 : is_short ? 2 : 4;
    case kAddress: return is_64_bit_ ? 8 : 4;
    default: return 0;
  }
}

void X86Code::FinishModRm(uint8_t byte) noexcept {
  modrm_ = byte;
  has_modrm_ = true;
  // TEST alone of its group has an immediate.
  if ((opcode_ == 0xF6 || opcode_ == 0xF7) && (byte >> 3 & 7) < 2) {
    immediate_bytes_ = ImmediateBytes(opcode_ == 0xF6 ? kByte : kFull);
  }
  if (byte < 0xC0 && (byte & 7) == 4) {
    part_ = Part::kSib;
  } else {
    BeginDisplacement();
  }
}

void X86Code::BeginDisplacement() noexcept {
  const int mode = modrm_ >> 6;
  const bool no_base = (modrm_ & 7) == 5 || (has_sib_ && (sib_ & 7) == 5);
  left_ = mode == 1 ? 1 : mode == 2 || (mode == 0 && no_base) ? 4 : 0;
  index_ = 0;
  value_ = 0;
  if (left_ > 0) {
    part_ = Part::kDisplacement;
  } else {
    BeginImmediate();
  }
}

void X86Code::BeginImmediate() noexcept {
  if (immediate_bytes_ == 0) return FinishInstruction();
  part_ = Part::kImmediate;
  left_ = immediate_bytes_;
  index_ = 0;
  value_ = 0;
}

void X86Code::FinishInstruction() noexcept {
  std::copy_backward(operations_.begin(), operations_.end() - 1, operations_.end());
  operations_[0] = opcode_ << 16 | (prefixes_ & 15) << 12 | (has_modrm_ ? modrm_ : 0u);
  std::copy_backward(instructions_.begin(), instructions_.end() - 1, instructions_.end());
  instructions_[0] = bytes_;

  part_ = Part::kStart;
  index_ = left_ = modrm_ = sib_ = immediate_bytes_ = length_ = 0;
  has_modrm_ = has_sib_ = jumps_ = false;
  opcode_ = prefixes_ = value_ = 0;
  bytes_ = 0;
}

int X86Code::TargetKind() const noexcept {
  if (part_ == Part::kDisplacement && is_64_bit_ && (modrm_ & 0xC7) == 5) return kDataTarget;
  if (part_ == Part::kImmediate && jumps_ && immediate_bytes_ == 4) {
    return opcode_ == 0xE8 ? kCallTarget : kJumpTarget;
  }
  return -1;
}

uint32_t X86Code::CountsFrom(size_t position) const noexcept {
  const uint32_t behind = part_ == Part::kDisplacement ? immediate_bytes_ : 0;
  return static_cast<uint32_t>(position) + left_ + behind;
}

bool X86Code::FindTarget(size_t position, TargetField& field) const noexcept {
  const int kind = TargetKind();
  if (kind < 0) return false;
  const auto& targets = targets_[static_cast<size_t>(kind)];
  // From the lowest byte on, every byte of the target follows from that of the distance.
  const uint32_t sum = CountsFrom(position) + value_;
  const uint32_t known = index_ == 0 ? 0 : sum & ((uint32_t{1} << (8 * index_)) - 1);
  const uint64_t place = Combine(Combine(static_cast<uint64_t>(kind), index_), known);
  field.lowest = index_ == 0;
  field.offsets.fill(static_cast<uint8_t>(sum >> (8 * index_)));
  field.contexts = {0,
                    Combine(opcode_, prefixes_),
                    Combine(instructions_[0], 1),
                    Combine(instructions_[0], instructions_[1]),
                    Combine(targets[0], 2),
                    Combine(Combine(targets[0], targets[1]), 3),
                    Combine(Combine(operations_[0], operations_[1]), Combine(modrm_, opcode_)),
                    Combine(Combine(targets_[kCallTarget][0], targets_[kDataTarget][0]), modrm_)};
  for (uint64_t& context : field.contexts) context = Combine(place, context);
  return true;
}

uint32_t X86Code::State() const noexcept {
  if (part_ < Part::kDisplacement) return static_cast<uint32_t>(part_);
  uint32_t state = (part_ == Part::kDisplacement ? 8u : 16u) + (index_ & 7u);
  if (left_ > 1) state += 32;
  if (TargetKind() == kDataTarget) state += 64;
  if (part_ == Part::kImmediate && jumps_) state += 128;
  return state;
}

void X86Code::View(uint64_t recent, StructureView& view) const noexcept {
  const uint32_t state = State(), last = static_cast<uint32_t>(recent & 255);
  const auto& ops = operations_;
  const auto& whole = instructions_;
  const auto join = [](auto first, auto... rest) {
    uint64_t all = first;
    ((all = Combine(all, rest)), ...);
    return all;
  };
  const auto code = [&](size_t i) { return ops[i] >> 8; };  // opcode and prefixes
  const uint64_t now = join(state, bytes_);
  const uint64_t op = join(state, opcode_ << 4 | (prefixes_ & 15));

  // The first ones are those of every level.
  view.Add(now);
  view.Add(join(now, ops[0]));
  view.Add(join(now, ops[0], ops[1]));
  view.Add(join(now, ops[0], ops[1], ops[2]));
  view.Add(join(now, whole[0]));
  view.Add(join(op, value_, index_));
  view.Add(join(state, modrm_ & 0xC7, value_, has_sib_ ? sib_ : 0u));
  view.Add(join(op, modrm_, ops[0]));

  view.Add(join(now, ops[0], ops[1], ops[2], ops[3]));
  view.Add(join(now, whole[0], whole[1]));
  view.Add(join(now, code(0), code(1)));
  view.Add(join(state, modrm_, value_, last_displacement_));
  view.Add(join(now, ops[0], ops[1], ops[2], ops[3], ops[4], ops[5]));
  view.Add(join(now, whole[0], whole[1], whole[2]));
  view.Add(join(now, code(0), code(1), code(2), code(3)));
  view.Add(join(state, modrm_ & 0x38, op, ops[0] & 0xFF));
  view.Add(join(op, ops[0], ops[1]));
  view.Add(join(op, code(0), code(1), code(2), code(3)));
  view.Add(join(op, ops[0] & ~0x38u, ops[1] & ~0x38u));
  view.Add(join(op, ops[0] & ~0xC7u, ops[1] & ~0xC7u));
  view.Add(join(state, value_, index_, last_displacement_));
  view.Add(join(op, prefixes_, length_));
  view.Add(join(state, modrm_, value_));
  view.Add(join(now, recent & 0xFFFF0000));
  view.Add(join(state, modrm_, last, whole[1]));
  view.Add(join(op, modrm_, value_, code(0)));

  view.state = state;
  view.group = (opcode_ & 1023) * 3 + (part_ < Part::kModRm ? 0 : part_ == Part::kModRm ? 1 : 2);
  view.neighbour = has_modrm_ ? modrm_ : ops[0] >> 16 & 255;
  view.detail = state & 31;
  view.phase = static_cast<uint32_t>(part_);
  view.map = join(state, opcode_);
}

}  // namespace lmzip
