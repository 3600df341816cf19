// Finds what a frame repeats at such length that coding it byte by byte earns nothing.
#pragma once

#include <vector>

#include "chunker/copy_list.h"

namespace lmzip {

/// Copies of `content` in its own order: runs of short periods from 1 KiB on, other repeats from
/// 4 KiB on. A mixer codes shorter ones in fewer bits.
std::vector<Copy> FindCopies(ByteView content);

/// Memory that FindCopies() takes for itself.
uint64_t CopyFinderMemory(uint64_t raw_bytes);

}  // namespace lmzip
