// Sun's and NeXT's .au, Apple's CAF.
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kUnknownSize = 0xffffffff;

// Of 8 to 32 bits; doubles are records.
TypedSegment FormOf(uint32_t sample_bytes, uint32_t channels, bool is_float, Order order) {
  TypedSegment form{.kind = DataKind::kSound};
  if (channels < 1 || channels > 255 || sample_bytes < 1 || sample_bytes > 8) return {};
  if (sample_bytes == 8) {
    form.kind = DataKind::kTable;
    form.row_bytes = 8 * channels;
    return form;
  }
  if (sample_bytes > 4 || (is_float && sample_bytes != 4)) return {};
  form.channels = static_cast<uint8_t>(channels);
  form.bits = static_cast<uint8_t>(8 * sample_bytes);
  form.is_float = is_float;
  form.is_signed = !is_float;
  form.big_endian = order == Order::kBig && sample_bytes > 1;
  return form;
}

}  // namespace

void FindInAu(const Fields& file, Finder& finder) {
  const uint32_t data = file.Be32(4), size = file.Be32(8), code = file.Be32(12);
  const uint32_t channels = file.Be32(20);
  constexpr uint32_t kMaxHeaderBytes = 1 << 16;
  // 8, 16, 24, 32 bits, float, double.
  constexpr uint8_t kSampleBytes[] = {0, 0, 1, 2, 3, 4, 4, 8};
  if (data < 24 || data > kMaxHeaderBytes || code < 2 || code > 7) return;
  const TypedSegment form = FormOf(kSampleBytes[code], channels, code == 6, Order::kBig);
  if (form.kind == DataKind::kGeneral) return;
  finder.Add(form, data, size == kUnknownSize ? file.size() : size);
}

void FindInCaf(const Fields& file, Finder& finder) {
  TypedSegment form;
  for (uint64_t at = 8; file.Has(at, 12) && finder.Spend(1);) {
    const uint64_t size = file.Be64(at + 4), data = at + 12;
    if (file.Says(at, "desc") && file.Says(data + 8, "lpcm")) {
      const uint32_t flags = file.Be32(data + 12), block = file.Be32(data + 16);
      const uint32_t channels = file.Be32(data + 24);
      if (channels == 0 || block % channels != 0) return;
      form = FormOf(block / channels, channels, (flags & 1) != 0,
                    (flags & 2) != 0 ? Order::kLittle : Order::kBig);
    }
    if (file.Says(at, "data")) {
      constexpr uint64_t kEditCountBytes = 4;
      const bool is_known = size != UINT64_MAX && size > kEditCountBytes;
      if (form.kind == DataKind::kGeneral) return;
      finder.Add(form, data + kEditCountBytes, is_known ? size - kEditCountBytes : file.size());
      return;
    }
    if (size > file.size()) return;
    at = data + size;
  }
}

}  // namespace lmzip::detect
