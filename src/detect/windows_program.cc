// PE: programs of Windows and of UEFI.
#include "detect/file_kinds.h"
#include "detect/program_parts.h"

namespace lmzip::detect {
namespace {

Machine MachineOf(uint32_t code) {
  switch (code) {
    case 0x014c: return Machine::kX86;
    case 0x8664: return Machine::kX86_64;
    case 0x01c0:
    case 0x01c2:
    case 0x01c4: return Machine::kArm;
    case 0xaa64: return Machine::kArm64;
    case 0x5032:
    case 0x5064: return Machine::kRiscV;
    case 0x01f0:
    case 0x01f1: return Machine::kPowerPc;
    case 0x0166:
    case 0x0169: return Machine::kMips;
    default: return Machine::kUnknown;
  }
}

}  // namespace

void FindInWindowsProgram(const Fields& file, Finder& finder) {
  const uint64_t header = file.Le32(0x3c);
  if (header < 0x40 || !file.Says(header, std::string_view("PE\0\0", 4))) return;
  constexpr uint64_t kSectionBytes = 40;
  constexpr uint32_t kIsCode = 0x20, kIsExecuted = 0x20000000;
  const uint32_t count = file.Le16(header + 6);
  const uint64_t sections = header + 24 + file.Le16(header + 20);
  if (count > 96 || !finder.Spend(count)) return;
  ProgramParts parts(MachineOf(file.Le16(header + 4)));
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t section = sections + i * kSectionBytes;
    if ((file.Le32(section + 36) & (kIsCode | kIsExecuted)) == 0) continue;
    parts.AddCode(file.Le32(section + 20), file.Le32(section + 16));
  }
  parts.GiveTo(finder);
}

}  // namespace lmzip::detect
