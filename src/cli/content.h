// Content as a whole in memory, for commands that look at it rather than code it.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace lmzip {

using Content = std::vector<uint8_t>;

/// A file or, for "-", standard input; its head where there is more than `limit`. Throws
/// Error{kIo}.
Content ReadContent(const std::string& path, uint64_t limit = std::numeric_limits<uint64_t>::max());

}  // namespace lmzip
