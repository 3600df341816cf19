// References for many small files that are alike (CodecOptions::references).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lmzip/export.h"

namespace lmzip {

/// A part of a reference, and where it comes from.
struct ReferencePiece {
  size_t sample = 0;
  uint64_t begin = 0, bytes = 0;  // in it
};

/// Pieces of samples, at most `size` bytes in all, that have most in common with other samples and
/// least with each other, the best one last: put together in this order they are a reference, of
/// whose end mixers learn most. Small samples are pieces as they are, others are cut, behind a
/// line's end where there is one. Nothing where all samples are empty.
///
/// Counts in how many samples every 8 bytes stand, and takes the piece with the highest mean of
/// that, again and again; what a piece has is worth nothing in others. Takes time in proportion to
/// the samples and 16 MiB of memory beside them.
LMZIP_API std::vector<ReferencePiece> ChooseReference(
    std::span<const std::vector<uint8_t>> samples, uint64_t size);

}  // namespace lmzip
