// What of the mixer can be left out to see what it earns: for measuring alone, never for files.
#pragma once

#include <cstdint>

namespace lmzip {

/// Of the models for text, code and all that is not known (src/mixer/MIXER.md); other kinds of data
/// are modelled as ever, but for the prior. The weights are those that were trained beside the
/// part, and learn while they mix without it.
enum class MixerPart : uint8_t {
  kNone,
  kPrior,       // what was trained before: histories of contexts, cells, weights, curves
  kLowOrders,   // contexts of the last 0 to 2 bytes
  kHighOrders,  // of the last 3 to 6
  kWords,       // the word so far, and the one before
  kLines,       // the line above, columns, fields
  kGaps,        // bytes before the last ones
  kRecords,     // rows of equal length
  kClasses,     // what kinds of characters there were
  kMatches,     // what followed the last occurrence of the bytes before
  kMaps,        // the last correction, by what came of such probabilities
};

}  // namespace lmzip
