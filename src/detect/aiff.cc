// IFF's sound: AIFF, AIFC, and the Amiga's 8SVX.
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

TypedSegment FormOf(const Fields& file, uint64_t common, bool names_packing) {
  const uint32_t channels = file.Be16(common), bits = file.Be16(common + 6);
  TypedSegment form;
  if (channels < 1 || channels > 255 || bits < 1 || bits > 64) return form;
  uint32_t sample_bytes = (bits + 7) / 8;
  form.kind = DataKind::kSound;
  form.is_signed = true;
  form.big_endian = sample_bytes > 1;
  if (names_packing) {
    const uint64_t packing = common + 18;
    const auto is = [&](std::string_view name) { return file.Says(packing, name); };
    if (is("fl32") || is("FL32"))
      sample_bytes = 4, form.is_float = true, form.is_signed = false;
    else if (is("fl64") || is("FL64"))
      sample_bytes = 8;
    else if (is("sowt"))
      form.big_endian = false;
    else if (is("raw "))
      form.is_signed = false;
    else if (!is("NONE") && !is("twos") && !is("in24") && !is("in32"))
      return {};
  }
  if (sample_bytes == 8) {
    TypedSegment table{.kind = DataKind::kTable};
    table.row_bytes = 8 * channels;
    return table;
  }
  if (sample_bytes > 4) return {};
  form.channels = static_cast<uint8_t>(channels);
  form.bits = static_cast<uint8_t>(8 * sample_bytes);
  return form;
}

}  // namespace

void FindInAiff(const Fields& file, Finder& finder) {
  const bool is_amiga = file.Says(8, "8SVX"), names_packing = file.Says(8, "AIFC");
  if (!is_amiga && !names_packing && !file.Says(8, "AIFF")) return;
  TypedSegment form;
  for (uint64_t at = 12; file.Has(at, 8) && finder.Spend(1);) {
    const uint64_t size = file.Be32(at + 4), data = at + 8;
    if (file.Says(at, "COMM") && size >= 18) form = FormOf(file, data, names_packing);
    if (file.Says(at, "VHDR") && file.U8(data + 15) == 0) {
      form.kind = DataKind::kSound;
      form.is_signed = true;
    }
    const bool is_known = form.kind != DataKind::kGeneral;
    if (file.Says(at, "SSND") && size > 8 && is_known && !is_amiga) {
      finder.Add(form, data + 8 + file.Be32(data), size - 8);
    }
    if (file.Says(at, "BODY") && is_known && is_amiga) finder.Add(form, data, size);
    at = data + size + size % 2;
  }
}

}  // namespace lmzip::detect
