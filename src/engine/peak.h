// What the machine could do: the yardstick for the engine's speed.
#pragma once

#include <cstdint>

#include "base/cpu.h"
#include "model/exact1.h"

namespace lmzip {

/// 8-bit integer operations a second (a multiplication and its addition are two) of one core, by
/// the instructions that the engine uses on `isa`, in registers only. Takes about 20 ms.
double MeasureInt8Peak(Isa isa);

/// Operations that a token takes once the window is full: products with weights, keys and values.
int64_t OperationsPerToken(const Exact1Shape& shape);

}  // namespace lmzip
