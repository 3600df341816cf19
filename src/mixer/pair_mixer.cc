#include "mixer/pair_mixer.h"

#include <algorithm>

#include "base/check.h"
#include "mixer/logistic.h"

namespace lmzip {
namespace {

// A product of an input and a sum of two weights stays within 32 bits.
static_assert(int64_t{4096} * 2 * kMaxPairWeight <= INT32_MAX);

}  // namespace

PairMixer::PairMixer(const MixKernels& kernels, const std::array<size_t, kSetsOfPair>& rows,
                     const Row& first, int32_t rate)
    : kernels_(kernels),
      first_(first),
      rate_(rate),
      second_begin_(rows[0]),
      rows_(rows[0] + rows[1]) {
  LMZIP_CHECK(first.back() != 0);
}

size_t PairMixer::Bytes(const std::array<size_t, kSetsOfPair>& rows) noexcept {
  return MappedBytes((rows[0] + rows[1]) * sizeof(StoredRow));
}

int32_t* PairMixer::RowAt(size_t set, size_t row) noexcept {
  Row& weights = rows_[row + (set == 0 ? 0 : second_begin_)].weights;
  if (weights.back() == 0) weights = first_;
  return weights.data();
}

int PairMixer::Mix(const std::array<size_t, kSetsOfPair>& selected) noexcept {
  for (size_t s = 0; s < kSetsOfPair; ++s) used_[s] = RowAt(s, selected[s]);
  result_ = kernels_.mix_pair(inputs_.data(), used_[0], used_[1]);
  return result_;
}

void PairMixer::Update(int bit) noexcept {
  const int32_t error = (((bit << 16) - SquashWithin(result_)) * rate_) >> 10;
  kernels_.train_pair(inputs_.data(), error, used_[0], used_[1]);
}

}  // namespace lmzip
