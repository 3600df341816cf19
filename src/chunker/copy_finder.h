// Finds what a frame repeats at such length that coding it byte by byte earns nothing.
#pragma once

#include <vector>

#include "chunker/copy_list.h"

namespace lmzip {

/// Copies of `content` in its own order: runs of short periods, and other repeats, from so many
/// bytes on. A copy costs about 5 bytes, and a few more where the residue goes on in a context that
/// is not its own; what is left of it costs a mixer about 1/200 bit a byte.
inline constexpr uint64_t kLeastRunBytes = 1024, kLeastRepeatBytes = 4096;
std::vector<Copy> FindCopies(ByteView content);

/// Memory that FindCopies() takes for itself.
uint64_t CopyFinderMemory(uint64_t raw_bytes);

}  // namespace lmzip
