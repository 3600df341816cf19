// Files that hold files as they are: tar, and zip's stored members. What a member's header claims
// ends with the member.
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

// An octal number of a tar's header; 0 where none stands.
uint64_t Octal(const Fields& file, uint64_t at, uint64_t digits) {
  uint64_t value = 0;
  for (uint64_t i = 0; i < digits; ++i) {
    const uint8_t digit = file.U8(at + i);
    if (digit < '0' || digit > '7') break;
    value = value * 8 + (digit - uint64_t{'0'});
  }
  return value;
}

}  // namespace

void FindInTar(const Fields& file, Finder& finder) {
  constexpr uint64_t kHeaderBytes = 512, kSizeAt = 124, kSizeDigits = 11;
  finder.AddMember(kHeaderBytes, Octal(file, kSizeAt, kSizeDigits));
}

void FindInZip(const Fields& file, Finder& finder) {
  constexpr uint32_t kStored = 0, kWide = 0xffffffff;
  const uint32_t size = file.Le32(18);
  if (file.Le16(8) != kStored || size != file.Le32(22) || size == kWide) return;
  finder.AddMember(uint64_t{30} + file.Le16(26) + file.Le16(28), size);
}

}  // namespace lmzip::detect
