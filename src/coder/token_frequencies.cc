#include "coder/token_frequencies.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace lmzip {
namespace {

constexpr uint32_t kTotal = 1u << kSymbolFrequencyBits;
// The floors together take this much at least: it bounds what the surest token costs from below,
// and so how much content a short code can stand for (FORMAT.md 5.4).
constexpr uint32_t kFloors = 1u << 13;

}  // namespace

const FrequencyKernels& FrequencyKernelsFor(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx512Vnni) return kAvx512FrequencyKernels;
  if (isa == Isa::kAvx2) return kAvx2FrequencyKernels;
#endif
  static_cast<void>(isa);
  return kPortableFrequencyKernels;
}

TokenFrequencies::TokenFrequencies(int vocabulary, Isa isa)
    : kernels_(FrequencyKernelsFor(isa)),
      floor_((kFloors + static_cast<uint32_t>(vocabulary) - 1) / static_cast<uint32_t>(vocabulary)),
      frequencies_(vocabulary),
      sums_((vocabulary + kFrequencyBlock - 1) / kFrequencyBlock),
      tops_(sums_.size()) {
  LMZIP_CHECK(vocabulary >= 2 && vocabulary <= kMaxTokens);
}

void TokenFrequencies::Assign(const int16_t* logits) noexcept {
  const int count = vocabulary();
  kernels_.tops(logits, count, tops_.data());
  const auto top_block = std::max_element(tops_.begin(), tops_.end());
  const uint64_t weights = kernels_.weigh(logits, count, *top_block, frequencies_.data());
  const uint64_t shared = kTotal - floor_ * static_cast<uint32_t>(count);
  // weights >= 2^23, the largest logit's own: the factor fits 32 bits.
  const auto factor = static_cast<uint32_t>((shared << kFactorBits) / weights);
  kernels_.scale(frequencies_.data(), count, factor, floor_, sums_.data());
  const auto block = top_block - tops_.begin();
  const int16_t* const top =
      std::find(logits + block * kFrequencyBlock, logits + count, *top_block);
  const uint32_t rest = kTotal - std::accumulate(sums_.begin(), sums_.end(), 0u);
  frequencies_[top - logits] += rest;
  sums_[block] += rest;
}

FrequencyInterval TokenFrequencies::Of(int32_t token) const noexcept {
  const int32_t block = token / kFrequencyBlock;
  const uint32_t before = std::accumulate(sums_.begin(), sums_.begin() + block, 0u);
  return {.cumulative = std::accumulate(frequencies_.begin() + block * kFrequencyBlock,
                                        frequencies_.begin() + token, before),
          .frequency = frequencies_[token]};
}

int32_t TokenFrequencies::Find(uint32_t target, FrequencyInterval& interval) const noexcept {
  uint32_t begin = 0;
  int32_t block = 0;
  while (target - begin >= sums_[block]) begin += sums_[block++];
  int32_t token = block * kFrequencyBlock;
  while (target - begin >= frequencies_[token]) begin += frequencies_[token++];
  interval = {.cumulative = begin, .frequency = frequencies_[token]};
  return token;
}

}  // namespace lmzip
