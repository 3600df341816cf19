// Raw pictures: samples whose rows lie above each other.
#pragma once

#include "base/bytes.h"
#include "detect/samples.h"

namespace lmzip::detect {

/// Bytes of a row, where samples cost clearly less as a picture than in time; else 0.
/// `bytes` begin with a sample.
uint32_t GuessRowBytes(ByteView bytes, const TypedSegment& form);

}  // namespace lmzip::detect
