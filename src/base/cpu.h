// The instruction sets that kernels are written for, and the one in use.
#pragma once

#include <span>

namespace lmzip {

enum class Isa { kPortable, kAvx2, kAvx512Vnni };

/// "portable", "avx2" or "avx512vnni".
const char* IsaName(Isa isa);

/// What this machine can run, slowest first; kPortable always.
std::span<const Isa> AvailableIsas();

/// The fastest available set, or the one that LMZIP_ISA names (read once).
/// Throws Error{kUsage} when LMZIP_ISA names none that this machine has.
Isa ActiveIsa();

}  // namespace lmzip
