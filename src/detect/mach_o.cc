// Mach-O: programs of Apple's systems. Those inside fat ones are found where they begin.
#include "detect/file_kinds.h"
#include "detect/program_parts.h"

namespace lmzip::detect {
namespace {

Machine MachineOf(uint32_t code) {
  switch (code) {
    case 7: return Machine::kX86;
    case 0x01000007: return Machine::kX86_64;
    case 12: return Machine::kArm;
    case 0x0100000c:
    case 0x0200000c: return Machine::kArm64;
    case 18:
    case 0x01000012: return Machine::kPowerPc;
    default: return Machine::kUnknown;
  }
}

// Sections with instructions in one of the program's segments.
void AddSections(const Fields& file, uint64_t command, bool is_wide, Order order, Finder& finder,
                 ProgramParts& parts) {
  constexpr uint32_t kPureCode = 0x80000000, kSomeCode = 0x400;
  const uint64_t each = is_wide ? 80 : 68, first = command + (is_wide ? 72 : 56);
  const uint32_t count = file.U32(command + (is_wide ? 64 : 48), order);
  for (uint64_t i = 0; i < count && file.Has(first + i * each, each) && finder.Spend(1); ++i) {
    const uint64_t section = first + i * each;
    const uint64_t bytes = is_wide ? file.U64(section + 40, order) : file.U32(section + 36, order);
    const uint64_t at = file.U32(section + (is_wide ? 48 : 40), order);
    const uint32_t flags = file.U32(section + (is_wide ? 64 : 56), order);
    if ((flags & (kPureCode | kSomeCode)) != 0) parts.AddCode(at, bytes);
  }
}

}  // namespace

void FindInMachO(const Fields& file, Finder& finder) {
  const bool is_big = file.U8(0) == 0xfe;
  const Order order = is_big ? Order::kBig : Order::kLittle;
  const bool is_wide = file.U32(0, order) == 0xfeedfacf;
  constexpr uint32_t kSegment = 1, kWideSegment = 0x19, kMaxCommands = 4096;
  const uint32_t count = file.U32(16, order), machine = file.U32(4, order);
  if (count > kMaxCommands || MachineOf(machine) == Machine::kUnknown) return;
  ProgramParts parts(MachineOf(machine));
  uint64_t at = is_wide ? 32 : 28;
  for (uint32_t i = 0; i < count && file.Has(at, 8) && finder.Spend(1); ++i) {
    const uint32_t command = file.U32(at, order), bytes = file.U32(at + 4, order);
    if (command == (is_wide ? kWideSegment : kSegment)) {
      AddSections(file, at, is_wide, order, finder, parts);
    }
    if (bytes < 8) break;
    at += bytes;
  }
  parts.GiveTo(finder);
}

}  // namespace lmzip::detect
