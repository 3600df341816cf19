// Content as it is measured: as it is, or as the paper prepares it; and the bits that a model of
// ASCII never sees.
#pragma once

#include <string>

#include "eval/peers.h"

namespace lmzip {

enum class Preparation {
  kNone,   // the file, byte for byte
  kPaper,  // .npy, PGM, PPM and WAV become patches and samples of 8 bits; others stay what they are
};

/// The paper's models know ASCII only, so that its data loses bits before they see it.
enum class LostBits {
  kKept,     // none is lost: models of bytes see bytes
  kScaled,   // the paper's code: what is left is taken to compress as well as what was lost
  kCounted,  // the paper's text: each counts as the bit that it is
};

struct Prepared {
  Bytes bytes;
  DataForm form;
};

/// The patches of pictures are 32 rows of 64 gray pixels, from the left and from above, edges left
/// out; gray is the colours' mean, rounded down. Sound is its first channel, in 8 bits: the high
/// byte of 16-bit samples and 128. Arrays of .npy: bytes of one or two dimensions stay as they are,
/// of three they are gray pictures, of four coloured ones; 16-bit integers are sound. `name`: for
/// messages. Throws Error{kUsage} for arrays and sound of other kinds.
Prepared Prepare(Bytes content, Preparation how, const std::string& name);

/// Takes the bits away: of text, which is to say UTF-8, the highest of bytes that are not ASCII,
/// else the lowest of every byte, the others moving down. Returns how many.
uint64_t LoseBits(Bytes& bytes);

}  // namespace lmzip
