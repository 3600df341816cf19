#include "mixer/sets/word_forms.h"

#include <algorithm>

namespace lmzip {
namespace {

constexpr WordForm kArm64Forms[] = {
    {0xFC000000, 0x94000000, 0xFC000000, 0, 26, 2},        // bl
    {0xFC000000, 0x14000000, 0xFC000000, 0, 26, 2},        // b
    {0xFF000010, 0x54000000, 0xFF00001F, 5, 19, 2},        // b.cond
    {0x7E000000, 0x34000000, 0xFF000000, 5, 19, 2},        // cbz, cbnz
    {0x7E000000, 0x36000000, 0x7F000000, 5, 14, 2},        // tbz, tbnz
    {0x9F000000, 0x90000000, 0x9F000000, 5, 19, 12, true}, // adrp
    {0x9F000000, 0x10000000, 0x9F000000, 5, 19, 0, true},  // adr
    {0x3B000000, 0x18000000, 0xFF000000, 5, 19, 2},        // ldr beside the code
    {0x1F000000, 0x11000000, 0xFFC00000},         // add, sub of a number
    {0x1F000000, 0x12000000, 0xFF800000},         // and, orr, mov of a number
    {0x1F000000, 0x13000000, 0xFF800000},         // parts of words
    {0x3A000000, 0x28000000, 0xFFC00000},         // pairs from and to memory
    {0x3B000000, 0x39000000, 0xFFC00000},         // from and to memory
    {0x3B000000, 0x38000000, 0xFFE00C00},
    {0x1F000000, 0x0A000000, 0xFF200000},         // and, orr, mov of registers
    {0x1F200000, 0x0B000000, 0xFF200000},         // add, sub of registers
    {0x1F000000, 0x0B000000, 0xFFE0E000},
    {0x1F000000, 0x1A000000, 0xFFE00C00},         // choices, division
    {0x1F000000, 0x1B000000, 0xFFE08000},         // products
    {0xFE000000, 0xD6000000, 0xFFFFFC00},         // to what a register holds
    {0x0E000000, 0x0E000000, 0xFFE0FC00},         // floats, vectors
    {0x00000000, 0x00000000, 0xFF000000},
};

constexpr WordForm kSparcForms[] = {
    {0xC0000000, 0x40000000, 0xC0000000, 0, 30, 2},  // call
    {0xC1C00000, 0x00800000, 0xFFC00000, 0, 22, 2},  // branches
    {0xC1C00000, 0x01800000, 0xFFC00000, 0, 22, 2},
    {0xC1C00000, 0x00400000, 0xFFC80000, 0, 19, 2},
    {0xC1C00000, 0x01400000, 0xFFC80000, 0, 19, 2},
    {0xC1C00000, 0x01000000, 0xC1C00000},   // sethi
    {0xC1F80000, 0x81A00000, 0xC1F83FE0},   // floats
    {0xC1F80000, 0x81A80000, 0xC1F83FE0},
    {0xC0000000, 0x80000000, 0xC1F82000},   // of registers
    {0xC0000000, 0xC0000000, 0xC1F82000},   // from and to memory
    {0x00000000, 0x00000000, 0xC1C00000},
};

constexpr WordForm kPowerPcForms[] = {
    {0xFC000003, 0x48000001, 0xFC000003, 2, 24, 2},  // bl
    {0xFC000003, 0x48000000, 0xFC000003, 2, 24, 2},  // b
    {0xFC000002, 0x40000000, 0xFFE00003, 2, 14, 2},  // bc
    {0xFC000000, 0x4C000000, 0xFFE007FF},   // to what a register holds
    {0xFC000000, 0x7C000000, 0xFC0007FF},   // of registers
    {0xFC000010, 0xFC000000, 0xFC0007FF},   // floats
    {0xFC000010, 0xFC000010, 0xFC00003F},
    {0xFC000000, 0xEC000000, 0xFC00003F},
    {0x00000000, 0x00000000, 0xFC000000},
};

constexpr WordForm kMipsForms[] = {
    {0xFC000000, 0x00000000, 0xFC00003F},   // of registers
    {0xFC000000, 0x04000000, 0xFC1F0000, 0, 16, 2},  // branches
    {0xF0000000, 0x10000000, 0xFC000000, 0, 16, 2},
    {0xF0000000, 0x50000000, 0xFC000000, 0, 16, 2},
    {0xFC000000, 0x44000000, 0xFFE0003F},   // floats
    {0xFC000000, 0x70000000, 0xFC00003F},
    {0xFC000000, 0x7C000000, 0xFC00003F},
    {0x00000000, 0x00000000, 0xFC000000},
};

constexpr WordForm kArmForms[] = {
    {0x0F000000, 0x0B000000, 0xFF000000, 0, 24, 2},  // bl
    {0x0F000000, 0x0A000000, 0xFF000000, 0, 24, 2},  // b
    {0x0E000000, 0x02000000, 0xFFF00000},   // of a number
    {0x0E000090, 0x00000090, 0xFFF000F0},   // products, halves of words
    {0x0E000000, 0x00000000, 0xFFF00070},   // of registers
    {0x0E000000, 0x04000000, 0xFFF00000},   // from and to memory
    {0x0E000000, 0x06000000, 0xFFF00070},
    {0x0E000000, 0x08000000, 0xFFF00000},
    {0x00000000, 0x00000000, 0xFFF00F00},
};

constexpr WordMachine kArm64{false, {0, 5, 16}, 5, kArm64Forms};
constexpr WordMachine kArm{false, {12, 16, 0}, 4, kArmForms};
constexpr WordMachine kSparc{true, {25, 14, 0}, 5, kSparcForms};
constexpr WordMachine kPowerPc{true, {21, 16, 11}, 5, kPowerPcForms};
constexpr WordMachine kMips{true, {21, 16, 11}, 5, kMipsForms};

}  // namespace

uint32_t WordForm::Moved(uint32_t word, uint32_t by) const noexcept {
  if (width == 0) return word;
  const uint32_t ones = (uint32_t{1} << width) - 1;
  uint32_t distance = word >> shift & ones;
  if (split) {
    const uint32_t moved = (distance << 2 | (word >> 29 & 3)) + by;
    word = (word & ~(3u << 29)) | (moved & 3) << 29;
    distance = moved >> 2;
  } else {
    distance += by;
  }
  return (word & ~(ones << shift)) | (distance & ones) << shift;
}

const WordForm& WordMachine::FormOf(uint32_t word) const noexcept {
  return *std::ranges::find_if(forms, [=](const WordForm& form) { return form.Fits(word); });
}

const WordMachine* WordMachineOf(Machine machine) noexcept {
  switch (machine) {
    case Machine::kArm: return &kArm;
    case Machine::kArm64: return &kArm64;
    case Machine::kSparc: return &kSparc;
    case Machine::kPowerPc: return &kPowerPc;
    case Machine::kMips: return &kMips;
    default: return nullptr;
  }
}

}  // namespace lmzip
