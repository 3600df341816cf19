// Windows and OS/2 bitmaps, and bitmaps without the file's header, as icons hold.
#include <cstdlib>

#include "detect/bitmap.h"
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kMaxSide = 1 << 20;
constexpr uint32_t kUncompressed = 0, kBitFields = 3, kAlphaBitFields = 6;
constexpr uint32_t kOldHeaderBytes = 12;

// A palette of greys in order says no more than the values themselves.
bool IsGreyRamp(ByteView colours, size_t entry_bytes) {
  if (colours.size() < 2 * entry_bytes) return false;
  for (size_t at = 0; at + entry_bytes <= colours.size(); at += entry_bytes) {
    const uint8_t* colour = &colours[at];
    if (colour[0] != colour[1] || colour[1] != colour[2]) return false;
    if (at > 0 && colour[0] < colour[-static_cast<ptrdiff_t>(entry_bytes)]) return false;
  }
  return true;
}

bool IsKnownHeader(uint32_t header_bytes) {
  for (const uint32_t known : {kOldHeaderBytes, 40u, 52u, 56u, 64u, 108u, 124u}) {
    if (header_bytes == known) return true;
  }
  return false;
}

}  // namespace

std::optional<Bitmap> ReadBitmap(const Fields& file, uint64_t at) {
  const uint32_t header_bytes = file.Le32(at);
  if (!IsKnownHeader(header_bytes) || !file.Has(at, header_bytes)) return std::nullopt;
  const bool is_old = header_bytes == kOldHeaderBytes;
  const uint32_t planes = is_old ? file.Le16(at + 8) : file.Le16(at + 12);
  const uint32_t pixel_bits = is_old ? file.Le16(at + 10) : file.Le16(at + 14);
  const uint32_t packing = is_old ? kUncompressed : file.Le32(at + 16);
  const uint32_t width = is_old ? file.Le16(at + 4) : file.Le32(at + 4);
  // Below 0: from the top down.
  const int64_t height = static_cast<int32_t>(is_old ? file.Le16(at + 6) : file.Le32(at + 8));
  const bool is_plain = packing == kUncompressed ||
                        ((packing == kBitFields || packing == kAlphaBitFields) && pixel_bits >= 16);
  Bitmap bitmap{.rows = static_cast<uint64_t>(std::abs(height))};
  if (planes != 1 || !is_plain || width == 0 || width > kMaxSide || bitmap.rows == 0 ||
      bitmap.rows > kMaxSide) {
    return std::nullopt;
  }
  bitmap.form.kind = DataKind::kPicture;
  bitmap.form.row_bytes = (width * pixel_bits + 31) / 32 * 4;
  bitmap.form.bits = pixel_bits == 1 ? 1 : 8;
  const uint32_t colours_used = is_old ? 0 : file.Le32(at + 32);
  const uint32_t most_colours = pixel_bits <= 8 ? 1u << pixel_bits : 0;
  const uint64_t entry_bytes = is_old ? 3 : 4;
  const uint64_t palette_bytes =
      entry_bytes * (colours_used == 0 ? most_colours : std::min(colours_used, 256u));
  const uint64_t masks =
      header_bytes == 40 && packing != kUncompressed ? (packing == kBitFields ? 12 : 16) : 0;
  bitmap.pixels = at + header_bytes + masks + palette_bytes;
  switch (pixel_bits) {
    case 1: return bitmap;
    case 4:  // two pixels a byte
      bitmap.form.is_palette = true;
      return bitmap;
    case 8:
      bitmap.form.is_palette =
          !IsGreyRamp(file.Part(at + header_bytes, palette_bytes), entry_bytes);
      return bitmap;
    // Of 16 bits: fields across bytes, each byte most like that of its rank beside and above.
    case 16: bitmap.form.channels = 2; return bitmap;
    case 24: bitmap.form.channels = 3; return bitmap;
    case 32: bitmap.form.channels = 4; return bitmap;
    default: return std::nullopt;
  }
}

void FindInBmp(const Fields& file, Finder& finder) {
  constexpr uint64_t kFileHeaderBytes = 14;
  const auto bitmap = ReadBitmap(file, kFileHeaderBytes);
  const uint32_t pixels = file.Le32(10);
  if (!bitmap || pixels < kFileHeaderBytes + kOldHeaderBytes) return;
  finder.AddRows(bitmap->form, pixels, bitmap->rows);
}

}  // namespace lmzip::detect
