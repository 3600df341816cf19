// ELF: programs, libraries, objects of any machine.
#include "detect/file_kinds.h"
#include "detect/program_parts.h"

namespace lmzip::detect {
namespace {

Machine MachineOf(uint32_t code) {
  switch (code) {
    case 3: return Machine::kX86;
    case 62: return Machine::kX86_64;
    case 40: return Machine::kArm;
    case 183: return Machine::kArm64;
    case 2:
    case 18:
    case 43: return Machine::kSparc;
    case 243: return Machine::kRiscV;
    case 20:
    case 21: return Machine::kPowerPc;
    case 8:
    case 10: return Machine::kMips;
    default: return Machine::kUnknown;
  }
}

class ElfReader {
 public:
  ElfReader(const Fields& file, Finder& finder)
      : file_(file),
        finder_(finder),
        is_wide_(file.U8(4) == 2),
        order_(file.U8(5) == 2 ? Order::kBig : Order::kLittle),
        machine_(MachineOf(file.U16(18, order_))) {}

  void Find() {
    if (!FindBySections()) FindBySegments();
  }

 private:
  // A number as wide as addresses, at another place in each width of header.
  uint64_t Address(uint64_t base, uint64_t narrow, uint64_t wide) const {
    return is_wide_ ? file_.U64(base + wide, order_) : file_.U32(base + narrow, order_);
  }
  uint32_t Half(uint64_t narrow, uint64_t wide) const {
    return file_.U16(is_wide_ ? wide : narrow, order_);
  }

  // False where their table is not there: stripped off, or behind the cut.
  bool FindBySections() {
    constexpr uint32_t kProgbits = 1, kSymbols = 2, kRela = 4, kRel = 9, kDynamicSymbols = 11;
    constexpr uint64_t kExecutable = 4;
    const uint64_t table = Address(0, 32, 40), count = Half(48, 60), each = is_wide_ ? 64 : 40;
    if (table == 0 || count == 0 || Half(46, 58) != each || !file_.Has(table, count * each)) {
      return false;
    }
    if (!finder_.Spend(count)) return true;
    ProgramParts parts(machine_);
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t section = table + i * each;
      const uint32_t type = file_.U32(section + 4, order_);
      const uint64_t flags = Address(section, 8, 8), at = Address(section, 16, 24),
                     bytes = Address(section, 20, 32), entry = Address(section, 36, 56);
      const bool is_table =
          type == kSymbols || type == kRela || type == kRel || type == kDynamicSymbols;
      if (type == kProgbits && (flags & kExecutable) != 0) parts.AddCode(at, bytes);
      if (is_table) parts.AddTable(at, bytes, entry);
    }
    parts.GiveTo(finder_);
    return true;
  }

  void FindBySegments() {
    constexpr uint32_t kLoad = 1, kExecutable = 1;
    const uint64_t table = Address(0, 28, 32), count = Half(44, 56), each = is_wide_ ? 56 : 32;
    if (table == 0 || Half(42, 54) != each || !finder_.Spend(count)) return;
    ProgramParts parts(machine_);
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t segment = table + i * each;
      const uint32_t flags = file_.U32(segment + (is_wide_ ? 4 : 24), order_);
      if (file_.U32(segment, order_) != kLoad || (flags & kExecutable) == 0) continue;
      // The first one holds the headers, too.
      const uint64_t headers = table + count * each, at = Address(segment, 4, 8),
                     end = at + Address(segment, 16, 32);
      const uint64_t begin = at < headers ? headers : at;
      if (end > begin) parts.AddCode(begin, end - begin);
    }
    parts.GiveTo(finder_);
  }

  const Fields& file_;
  Finder& finder_;
  bool is_wide_;
  Order order_;
  Machine machine_;
};

}  // namespace

void FindInElf(const Fields& file, Finder& finder) {
  const uint8_t width = file.U8(4), order = file.U8(5), version = file.U8(6);
  if (width < 1 || width > 2 || order < 1 || order > 2 || version != 1) return;
  ElfReader(file, finder).Find();
}

}  // namespace lmzip::detect
