// Windows' icons and cursors: several bitmaps without their files' headers.
#include "detect/bitmap.h"
#include "detect/file_kinds.h"

namespace lmzip::detect {

void FindInIco(const Fields& file, Finder& finder) {
  constexpr uint64_t kHeaderBytes = 6, kEntryBytes = 16;
  constexpr uint32_t kMaxPictures = 64;
  const uint32_t count = file.Le16(4);
  if (file.Le16(0) != 0 || count == 0 || count > kMaxPictures || !finder.Spend(count)) return;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t entry = kHeaderBytes + i * kEntryBytes, at = file.Le32(entry + 12);
    if (file.U8(entry + 3) != 0 || at < kHeaderBytes + count * kEntryBytes) return;
    const auto bitmap = ReadBitmap(file, at);
    // Colours first, then a mask of as many rows.
    if (bitmap) finder.AddRows(bitmap->form, bitmap->pixels, bitmap->rows / 2);
  }
}

}  // namespace lmzip::detect
