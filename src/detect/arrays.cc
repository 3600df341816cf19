#include "detect/arrays.h"

#include "segments/segment_list.h"

namespace lmzip::detect {

TypedSegment FormOfArray(const ArrayForm& array) {
  const uint32_t bytes = array.sample_bytes;
  if (array.is_float || bytes > 4) {
    TypedSegment form{.kind = DataKind::kTable};
    form.row_bytes = bytes;
    return form;
  }
  TypedSegment form{.kind = DataKind::kPicture};
  form.channels = static_cast<uint8_t>(array.channels);
  form.bits = static_cast<uint8_t>(8 * bytes);
  form.is_signed = array.is_signed;
  form.big_endian = array.big_endian && bytes > 1;
  // A row too long to be said makes a form that no finder takes.
  form.row_bytes = static_cast<uint32_t>(std::min(array.row_samples, kMaxRowBytes + 1) * bytes);
  return form;
}

}  // namespace lmzip::detect
