// What a result owes to its parts.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lmzip/lmzip.h"

namespace lmzip {

struct PartCost {
  std::string part;         // what is left out; the first: nothing
  uint64_t bytes = 0;       // of the content without it
  std::string methods;      // of its frames
};

/// Content of at most kPartsBytes: all of it, or pieces from places as far from one another.
inline constexpr size_t kPartsBytes = 256 << 10;
std::vector<uint8_t> SampleForParts(std::span<const uint8_t> content);

/// Measures `content` as a whole, and once without each part that `options` use and that can be
/// left out: the network, the mixer, each part of the mixer (by the method that the whole has,
/// where that is one), the models of kinds of data. `progress` may be null.
std::vector<PartCost> CostsWithoutParts(Codec& codec, std::span<const uint8_t> content,
                                        const EncodeOptions& options, Progress* progress);

}  // namespace lmzip
