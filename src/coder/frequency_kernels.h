// The passes over a vocabulary that turn logits into frequencies, of tokens or of bytes; every set
// gives the same integers.
#pragma once

#include <cstdint>

#include "base/cpu.h"

namespace lmzip {

inline constexpr int kFrequencyBlock = 256;  // tokens under one partial sum
inline constexpr int kFactorBits = 31;

/// `count` is the size of the vocabulary; block b holds its tokens from b * kFrequencyBlock on.
struct FrequencyKernels {
  /// tops[b]: the largest logit of block b.
  void (*tops)(const int16_t* logits, int count, int16_t* tops);
  /// weights[i] = 2^(23 - d/256) rounded down, by kExp2, d = top - logits[i]. Returns their sum.
  uint64_t (*weigh)(const int16_t* logits, int count, int32_t top, uint32_t* weights);
  /// Makes weights[i] floor + (weights[i] * factor >> kFactorBits). sums[b]: the sum of block b.
  void (*scale)(uint32_t* weights, int count, uint32_t factor, uint32_t floor, uint32_t* sums);
  /// Fills a ByteTree's 512 nodes but the first from 256 logits.
  void (*fill_tree)(const int16_t* logits, uint32_t* node);
};

/// REQUIRES: the machine has `isa`.
const FrequencyKernels& FrequencyKernelsFor(Isa isa);

extern const FrequencyKernels kPortableFrequencyKernels;
extern const FrequencyKernels kAvx2FrequencyKernels;
extern const FrequencyKernels kAvx512FrequencyKernels;

}  // namespace lmzip
