// A code that is drawn: what is decoded from it are samples of what its model expects.
#pragma once

#include <array>
#include <random>

#include "coder/range_coder.h"

namespace lmzip {

/// Endless, a function of the seed alone: std::mt19937_64's numbers, lowest byte first.
class RandomCode final : public CodeSource {
 public:
  explicit RandomCode(uint64_t seed) : random_(seed) {}
  ByteView Next() noexcept override {
    const uint64_t number = random_();
    for (size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<uint8_t>(number >> 8 * i);
    return bytes_;
  }

 private:
  std::mt19937_64 random_;
  std::array<uint8_t, 8> bytes_;
};

}  // namespace lmzip
