// What a damaged header of the short form may have been (FORMAT.md 2.2). Its content's check, which
// covers the header, tells.
#pragma once

#include <vector>

#include "format/headers.h"

namespace lmzip {

/// Headers in the short form, of content, that became the beginning of `bytes` by damage to the
/// magic, to the model's id (then it is one of `ids`), and to one byte of the rest. Few: their own
/// check holds.
std::vector<StreamHeader> ShortFormRepairs(ByteView bytes, std::span<const ShortModelId> ids);

}  // namespace lmzip
