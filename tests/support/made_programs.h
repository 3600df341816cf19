// Programs of known kinds, made here.
#pragma once

#include "support/made_files.h"

namespace lmzip::testing {

struct ElfForm {
  uint32_t code = 62;
  Machine machine = Machine::kX86_64;
  bool wide = true, big_endian = false;
  bool stripped = false;  // of the table of sections
};

/// Headers, a segment to load that is code, a table of symbols, other data, the table of sections.
inline MadeFile MakeElf(const ElfForm& form) {
  FileMaker maker(form.big_endian);
  const auto address = [&](uint64_t value) { form.wide ? maker.U64(value) : maker.U32(value); };
  constexpr uint64_t kCode = 512, kCodeBytes = 5000, kSymbols = 8192, kSections = 12288;
  const uint64_t entry_bytes = form.wide ? 24 : 16, symbol_bytes = 100 * entry_bytes;
  maker
      .Text(
          "\x7f"
          "ELF")
      .U8(form.wide ? 2 : 1)
      .U8(form.big_endian ? 2 : 1)
      .U8(1)
      .Zeros(9);
  maker.U16(2).U16(form.code).U32(1);
  address(0x401000);
  address(form.wide ? 64 : 52);
  address(form.stripped ? 0 : kSections);
  maker.U32(0).U16(form.wide ? 64 : 52).U16(form.wide ? 56 : 32).U16(1);
  maker.U16(form.wide ? 64 : 40).U16(form.stripped ? 0 : 3).U16(0);
  maker.U32(1);
  if (form.wide) maker.U32(5);
  for (const uint64_t value : {kCode, kCode, kCode, kCodeBytes, kCodeBytes}) address(value);
  if (!form.wide) maker.U32(5);
  address(4096);
  maker.Until(kCode).Waves(kCodeBytes).Until(kSymbols).Waves(symbol_bytes).Until(kSections);
  MadeFile made{std::string("elf of ") + NameOf(form.machine), {}, {}};
  made.holds = {At(Program(form.machine), kCode, kCodeBytes)};
  if (!form.stripped) {
    const auto section = [&](uint32_t type, uint64_t flags, uint64_t at, uint64_t bytes,
                             uint64_t entry) {
      maker.U32(0).U32(type);
      for (const uint64_t value : {flags, uint64_t{0}, at, bytes}) address(value);
      maker.U32(0).U32(0);
      address(1);
      address(entry);
    };
    maker.Zeros(form.wide ? 64 : 40);
    section(1, 6, kCode, kCodeBytes, 0);
    section(2, 0, kSymbols, symbol_bytes, entry_bytes);
    made.holds.push_back(At(Table(static_cast<uint32_t>(entry_bytes)), kSymbols, symbol_bytes));
  }
  made.bytes = maker.bytes();
  return made;
}

inline std::vector<MadeFile> MadePrograms() {
  std::vector<MadeFile> made;
  for (const bool stripped : {false, true}) {
    made.push_back(MakeElf({.stripped = stripped}));
    made.push_back(MakeElf({3, Machine::kX86, false, false, stripped}));
    made.push_back(MakeElf({40, Machine::kArm, false, false, stripped}));
    made.push_back(MakeElf({183, Machine::kArm64, true, false, stripped}));
    made.push_back(MakeElf({2, Machine::kSparc, false, true, stripped}));
    made.push_back(MakeElf({243, Machine::kRiscV, true, false, stripped}));
    made.push_back(MakeElf({20, Machine::kPowerPc, false, true, stripped}));
    made.push_back(MakeElf({8, Machine::kMips, false, true, stripped}));
  }
  return made;
}

}  // namespace lmzip::testing
