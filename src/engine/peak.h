// What the machine could do: the yardstick for the engine's speed.
#pragma once

#include "base/cpu.h"

namespace lmzip {

/// 8-bit integer operations a second (a multiplication and its addition are two) of one core, by
/// the instructions that the engine uses on `isa`, in registers only. Takes about 20 ms.
double MeasureInt8Peak(Isa isa);

}  // namespace lmzip
