// Which copies are worth their entries in the list.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "chunker/copy_list.h"

namespace lmzip {

/// Of those in a list with far copies the ones that are long enough for what their content would
/// cost otherwise, as samples tell: a list entry takes some bytes, and what goes on behind a copy
/// has lost its context. `cost`: of so much residue, in bytes.
std::vector<Copy> CopiesThatPay(ByteView content, std::span<const Copy> copies,
                                const std::function<uint64_t(ByteView)>& cost);

/// Of a frame of `content_bytes` at `position` of a stream with references: without those of the
/// stream before it where they stand for so little that it is not worth needing other frames.
std::vector<Copy> WithoutNeedless(std::span<const Copy> copies, uint64_t content_bytes,
                                  uint64_t position);

}  // namespace lmzip
