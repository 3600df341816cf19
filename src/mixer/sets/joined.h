// Values of contexts: several numbers as one.
#pragma once

#include <cstdint>

#include "mixer/sets/general_contexts.h"

namespace lmzip {

/// Join(...Join(Join(first, second), third)..., last) of MIXER.md.
constexpr uint64_t Joined(auto first, auto... rest) noexcept {
  uint64_t all = static_cast<uint64_t>(first);
  ((all = Combine(all, static_cast<uint64_t>(rest))), ...);
  return all;
}

}  // namespace lmzip
