// A distribution over tokens as integer frequencies (FORMAT.md 5.5).
#pragma once

#include <cstdint>
#include <vector>

#include "coder/frequency_kernels.h"
#include "coder/range_coder.h"

namespace lmzip {

inline constexpr int kMaxTokens = 32768;  // FORMAT.md 5.5: the sums of weights fit

/// What a symbol owns of [0, 2^kSymbolFrequencyBits).
struct FrequencyInterval {
  uint32_t cumulative;
  uint32_t frequency;  // >= 1
};

/// Once assigned, frequencies are at least 1 and add up to 2^kSymbolFrequencyBits; token i owns the
/// interval behind those of the tokens before it.
class TokenFrequencies {
 public:
  /// REQUIRES: 2 <= vocabulary <= kMaxTokens.
  explicit TokenFrequencies(int vocabulary, Isa isa = ActiveIsa());

  int vocabulary() const { return static_cast<int>(frequencies_.size()); }

  /// logits: [vocabulary] in 1/256 bit.
  void Assign(const int16_t* logits) noexcept;

  FrequencyInterval Of(int32_t token) const noexcept;
  /// The token whose interval, which it stores, holds `target`.
  /// REQUIRES: target < 2^kSymbolFrequencyBits.
  int32_t Find(uint32_t target, FrequencyInterval& interval) const noexcept;

 private:
  const FrequencyKernels& kernels_;
  const uint32_t floor_;  // of a frequency
  std::vector<uint32_t> frequencies_;
  std::vector<uint32_t> sums_;  // of the blocks of kFrequencyBlock tokens
  std::vector<int16_t> tops_;   // the blocks' largest logits
};

}  // namespace lmzip
