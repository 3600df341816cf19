// Files of known kinds, wherever in the content they begin.
#pragma once

#include "base/bytes.h"
#include "detect/finder.h"

namespace lmzip::detect {

void FindFiles(ByteView content, Finder& finder);

}  // namespace lmzip::detect
