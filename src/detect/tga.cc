// Truevision's TGA. It has no magic number: much must fit, and the pixels look like a picture.
#include "detect/file_kinds.h"
#include "detect/likeness.h"

namespace lmzip::detect {
namespace {

constexpr uint32_t kMinSide = 8, kMaxSide = 16384;
constexpr uint32_t kColourMapped = 1, kGrey = 3;
constexpr uint8_t kInterleaved = 0xc0, kAlphaBits = 0x0f;
constexpr uint64_t kHeaderBytes = 18;

}  // namespace

void FindInTga(const Fields& file, Finder& finder) {
  const uint32_t type = file.U8(2), pixel_bits = file.U8(16), descriptor = file.U8(17);
  const uint32_t width = file.Le16(12), height = file.Le16(14);
  const uint32_t alpha_bits = descriptor & kAlphaBits;
  if (file.Le16(8) != 0 || file.Le16(10) != 0 || (descriptor & kInterleaved) != 0) return;
  if (width < kMinSide || width > kMaxSide || height < kMinSide || height > kMaxSide) return;
  if (alpha_bits != 0 && alpha_bits != 1 && alpha_bits != 8) return;
  const bool is_of_bytes = type == kColourMapped || type == kGrey;
  if (is_of_bytes ? pixel_bits != 8 : pixel_bits != 16 && pixel_bits != 24 && pixel_bits != 32)
    return;
  const uint64_t map_bytes =
      type == kColourMapped ? uint64_t{file.Le16(5)} * ((file.U8(7) + 7u) / 8) : 0;
  TypedSegment form{.kind = DataKind::kPicture};
  form.channels = static_cast<uint8_t>(pixel_bits / 8);
  form.row_bytes = width * form.channels;
  form.is_palette = type == kColourMapped;
  const uint64_t pixels = kHeaderBytes + file.U8(0) + map_bytes;
  constexpr uint64_t kLookedAt = 1 << 14;
  const uint64_t length = uint64_t{form.row_bytes} * height;
  const ByteView looked_at = file.Part(pixels, std::min(length, kLookedAt + 2 * form.row_bytes));
  if (!finder.Spend(looked_at.size()) || !HasLikeRows(looked_at, form.row_bytes)) return;
  finder.AddRows(form, pixels, height);
}

}  // namespace lmzip::detect
