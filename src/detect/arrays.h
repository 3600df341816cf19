// Arrays of numbers as the headers of science and medicine describe them.
#pragma once

#include "detect/finder.h"

namespace lmzip::detect {

struct ArrayForm {
  uint32_t sample_bytes = 1;
  bool is_float = false;
  bool is_signed = false;
  bool big_endian = false;
  uint64_t row_samples = 0;  // all channels
  uint32_t channels = 1;     // interleaved
};

/// Rows of samples of up to 32 bits are a picture; wider ones, and floats, records of a number
/// each.
TypedSegment FormOfArray(const ArrayForm& array);

}  // namespace lmzip::detect
