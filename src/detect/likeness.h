// Cheap looks at bytes: what they are like. Integers only: what is found decides the bytes written.
#pragma once

#include "base/bytes.h"

namespace lmzip::detect {

/// In 1/256 bit. REQUIRES: value > 0.
uint32_t Log2(uint64_t value);

/// The sum of distances between bytes of [from, from + count) and those `back` before them.
/// REQUIRES: back <= from, from + count <= bytes.size().
uint64_t DistanceBack(ByteView bytes, size_t from, size_t count, size_t back);
/// The same, on the circle of 256 values: -1 is next to 0.
uint64_t CircularDistanceBack(ByteView bytes, size_t from, size_t count, size_t back);

/// How many of [from, from + count) equal the bytes `back` before them and are not `common`; the
/// last few are left out.
uint64_t RareMatchesBack(ByteView bytes, size_t from, size_t count, size_t back, uint8_t common);

/// In 1/256 bit, of all bytes in `step`s from `first` on, by how often each value occurs.
uint64_t EntropyOf(ByteView bytes, size_t first, size_t step);
/// The sum of that of each rank in records of `stride` bytes.
uint64_t EntropyByRank(ByteView bytes, size_t stride);

/// Whether bytes are nearer to those a row before than to those elsewhere.
bool HasLikeRows(ByteView bytes, uint64_t row_bytes);

/// Whether nearly all are letters of ASCII or UTF-8, spaces and ends of lines.
bool LooksLikeText(ByteView bytes);

}  // namespace lmzip::detect
