// Raw machine code, whose header is not there.
#pragma once

#include "base/bytes.h"
#include "segments/typed_segment.h"

namespace lmzip::detect {

struct CodeGuess {
  Machine machine = Machine::kUnknown;
  uint32_t step = 1;   // instructions begin at multiples of so many bytes
  uint32_t phase = 0;  // behind this one

  bool operator==(const CodeGuess&) const = default;
};

/// Of the machines whose code shows without a header: x86, x86-64, arm, arm64; else kUnknown.
CodeGuess GuessMachine(ByteView bytes);

}  // namespace lmzip::detect
