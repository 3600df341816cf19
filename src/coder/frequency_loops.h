// The loops of the frequency kernels, for a file an instruction set to compile: the compiler
// vectorises them. No library templates here (see engine/kernels.h).
#pragma once

#include "coder/exp2_table.h"
#include "coder/frequency_kernels.h"

namespace lmzip {
namespace {

/// Calls body(b, begin, end) for every block b of the vocabulary.
template <typename Body>
inline void ForBlocks(int count, const Body& body) {
  for (int b = 0, begin = 0; begin < count; ++b, begin += kFrequencyBlock) {
    body(b, begin, begin + kFrequencyBlock < count ? begin + kFrequencyBlock : count);
  }
}

void Tops(const int16_t* logits, int count, int16_t* tops) {
  ForBlocks(count, [=](int b, int begin, int end) {
    int16_t top = logits[begin];
    for (int i = begin; i < end; ++i) top = logits[i] > top ? logits[i] : top;
    tops[b] = top;
  });
}

uint64_t Weigh(const int16_t* logits, int count, int32_t top, uint32_t* weights) {
  uint64_t total = 0;
  ForBlocks(count, [=, &total](int, int begin, int end) {
    uint32_t sum = 0;  // at most 256 * 2^23
    for (int i = begin; i < end; ++i) {
      const auto distance = static_cast<uint32_t>(top - logits[i]);
      const uint32_t octaves = distance >> 8;
      weights[i] = kExp2[distance & 255] >> (octaves < 31 ? octaves : 31);
      sum += weights[i];
    }
    total += sum;
  });
  return total;
}

void Scale(uint32_t* weights, int count, uint32_t factor, uint32_t floor, uint32_t* sums) {
  ForBlocks(count, [=](int b, int begin, int end) {
    uint32_t sum = 0;
    for (int i = begin; i < end; ++i) {
      weights[i] = floor + static_cast<uint32_t>((uint64_t{weights[i]} * factor) >> kFactorBits);
      sum += weights[i];
    }
    sums[b] = sum;
  });
}

void AddPairs(const uint32_t* __restrict pairs, int count, uint32_t* __restrict sums) {
  for (int i = 0; i < count; ++i) sums[i] = pairs[2 * i] + pairs[2 * i + 1];
}

void FillTree(const int16_t* logits, uint32_t* node) {
  constexpr int kBytes = 256;
  int16_t top;
  Tops(logits, kBytes, &top);
  uint32_t* const leaves = node + kBytes;
  Weigh(logits, kBytes, top, leaves);
  for (int b = 0; b < kBytes; ++b) leaves[b] = leaves[b] > 1 ? leaves[b] : 1;
  for (int count = kBytes / 2; count >= 1; count /= 2) {
    AddPairs(node + 2 * count, count, node + count);
  }
}

}  // namespace
}  // namespace lmzip
