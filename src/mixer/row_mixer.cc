#include "mixer/row_mixer.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "mixer/logistic.h"

namespace lmzip {
namespace {

constexpr int32_t kCountLimit = 1024;  // of a row's updates and one

// No product or sum exceeds 32 bits (MIXER.md, "Rows"): inputs are within +-kMostInput.
constexpr int64_t kMostInput = 32768 >> 3;
static_assert(static_cast<int64_t>(kMostRowInputs) * (kMostInput * kMaxWeight >> 8) <= INT32_MAX);

constexpr size_t RoundUp(size_t count) { return (count + kRowStep - 1) / kRowStep * kRowStep; }

size_t StrideOf(const RowMixer::Shape& shape) {
  return RoundUp(shape.first_weights.size()) + kRowStep;
}

size_t RowsOf(const RowMixer::Shape& shape) {
  return std::accumulate(shape.set_rows.begin(), shape.set_rows.end(), size_t{0});
}

size_t LastRowsOf(const RowMixer::Shape& shape) {
  return std::accumulate(shape.last_rows.begin(), shape.last_rows.end(), size_t{0});
}

// The step of a row's weights in units of 1/2^14 of the inputs; `goal` is the bit in 1/65536.
int32_t ErrorOf(int32_t goal, int32_t output, int32_t rate) {
  return ((goal - SquashWithin(output)) * rate) >> 10;
}

}  // namespace

RowMixer::RowMixer(const MixKernels& kernels, Shape shape)
    : kernels_(kernels),
      shape_(std::move(shape)),
      stride_(StrideOf(shape_)),
      rows_(RowsOf(shape_) * stride_),
      last_rows_(LastRowsOf(shape_) * LastStride()) {
  LMZIP_CHECK(shape_.first_weights.size() <= kMostRowInputs);
  LMZIP_CHECK(shape_.set_rows.size() <= kMostSets);
  size_t begin = 0;
  for (const size_t rows : shape_.set_rows) {
    set_begin_.push_back(begin);
    begin += rows;
  }
}

size_t RowMixer::Bytes(const Shape& shape) noexcept {
  return MappedBytes(RowsOf(shape) * StrideOf(shape) * sizeof(int32_t)) +
         MappedBytes(LastRowsOf(shape) * (kMostSets + kRowStep) * sizeof(int32_t));
}

int32_t* RowMixer::RowAt(size_t set, size_t row) noexcept {
  int32_t* const weights = &rows_[(set_begin_[set] + row) * stride_];
  int32_t& count = weights[stride_ - kRowStep];
  if (count == 0) {
    count = 1;
    std::ranges::copy(shape_.first_weights, weights);
  }
  return weights;
}

int32_t* RowMixer::LastRowAt(size_t set, size_t row) noexcept {
  const size_t number = row + (set == 0 ? 0 : shape_.last_rows[0]);
  int32_t* const weights = &last_rows_[number * LastStride()];
  int32_t& used = weights[kMostSets];
  if (used == 0) {
    used = 1;
    std::fill_n(weights, sets_, (1 << kWeightBits) / static_cast<int32_t>(sets_));
  }
  return weights;
}

int RowMixer::Mix(size_t count, std::span<const uint32_t> selected,
                  const std::array<uint32_t, kLastSets>& last) noexcept {
  count_ = RoundUp(count);
  sets_ = selected.size();
  std::fill(inputs_.begin() + static_cast<ptrdiff_t>(count),
            inputs_.begin() + static_cast<ptrdiff_t>(count_), 0);
  for (size_t s = 0; s < sets_; ++s) used_[s] = RowAt(s, selected[s]);
  kernels_.mix_rows(inputs_.data(), count_, {used_.data(), sets_}, outputs_.data());
  int32_t sum_of_results = 0;
  for (size_t l = 0; l < kLastSets; ++l) {
    used_last_[l] = LastRowAt(l, last[l]);
    int32_t sum = 0;
    for (size_t s = 0; s < sets_; ++s) sum += (outputs_[s] * used_last_[l][s]) >> 8;
    results_[l] = std::clamp(sum >> 8, -kSquashLimit, kSquashLimit);
    sum_of_results += results_[l];
  }
  return sum_of_results >> 1;
}

void RowMixer::Update(int bit) noexcept {
  const int32_t goal = bit << 16;
  std::array<int32_t, kMostSets> errors;
  for (size_t s = 0; s < sets_; ++s) {
    int32_t& count = used_[s][stride_ - kRowStep];
    const int32_t rate = shape_.rates.row + shape_.rates.early / (count + 15);
    errors[s] = ErrorOf(goal, outputs_[s], rate);
    count += count < kCountLimit;
  }
  kernels_.train_rows(inputs_.data(), count_, {used_.data(), sets_}, errors.data());
  for (size_t l = 0; l < kLastSets; ++l) {
    const int32_t error = ErrorOf(goal, results_[l], shape_.rates.last);
    for (size_t s = 0; s < sets_; ++s) {
      const int32_t step = (outputs_[s] * error + (1 << (kErrorBits - 1))) >> kErrorBits;
      used_last_[l][s] = std::clamp(used_last_[l][s] + step, -kMaxWeight, kMaxWeight);
    }
  }
}

}  // namespace lmzip
