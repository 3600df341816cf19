// Which frames a range of content depends on.
#pragma once

#include <optional>

#include "lmzip/io.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// From where on content must be decoded to have `range`: the begin of the first frame that a frame
/// in it needs, itself or through others. Reads the headers of `source`, and restarts it; nullopt
/// where it cannot, or they are damaged.
std::optional<uint64_t> FirstNeeded(ByteSource& source, const ByteRange& range);

}  // namespace lmzip
