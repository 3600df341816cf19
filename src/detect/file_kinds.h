// Who reads which kind of file: each looks at what may be one, from its first byte on, and adds
// what it holds to the finder, or nothing.
#pragma once

#include "detect/fields.h"
#include "detect/finder.h"

namespace lmzip::detect {

void FindInBmp(const Fields& file, Finder& finder);
void FindInNetpbm(const Fields& file, Finder& finder);  // PNM, PAM
void FindInTiff(const Fields& file, Finder& finder);

void FindInWav(const Fields& file, Finder& finder);  // RIFF, RIFX, RF64

void FindInElf(const Fields& file, Finder& finder);

}  // namespace lmzip::detect
