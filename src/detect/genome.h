// Long runs of letters of nucleotides, in lines or without.
#pragma once

#include "base/bytes.h"
#include "detect/finder.h"

namespace lmzip::detect {

/// FASTA's sequences without the lines between that name them, and whatever else is written so.
void FindGenomes(ByteView content, Finder& finder);

}  // namespace lmzip::detect
