// Who reads which kind of file: each looks at what may be one, from its first byte on, and adds
// what it holds to the finder, or nothing.
#pragma once

#include "detect/fields.h"
#include "detect/finder.h"

namespace lmzip::detect {

void FindInBmp(const Fields& file, Finder& finder);
void FindInIco(const Fields& file, Finder& finder);     // and CUR
void FindInNetpbm(const Fields& file, Finder& finder);  // PNM, PAM, PFM
void FindInTga(const Fields& file, Finder& finder);
void FindInTiff(const Fields& file, Finder& finder);  // and BigTIFF

void FindInDicom(const Fields& file, Finder& finder);
void FindInFits(const Fields& file, Finder& finder);
void FindInNifti(const Fields& file, Finder& finder);
void FindInNpy(const Fields& file, Finder& finder);

void FindInSheets(const Fields& file, Finder& finder);  // BIFF
void FindInTrueType(const Fields& file, Finder& finder);

void FindInAiff(const Fields& file, Finder& finder);  // AIFF, AIFC, 8SVX
void FindInAu(const Fields& file, Finder& finder);
void FindInCaf(const Fields& file, Finder& finder);
void FindInVoc(const Fields& file, Finder& finder);
void FindInWav(const Fields& file, Finder& finder);  // RIFF, RIFX, RF64

void FindInIt(const Fields& file, Finder& finder);
void FindInMod(const Fields& file, Finder& finder);
void FindInPatch(const Fields& file, Finder& finder);
void FindInS3m(const Fields& file, Finder& finder);
void FindInSoundFont(const Fields& file, Finder& finder);

void FindInElf(const Fields& file, Finder& finder);
void FindInJavaClass(const Fields& file, Finder& finder);
void FindInMachO(const Fields& file, Finder& finder);
void FindInWindowsProgram(const Fields& file, Finder& finder);

void FindInTar(const Fields& file, Finder& finder);
void FindInZip(const Fields& file, Finder& finder);  // its stored members

}  // namespace lmzip::detect
