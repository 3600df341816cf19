// RIFF WAVE, little-endian; RIFX, big-endian; RF64, of more than 4 GiB.
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kPcm = 1, kFloat = 3, kExtensible = 0xfffe;

TypedSegment FormOf(const Fields& file, uint64_t at, uint64_t size, Order order) {
  uint32_t code = file.U16(at, order);
  if (code == kExtensible && size >= 40) code = file.U16(at + 24, order);
  const uint32_t channels = file.U16(at + 2, order), block = file.U16(at + 12, order);
  TypedSegment form;
  if ((code != kPcm && code != kFloat) || channels == 0 || block % channels != 0) return form;
  const uint32_t sample_bytes = block / channels;
  if (code == kFloat && sample_bytes == 8) {
    form.kind = DataKind::kTable;
    form.row_bytes = block;
    return form;
  }
  if (channels > 255 || sample_bytes < 1 || sample_bytes > 4) return form;
  if (code == kFloat && sample_bytes != 4) return form;
  form.kind = DataKind::kSound;
  form.channels = static_cast<uint8_t>(channels);
  form.bits = static_cast<uint8_t>(8 * sample_bytes);
  form.big_endian = order == Order::kBig && sample_bytes > 1;
  form.is_float = code == kFloat;
  form.is_signed = sample_bytes > 1 && !form.is_float;
  return form;
}

}  // namespace

void FindInWav(const Fields& file, Finder& finder) {
  if (!file.Says(8, "WAVE")) return;
  const Order order = file.Says(0, "RIFX") ? Order::kBig : Order::kLittle;
  constexpr uint32_t kUnknownSize = 0xffffffff;
  uint64_t large_size = 0;  // of the data, where 32 bits do not hold it
  TypedSegment form;
  for (uint64_t at = 12; file.Has(at, 8) && finder.Spend(1);) {
    const uint64_t size = file.U32(at + 4, order), data = at + 8;
    if (file.Says(at, "ds64")) large_size = file.Le64(data + 8);
    if (file.Says(at, "fmt ") && size >= 16) form = FormOf(file, data, size, order);
    if (file.Says(at, "data")) {
      // A writer that never knew the size says 0 or all ones.
      const bool is_known = size != 0 && size != kUnknownSize;
      const uint64_t length = is_known          ? size
                              : large_size != 0 ? large_size
                                                : file.size() - std::min(data, file.size());
      if (form.kind != DataKind::kGeneral) finder.Add(form, data, length);
      return;
    }
    at = data + size + size % 2;
  }
}

}  // namespace lmzip::detect
