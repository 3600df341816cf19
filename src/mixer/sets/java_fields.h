// Java class files, one behind the other, byte by byte (PROGRAMS.md, "Java").
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/java_pool.h"
#include "mixer/sets/target_lists.h"
#include "mixer/sets/wide_set.h"

namespace lmzip {

/// Follows the fields of class files. In what is none it waits for the next one's begin.
class JavaFields {
 public:
  // What a field is.
  enum Role : uint8_t {
    // Before and in the constants,
    kLost, kMagic, kVersion, kPoolCount, kTag, kTextLength, kText, kNumber, kFirst, kSecond,
    kHandle,
    // of the class and its members,
    kAccess, kThis, kSuper, kInterfaceCount, kInterface, kMemberCount, kMemberAccess, kMemberName,
    kMemberType,
    // in attributes of all kinds,
    kAttributeCount, kAttributeName, kAttributeLength, kBodyCount, kBodyWord, kRest,
    // of code,
    kMaxStack, kMaxLocals, kCodeLength, kOpcode, kOperand, kHandlerCount, kHandler,
    // of its stack frames,
    kFrame, kFrameWord, kValueTag, kValueWord,
    // and of some instructions.
    kPadding, kSwitch,
  };
  // What an attribute is. All but the first two consist of numbers of two bytes.
  enum Kind : uint8_t {
    kOther, kCodeKind, kLines, kVariables, kVariableTypes, kFrames, kNumbers, kInnerClasses,
    kBootstrap, kWord,
  };

  /// `byte` is the next one.
  void Update(uint8_t byte) noexcept;

  Role role() const noexcept { return role_; }  // of the next byte
  /// What the field in progress may be, the most telling first.
  const std::array<uint32_t, 4>& guesses() const noexcept { return guesses_; }

  /// What is known of the byte behind `recent`.
  void View(uint64_t recent, StructureView& view) const noexcept;

  /// Whether the next byte is of a number, and what it is expected near.
  bool FindField(TargetField& field) const noexcept;

 private:
  static constexpr uint32_t kMostPc = 8192;  // of code that is remembered
  static constexpr uint32_t kHandlerColumns = 4, kHandlerColumn = 2, kCaughtColumn = 3;
  using Places = std::bitset<kMostPc>;  // in code
  enum : uint32_t { kClassList, kMemberList, kCodeList };  // lists of attributes
  struct List {
    uint32_t left = 0;       // attributes to come
    bool open = false;       // one is open, and
    uint32_t body_left = 0;  // so many bytes of it are to come
  };
  struct Latest {
    uint32_t value = 0, before = 0;
    uint32_t delta = 0;  // of the value and its first guess
  };

  void Begin(Role role, uint32_t bytes) noexcept;
  void BeginClass() noexcept;
  void BeginConstant(uint8_t tag) noexcept;
  void BeginRows(uint32_t columns) noexcept;
  void Learn() noexcept;
  void Finish() noexcept;
  void FinishConstantField() noexcept;
  void FinishClassField() noexcept;
  void FinishAttributeField() noexcept;
  void FinishCodeField() noexcept;
  void FinishFrameField() noexcept;
  void FinishOperand() noexcept;
  void FinishSwitchWord() noexcept;
  void FinishInstruction() noexcept;
  void NextConstant() noexcept;
  void NextMember() noexcept;
  void NextAttribute() noexcept;
  void NextColumn() noexcept;
  void NextInstruction() noexcept;
  void NextFrame() noexcept;
  void NextFramePart() noexcept;
  void CloseBodies() noexcept;

  uint32_t NextPc() const noexcept { return code_length_ - code_left_; }
  uint32_t Remaining() const noexcept;  // bytes of the innermost body
  static void SetAt(Places& places, uint32_t pc) noexcept {
    if (pc < kMostPc) places.set(pc);
  }
  static uint32_t NextIn(const Places& places, uint32_t pc) noexcept;

  bool IsIndex() const noexcept;      // the field names a constant
  uint32_t Place() const noexcept;    // what is told apart of fields, below 256
  void Guess() noexcept;
  void GuessAttribute() noexcept;
  void GuessBodyWord() noexcept;
  void GuessCode() noexcept;
  uint32_t NextText() const noexcept;
  uint32_t GuessByte(size_t i) const noexcept;
  uint32_t GuessFlag(size_t i) const noexcept;
  void ViewText(uint64_t recent, StructureView& view) const noexcept;
  void ViewOpcode(StructureView& view) const noexcept;
  void ViewNumber(StructureView& view) const noexcept;

  uint32_t recent_ = 0;  // the last four bytes
  // The field in progress.
  Role role_ = kLost;
  uint32_t size_ = 1, left_ = 1, index_ = 0;  // its bytes: all, to come, done
  uint32_t value_ = 0;                        // of those done
  std::array<uint32_t, 4> guesses_{};
  // The fields before.
  std::array<uint32_t, 3> before_{};     // numbers, the latest first
  std::array<Latest, 256> latest_{};     // by place
  uint32_t last_content_ = 0;            // of the constant named last
  // Contents of constants by what was before them.
  std::array<std::array<uint32_t, 1024>, 2> followed_{};
  std::array<size_t, 2> keys_{};  // of the field in progress, if it names one

  JavaPool pool_;
  uint32_t constants_ = 0, number_ = 0;     // how many (and one); of the one in progress
  uint32_t text_ = 0, last_text_ = 0;       // hashes: so far; of the one before
  uint32_t tags_ = 0;                       // the latest ones, five bits each

  // The class.
  uint32_t interfaces_ = 0, members_ = 0;  // to come
  bool in_methods_ = false;
  uint32_t new_text_ = 0;  // the highest text named by fields that no constant names
  uint32_t used_ = 0;      // the highest constant named by instructions
  uint32_t member_type_ = 0;  // content
  std::array<List, 3> lists_;
  uint32_t list_ = kClassList;
  uint32_t list_of_code_ = kMemberList;
  Kind kind_ = kOther;
  uint32_t attribute_ = 0;  // content of the latest one's name
  uint32_t columns_ = 1, column_ = 0;  // rows of numbers,
  std::array<uint32_t, 5> row_{}, above_{};  // the one in progress, the one before

  // The code.
  uint32_t code_length_ = 0, code_left_ = 0, pc_ = 0;  // pc: of the latest opcode
  uint32_t opcode_ = 0, operand_ = 0;
  uint64_t opcodes_ = 0;  // latest lowest
  uint32_t switch_index_ = 0, switch_words_ = 0;
  uint32_t handler_words_ = 0;  // to come
  Places statements_, targets_;  // where they may begin; where branches lead

  // Stack frames.
  uint32_t frames_left_ = 0, values_left_ = 0;
  uint32_t frame_type_ = 0, frame_part_ = 0, frame_pc_ = 0;
};

}  // namespace lmzip
