// Fetching memory before it is needed.
#pragma once

#include <cstddef>

#include "base/cache_line.h"

namespace lmzip {

/// Asks for the cache line of `address`, which need not be valid.
inline void PrefetchLine(const void* address) noexcept {
  __builtin_prefetch(address);
  asm volatile("");  // g++ takes functions that only prefetch for pure, and drops their calls
}

/// Asks for every cache line of the `bytes` (not 0) at `address`.
inline void PrefetchRange(const void* address, size_t bytes) noexcept {
  const char* const begin = static_cast<const char*>(address);
  for (size_t i = 0; i < bytes; i += kCacheLineBytes) PrefetchLine(begin + i);
  PrefetchLine(begin + bytes - 1);
}

}  // namespace lmzip
