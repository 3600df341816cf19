// Creative's .voc: blocks of sound.
#include "detect/file_kinds.h"

namespace lmzip::detect {

void FindInVoc(const Fields& file, Finder& finder) {
  constexpr uint8_t kEnd = 0, kSound = 1, kMore = 2, kNewSound = 9;
  TypedSegment form{.kind = DataKind::kSound};
  const auto set_form = [&form](uint32_t bits, uint32_t channels, uint32_t packing) {
    const bool is_plain = (packing == 0 && bits == 8) || (packing == 4 && bits == 16);
    form.kind = is_plain && channels >= 1 && channels <= 2 ? DataKind::kSound : DataKind::kGeneral;
    form.bits = static_cast<uint8_t>(bits);
    form.channels = static_cast<uint8_t>(channels);
    form.is_signed = bits == 16;
  };
  for (uint64_t at = file.Le16(20); at >= 26 && file.Has(at, 4) && finder.Spend(1);) {
    const uint8_t type = file.U8(at);
    const uint64_t size = file.Le32(at) >> 8, data = at + 4;
    if (type == kEnd) return;
    uint64_t skipped = 0;
    if (type == kSound) {
      set_form(file.U8(data + 1) == 4 ? 16 : 8, 1, file.U8(data + 1));
      skipped = 2;
    } else if (type == kNewSound) {
      set_form(file.U8(data + 4), file.U8(data + 5), file.Le16(data + 6));
      skipped = 12;
    }
    const bool holds_sound = type == kSound || type == kMore || type == kNewSound;
    if (holds_sound && form.kind == DataKind::kSound && size > skipped) {
      finder.Add(form, data + skipped, size - skipped);
    }
    at = data + size;
  }
}

}  // namespace lmzip::detect
