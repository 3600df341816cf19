// Fetching memory before it is needed.
#pragma once

namespace lmzip {

/// Asks for the cache line of `address`, which need not be valid.
inline void PrefetchLine(const void* address) noexcept {
  __builtin_prefetch(address);
  asm volatile("");  // g++ takes functions that only prefetch for pure, and drops their calls
}

}  // namespace lmzip
