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

inline MadeFile MakeWindowsProgram(uint32_t code, Machine machine) {
  FileMaker maker;
  maker.Text("MZ").Until(0x3c).U32(128).Until(128).Text("PE").U16(0).U16(code).U16(2).Zeros(12);
  maker.U16(240).U16(0x22).Zeros(240);
  const auto section = [&maker](std::string name, uint32_t at, uint32_t flags) {
    name.resize(8);
    maker.Text(name).U32(3000).U32(4096).U32(3072).U32(at).Zeros(12).U32(flags);
  };
  section(".text", 1024, 0x60000020);
  section(".data", 4096, 0xc0000040);
  maker.Until(1024).Waves(3072).Waves(3072);
  return {
      std::string("pe of ") + NameOf(machine), maker.bytes(), {At(Program(machine), 1024, 3072)}};
}

inline MadeFile MakeMachO(uint32_t code, Machine machine, bool wide, bool big_endian) {
  FileMaker maker(big_endian);
  const auto address = [&](uint64_t value) { wide ? maker.U64(value) : maker.U32(value); };
  maker.U32(wide ? 0xfeedfacf : 0xfeedface).U32(code).U32(0).U32(2).U32(2).U32(0).U32(0);
  if (wide) maker.U32(0);
  maker.U32(2).U32(24).Zeros(16);
  maker.U32(wide ? 0x19 : 1).U32((wide ? 72 : 56) + 2 * (wide ? 80 : 68)).Zeros(16);
  for (int i = 0; i < 4; ++i) address(0);
  maker.U32(7).U32(5).U32(2).U32(0);
  for (const uint32_t at : {1024u, 4096u}) {
    maker.Zeros(32);
    address(at), address(3000);
    maker.U32(at).U32(4).U32(0).U32(0).U32(at == 1024 ? 0x80000400 : 0).Zeros(wide ? 12 : 8);
  }
  maker.Until(1024).Waves(6000);
  return {std::string("mach-o of ") + NameOf(machine),
          maker.bytes(),
          {At(Program(machine), 1024, 3000)}};
}

/// Constants of every form, a field, a method with code.
inline MadeFile MakeJavaClass() {
  FileMaker maker(true);
  maker.U32(0xcafebabe).U16(0).U16(52).U16(8);
  maker.U8(1).U16(4).Text("Code").U8(3).U32(7).U8(5).U64(9).U8(7).U16(1).U8(10).U16(1).U16(2);
  maker.U8(15).U8(1).U16(2);
  maker.U16(1).U16(4).U16(4).U16(1).U16(4);  // access, name, parent, an interface
  maker.U16(1).U16(2).U16(1).U16(1).U16(0);  // a field
  maker.U16(1).U16(2).U16(1).U16(1).U16(1).U16(1).U32(3000).Waves(3000);
  maker.U16(1).U16(1).U32(2).U16(1);  // an attribute of the class
  return {"class", maker.bytes(), {At(Program(Machine::kJava), 0, maker.size())}};
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
  made.push_back(MakeWindowsProgram(0x8664, Machine::kX86_64));
  made.push_back(MakeWindowsProgram(0x14c, Machine::kX86));
  made.push_back(MakeWindowsProgram(0xaa64, Machine::kArm64));
  made.push_back(MakeMachO(0x01000007, Machine::kX86_64, true, false));
  made.push_back(MakeMachO(0x0100000c, Machine::kArm64, true, false));
  made.push_back(MakeMachO(18, Machine::kPowerPc, false, true));
  made.push_back(MakeJavaClass());
  return made;
}

}  // namespace lmzip::testing
