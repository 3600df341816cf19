// What a damaged header of the short form may have been (FORMAT.md 2.2). Its content's check, which
// covers the header, tells.
#pragma once

#include <array>
#include <vector>

#include "format/headers.h"

namespace lmzip {

/// What coded content names: its model, or model and references.
using ShortFormId = std::array<uint8_t, kShortFormIdBytes>;
ShortFormId ShortFormIdOf(const ShortModelId& model);
ShortFormId ShortFormIdOf(uint32_t reference_check);

/// Headers in the short form, of content, that became the beginning of `bytes` by damage to the
/// magic, to the id (then it is one of `ids`), and to one byte of the rest. Few: their own check
/// holds.
std::vector<StreamHeader> ShortFormRepairs(ByteView bytes, std::span<const ShortFormId> ids);

}  // namespace lmzip
