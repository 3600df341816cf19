// Cheap looks at bytes: what they are like.
#pragma once

#include "base/bytes.h"

namespace lmzip::detect {

/// Whether bytes are nearer to those a row before than to those elsewhere.
bool HasLikeRows(ByteView bytes, uint64_t row_bytes);

}  // namespace lmzip::detect
