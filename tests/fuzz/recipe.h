// A fuzzer's input as a list of choices: what is made by them is well-formed, and every change of
// the input is another choice.
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace lmzip::fuzz {

/// Every call takes bytes off the input; where it has ended, all choices are 0.
class Recipe {
 public:
  explicit Recipe(ByteView input) : left_(input) {}

  bool done() const { return left_.empty(); }

  uint8_t Byte() { return static_cast<uint8_t>(Below(256)); }

  /// In [0, bound), of as many bytes as the bound needs. REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound) {
    uint64_t value = 0;
    int shift = 0;
    for (uint64_t most = bound - 1; most > 0; most >>= 8, shift += 8) {
      if (left_.empty()) break;
      value |= uint64_t{left_[0]} << shift;
      left_ = left_.subspan(1);
    }
    return value % bound;
  }

  /// In [low, high], both included.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
  }

  bool OneIn(uint64_t n) { return Below(n) == n - 1; }  // an empty input says no

  /// `count` bytes, or all that are left.
  ByteView Take(size_t count) {
    const ByteView taken = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }

  template <typename Container>
  auto& OneOf(Container& container) {
    return *(std::begin(container) + static_cast<ptrdiff_t>(Below(std::size(container))));
  }

 private:
  ByteView left_;
};

/// A number of up to `bits` bits whose length is chosen first: small ones are as likely as large.
inline uint64_t AnyNumber(Recipe& recipe, int bits) {
  const uint64_t length = recipe.Below(static_cast<uint64_t>(bits) + 1);
  return length == 0 ? 0
                     : (uint64_t{1} << (length - 1)) + recipe.Below(uint64_t{1} << (length - 1));
}

/// Content with what coders look for: `size` bytes at most of the input, some of them again.
inline Bytes MakeContent(Recipe& recipe, size_t size) {
  Bytes content;
  do {
    const ByteView piece = recipe.Take(1 + recipe.Below(size));
    const uint64_t times = recipe.OneIn(4) ? 1 + recipe.Below(16) : 1;
    for (uint64_t i = 0; i < times; ++i) content.insert(content.end(), piece.begin(), piece.end());
  } while (!recipe.done() && content.size() < size && recipe.OneIn(2));
  content.resize(std::clamp<size_t>(content.size(), 1, size));
  return content;
}

/// Flips, overwrites, removes, repeats or cuts a few bytes.
inline void DamageBytes(Recipe& recipe, Bytes& bytes) {
  if (bytes.empty()) return;
  const auto at = bytes.begin() + static_cast<ptrdiff_t>(recipe.Below(bytes.size()));
  const auto end =
      at + static_cast<ptrdiff_t>(recipe.Below(std::min<uint64_t>(bytes.end() - at, 64) + 1));
  switch (recipe.Below(6)) {
    case 0: *at ^= static_cast<uint8_t>(1 << recipe.Below(8)); break;
    case 1: *at = recipe.Byte(); break;
    case 2: bytes.erase(at, end); break;
    case 3: {
      const Bytes piece(at, end);
      bytes.insert(at, piece.begin(), piece.end());
      break;
    }
    case 4: std::fill(at, end, recipe.Byte()); break;
    default: bytes.erase(at, bytes.end());
  }
}

}  // namespace lmzip::fuzz
