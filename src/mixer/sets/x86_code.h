// x86 and x86-64 instructions, byte by byte (MIXER.md, "x86").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/target_lists.h"
#include "mixer/sets/wide_set.h"

namespace lmzip {

/// Follows the borders and fields of instructions. Data are read as instructions, too; in code it
/// finds the borders again after a few of them.
class X86Code {
 public:
  explicit X86Code(bool is_64_bit = true) : is_64_bit_(is_64_bit) {}

  /// `byte` is the next one; `position` is where.
  void Update(uint8_t byte, size_t position) noexcept;

  /// Whether the next byte is an instruction's first.
  bool AtInstruction() const noexcept { return length_ == 0; }

  /// What is known of the byte behind `recent`.
  void View(uint64_t recent, StructureView& view) const noexcept;

  /// Whether the byte at `position` belongs to a distance between addresses.
  bool FindTarget(size_t position, TargetField& field) const noexcept;

 private:
  // What the next byte is part of.
  enum class Part : uint8_t {
    kStart,   // prefixes or opcode
    kMap1,    // the opcode behind 0F
    kMap23,   // behind 0F 38 or 0F 3A
    kVector,  // the bytes behind C4, C5 or 62
    kModRm,
    kSib,
    kDisplacement,
    kImmediate,
  };
  enum : int { kCallTarget, kJumpTarget, kDataTarget, kTargetKinds };
  // Prefixes seen, in bits.
  enum : uint32_t {
    kOperandSize = 1, kRepne = 2, kRep = 4, kRexW = 8, kOtherPrefix = 16,
    kRexR = 32, kRexB = 64, kVectorPrefix = 128, kRexX = 256,
  };
  static constexpr uint32_t kRex = kRexW | kRexR | kRexB | kRexX;

  void Start(uint8_t byte) noexcept;
  void StartVector(uint8_t byte) noexcept;
  void FinishOpcode(uint32_t map, uint8_t byte, uint8_t form) noexcept;
  void FinishModRm(uint8_t byte) noexcept;
  void BeginDisplacement() noexcept;
  void BeginImmediate() noexcept;
  void FinishInstruction() noexcept;
  uint8_t ImmediateBytes(uint8_t form) const noexcept;
  int TargetKind() const noexcept;  // of the field in progress, -1 where it is none
  /// Where the distance in the field counts from; `position` is that of its next byte.
  uint32_t CountsFrom(size_t position) const noexcept;
  uint32_t State() const noexcept;

  bool is_64_bit_;

  // The instruction in progress.
  Part part_ = Part::kStart;
  uint8_t index_ = 0, left_ = 0;  // bytes of the field, done and to come
  uint8_t modrm_ = 0, sib_ = 0;
  uint8_t immediate_bytes_ = 0;
  uint8_t length_ = 0;
  uint8_t vector_left_ = 0, map_ = 0;
  bool has_modrm_ = false, has_sib_ = false;
  bool jumps_ = false;      // its immediate is a distance
  uint32_t opcode_ = 0;     // map << 8 | byte
  uint32_t prefixes_ = 0;
  uint32_t value_ = 0;      // of the field so far
  uint64_t bytes_ = 0;      // hash of all so far

  // The ones before, latest first.
  uint32_t last_displacement_ = 0;
  std::array<uint32_t, 6> operations_{};  // opcode << 16 | prefixes << 12 | ModRM
  std::array<uint64_t, 3> instructions_{};  // hashes of all their bytes
  std::array<std::array<uint32_t, 2>, kTargetKinds> targets_{};
};

}  // namespace lmzip
