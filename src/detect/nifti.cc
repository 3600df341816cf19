// NIfTI-1 and NIfTI-2 in one file: volumes of the brain.
#include "detect/arrays.h"
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kHeaderBytes1 = 348, kHeaderBytes2 = 540;

// The whole part of an IEEE 754 number of 32 bits; 0 where it has none.
uint64_t WholePart(uint32_t number) {
  const uint32_t exponent = number >> 23 & 0xff, fraction = (number & 0x7fffff) | 0x800000;
  if (number >> 31 != 0 || exponent < 127 || exponent > 127 + 30) return 0;
  const uint32_t shift = exponent - 127;
  return shift >= 23 ? uint64_t{fraction} << (shift - 23) : fraction >> (23 - shift);
}

// False where it holds what is no array of numbers.
bool ReadType(uint32_t code, ArrayForm& array) {
  switch (code) {
    case 2: array.sample_bytes = 1; return true;
    case 256:
      array.sample_bytes = 1;
      array.is_signed = true;
      return true;
    case 4:
      array.sample_bytes = 2;
      array.is_signed = true;
      return true;
    case 512: array.sample_bytes = 2; return true;
    case 8:
      array.sample_bytes = 4;
      array.is_signed = true;
      return true;
    case 768: array.sample_bytes = 4; return true;
    case 16:
      array.sample_bytes = 4;
      array.is_float = true;
      return true;
    case 64:
      array.sample_bytes = 8;
      array.is_float = true;
      return true;
    case 1024:
    case 1280: array.sample_bytes = 8; return true;
    case 128: array.channels = 3; return true;
    case 2304: array.channels = 4; return true;
    default: return false;
  }
}

struct Header {
  Order order = Order::kLittle;
  bool is_second = false;  // NIfTI-2
  uint32_t type = 0;
  uint64_t data = 0;
};

uint64_t Side(const Fields& file, const Header& header, uint64_t i) {
  return header.is_second ? file.U64(16 + 8 * i, header.order) : file.U16(40 + 2 * i, header.order);
}

void AddVolume(const Fields& file, const Header& header, Finder& finder) {
  ArrayForm array{.big_endian = header.order == Order::kBig};
  const uint64_t dimensions = Side(file, header, 0);
  if (dimensions < 1 || dimensions > 7 || !ReadType(header.type, array)) return;
  constexpr uint64_t kMaxSide = 1 << 20;
  uint64_t samples = array.channels;
  for (uint64_t i = 1; i <= dimensions; ++i) {
    const uint64_t side = Side(file, header, i);
    if (side == 0 || side > kMaxSide || samples > UINT64_MAX / 8 / kMaxSide) return;
    samples *= side;
  }
  array.row_samples = Side(file, header, 1) * array.channels;
  finder.Add(FormOfArray(array), header.data, samples * array.sample_bytes);
}

}  // namespace

void FindInNifti(const Fields& file, Finder& finder) {
  for (const Order order : {Order::kLittle, Order::kBig}) {
    const uint32_t header_bytes = file.U32(0, order);
    if (header_bytes == kHeaderBytes1 && file.Says(344, "n+1")) {
      const uint64_t data = WholePart(file.U32(108, order));
      AddVolume(file, {order, false, file.U16(70, order), data}, finder);
    } else if (header_bytes == kHeaderBytes2 && file.Says(4, "n+2")) {
      AddVolume(file, {order, true, file.U16(12, order), file.U64(168, order)}, finder);
    }
  }
}

}  // namespace lmzip::detect
