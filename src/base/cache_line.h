// The unit in which memory is fetched.
#pragma once

#include <cstddef>

namespace lmzip {

inline constexpr size_t kCacheLineBytes = 64;

}  // namespace lmzip
