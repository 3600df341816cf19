// Seeded content. Engines are std::mt19937_64 and no distribution of the library's is used, so that
// the same seed means the same bytes everywhere.
#pragma once

#include <random>

#include "base/bytes.h"

namespace lmzip::testing {

using Random = std::mt19937_64;

/// Uniform in [0, bound), nearly.
inline uint64_t Below(Random& random, uint64_t bound) { return random() % bound; }

inline Bytes UniformBytes(size_t count, uint64_t seed) {
  Random random(seed);
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

/// Words of a small seeded vocabulary: compressible, with long repeats.
inline Bytes WordyBytes(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<Bytes> words(64);
  for (Bytes& word : words) {
    word.resize(2 + Below(random, 9));
    for (uint8_t& byte : word) byte = static_cast<uint8_t>('a' + Below(random, 26));
    word.push_back(Below(random, 8) == 0 ? '\n' : ' ');
  }
  Bytes bytes;
  while (bytes.size() < count) {
    const Bytes& word = words[Below(random, Below(random, words.size()) + 1)];
    bytes.insert(bytes.end(), word.begin(), word.end());
  }
  bytes.resize(count);
  return bytes;
}

/// Mostly what came before, from anywhere, for a mixer costs time.
inline Bytes RepeatingBytes(Random& random, size_t size) {
  Bytes bytes = UniformBytes(300 + Below(random, 1000), random());
  while (bytes.size() < size) {
    const size_t begin = Below(random, bytes.size());
    const size_t length = std::min<size_t>(bytes.size() - begin, 100 + Below(random, 3000));
    const Bytes piece(bytes.begin() + ptrdiff_t(begin), bytes.begin() + ptrdiff_t(begin + length));
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    const Bytes fresh = Below(random, 4) ? UniformBytes(Below(random, 30), random())
                                         : WordyBytes(Below(random, 300), random());
    bytes.insert(bytes.end(), fresh.begin(), fresh.end());
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace lmzip::testing
