// Raw machine code, whose header is not there.
#pragma once

#include "base/bytes.h"
#include "segments/typed_segment.h"

namespace lmzip::detect {

/// Of the machines whose code shows without a header: x86, x86-64, arm, arm64; else kUnknown.
Machine GuessMachine(ByteView bytes);

}  // namespace lmzip::detect
