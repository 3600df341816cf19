// What the library uses of this machine. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "lmzip/export.h"

namespace lmzip {

/// "portable", "avx2", "avx512vnni", "neon", "neondot" or "neoni8mm": the fastest set of
/// instructions that this machine has, or what $LMZIP_ISA names (read once). What is coded does not
/// depend on it. Throws Error{kUsage} when this machine does not have the named set.
LMZIP_API std::string ActiveInstructionSet();

/// Those that this machine has, slowest first.
LMZIP_API std::vector<std::string> InstructionSets();

}  // namespace lmzip
