// Typed segments that no header tells of, by what the bytes look like.
#pragma once

#include "base/bytes.h"
#include "detect/finder.h"

namespace lmzip::detect {

/// Looks at what the finder has not found yet, and adds guesses.
void GuessSegments(ByteView content, Finder& finder);

}  // namespace lmzip::detect
