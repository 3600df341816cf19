// The instruction sets that kernels are written for, and the one in use.
#pragma once

#include <span>

namespace lmzip {

#if defined(__aarch64__) && defined(__AARCH64EL__)
#define LMZIP_NEON  // which every such machine has
#endif

enum class Isa { kPortable, kAvx2, kAvx512Vnni, kNeon, kNeonDot, kNeonI8mm, kSimd128 };

/// "portable", "avx2", "avx512vnni", "neon", "neondot", "neoni8mm" or, of WebAssembly, "simd128".
const char* IsaName(Isa isa);

/// What this machine can run, slowest first; kPortable always.
std::span<const Isa> AvailableIsas();

/// The fastest available set, or the one that LMZIP_ISA names (read once).
/// Throws Error{kUsage} when LMZIP_ISA names none that this machine has.
Isa ActiveIsa();

}  // namespace lmzip
