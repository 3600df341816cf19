#include "detect/machine_code.h"

#include <algorithm>
#include <array>

namespace lmzip::detect {
namespace {

// How many parts of code of each machine show at least what is asked for below; noise shows a
// hundredth of it, text nothing.
struct X86Signs {
  uint64_t wide = 0;    // operations of 64 bits
  uint64_t narrow = 0;  // operations on the frame or the stack of 32 bits
  uint64_t calls = 0;   // near ones, forward or backward
};

constexpr std::array<uint8_t, 13> kUsualWide = {0x01, 0x03, 0x29, 0x2b, 0x39, 0x3b, 0x63,
                                                0x83, 0x85, 0x89, 0x8b, 0x8d, 0xc7};

// mov and lea by ebp or esp.
bool IsStackOperation(uint8_t opcode, uint8_t operands) {
  if (opcode != 0x8b && opcode != 0x89 && opcode != 0x8d) return false;
  return (operands & 0xc7) == 0x45 || (operands & 0xc7) == 0x44;
}

X86Signs SignsOf(ByteView bytes) {
  X86Signs signs;
  std::array<uint64_t, 256> wide{};  // by opcode
  for (size_t i = 0; i + 5 <= bytes.size(); ++i) {
    const uint8_t byte = bytes[i], next = bytes[i + 1], last = bytes[i + 4];
    if (byte >= 0x48 && byte <= 0x4f) ++wide[next];
    if (IsStackOperation(byte, next)) ++signs.narrow;
    // A displacement below 2^24 either way, but not a small one: zeros and ones are elsewhere, too.
    const bool is_near = (last == 0x00 || last == 0xff) && bytes[i + 3] != last;
    if ((byte == 0xe8 || byte == 0xe9) && is_near) ++signs.calls;
  }
  // Several of them: what comes back in each record of a table is one.
  const uint64_t most = bytes.size() / 128;
  for (const uint8_t opcode : kUsualWide) signs.wide += std::min(wide[opcode], most);
  return signs;
}

// By the top byte of a word.
bool IsUsualArm64(uint8_t top) {
  static constexpr std::array<uint8_t, 36> kUsual = {
      0x0a, 0x0b, 0x11, 0x12, 0x14, 0x17, 0x1a, 0x2a, 0x34, 0x35, 0x36, 0x37,
      0x38, 0x39, 0x4b, 0x51, 0x52, 0x53, 0x54, 0x6b, 0x71, 0x72, 0x8b, 0x90,
      0x91, 0x94, 0x97, 0xa9, 0xaa, 0xb0, 0xb4, 0xb5, 0xb9, 0xcb, 0xeb, 0xf9};
  return std::binary_search(kUsual.begin(), kUsual.end(), top);
}

struct WordSigns {
  uint64_t arm64 = 0, arm = 0, words = 0;
};

// Both have words at multiples of four bytes of the file; where it does not begin at such a place,
// one of the phases shows it.
WordSigns SignsOfWords(ByteView bytes, size_t phase) {
  WordSigns signs;
  std::array<uint64_t, 256> tops{};
  for (size_t i = phase; i + 4 <= bytes.size(); i += 4, ++signs.words) ++tops[bytes[i + 3]];
  for (size_t top = 0; top < tops.size(); ++top) {
    // No one of them alone: a table of small or alike numbers.
    const uint64_t count = std::min(tops[top], signs.words / 5);
    if (IsUsualArm64(static_cast<uint8_t>(top))) signs.arm64 += count;
    if (top >> 4 == 0xe) signs.arm += count;
  }
  return signs;
}

}  // namespace

CodeGuess GuessMachine(ByteView bytes) {
  const X86Signs x86 = SignsOf(bytes);
  if (x86.wide > bytes.size() / 48) return {Machine::kX86_64};
  if (x86.calls > bytes.size() / 400 && x86.narrow > bytes.size() / 100) return {Machine::kX86};
  constexpr uint32_t kStep = 4;
  for (uint32_t phase = 0; phase < kStep; ++phase) {
    const WordSigns signs = SignsOfWords(bytes, phase);
    if (signs.arm64 > signs.words * 5 / 8) return {Machine::kArm64, kStep, phase};
    if (signs.arm > signs.words * 5 / 8) return {Machine::kArm, kStep, phase};
  }
  return {};
}

}  // namespace lmzip::detect
