// What bitmap files and icons have in common.
#pragma once

#include <optional>

#include "detect/fields.h"
#include "segments/typed_segment.h"

namespace lmzip::detect {

struct Bitmap {
  TypedSegment form;  // all but its place
  uint64_t rows = 0;
  uint64_t pixels = 0;  // where they begin if they follow header and palette
};

/// Of the bitmap's header at `at`; nullopt where none is, or where its pixels are compressed.
std::optional<Bitmap> ReadBitmap(const Fields& file, uint64_t at);

}  // namespace lmzip::detect
