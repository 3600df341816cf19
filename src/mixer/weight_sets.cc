#include "mixer/weight_sets.h"

#include <algorithm>

namespace lmzip {
namespace {

constexpr size_t kCountPlace = kInputs - 1, kMarkPlace = kFinalPlaces - 1;
constexpr int32_t kUntouched = 0;    // there
constexpr int32_t kFirstUpdate = 1;  // the count of a row that has its first weights

constexpr int kStoredShift = 4;  // trained weights are in 1/2^12

// The lowest number that is stored would be one beyond -kMaxWeight.
constexpr int32_t FromStored(int16_t weight) {
  return std::max(weight * (1 << kStoredShift), -kMaxWeight);
}

// No product or sum exceeds 32 bits (MIXER.md, 11). Inputs are within +-4096: probabilities in
// 1/65536, from the middle, >> 3; logistic ones are within +-kStretchLimit.
constexpr int64_t kMostInput = 32768 >> 3;
static_assert(kStretchLimit <= kMostInput);
static_assert(kMostInput * kMaxWeight <= INT32_MAX);
static_assert(static_cast<int64_t>(kInputs) * (kMostInput * kMaxWeight >> 8) <= INT32_MAX);

constexpr int kRate = 45;             // of a row in the long run, and
constexpr int kEarlyRate = 1600;      // more by this over (count + 16)
constexpr int32_t kRateCount = 1023;  // where the count stops
constexpr int kFinalRate = 30;

// 2^16 times the first weight of every input.
constexpr auto kFirstWeights = [] {
  std::array<int32_t, kInputs> first{};
  for (size_t i = 0; i < 2 * kSlots; i += 2) first[i] = 20000;  // contexts
  first[2 * kSlots] = first[2 * kSlots + 2] = 20000;            // matches
  first[2 * kSlots + 4] = 20000;                                // the network
  first[kCountPlace] = kFirstUpdate;
  return first;
}();

constexpr auto kRates = [] {
  std::array<int32_t, kRateCount + 1> rates{};
  for (int32_t n = 0; n <= kRateCount; ++n) {
    rates[static_cast<size_t>(n)] = kRate + kEarlyRate / (n + 16);
  }
  return rates;
}();

constexpr int64_t kMostError = int64_t{65536} * std::ranges::max(kRates) >> 10;
static_assert(int64_t{65536} * std::ranges::max(kRates) <= INT32_MAX);
static_assert(kMostInput * kMostError + (1 << (kErrorBits - 1)) <= INT32_MAX);

// The step of a row's weights in units of 1/2^14 of the inputs; `goal` is the bit in 1/65536.
int32_t ErrorOf(int32_t goal, int32_t output, int32_t rate) {
  return ((goal - SquashWithin(output)) * rate) >> 10;
}

}  // namespace

WeightSets::WeightSets(const MixKernels& kernels, const FirstWeights& first)
    : kernels_(kernels), first_(first), rows_(kAllRows), final_rows_(kAllFinalRows) {}

void WeightSets::Touch(WeightRow& row, size_t index) const noexcept {
  row.weights = kFirstWeights;
  if (first_.rows == nullptr) return;
  const int16_t* trained = first_.rows + index * kInputs;
  if (trained[kCountPlace] == kUntouched) return;
  for (size_t i = 0; i < kCountPlace; ++i) row.weights[i] = FromStored(trained[i]);
  row.weights[kCountPlace] = std::clamp<int32_t>(trained[kCountPlace], kFirstUpdate, kRateCount);
}

void WeightSets::TouchFinal(FinalRow& row, size_t index) const noexcept {
  row.weights[kMarkPlace] = kUntouched + 1;
  std::fill_n(row.weights.begin(), kSets, (1 << kWeightBits) / static_cast<int32_t>(kSets));
  if (first_.final_rows == nullptr) return;
  const int16_t* trained = first_.final_rows + index * kSets;
  if (trained[0] == kUntouched) return;
  for (size_t s = 0; s < kSets; ++s) row.weights[s] = FromStored(trained[s]);
}

int WeightSets::Mix(bool network, const std::array<size_t, kSets>& selected,
                    size_t final_row) noexcept {
  for (size_t s = 0; s < kSets; ++s) {
    const size_t index = IndexOf(network, s, selected[s]);
    WeightRow& row = rows_[index];
    if (row.weights[kCountPlace] == kUntouched) Touch(row, index);
    mix_.rows[s] = &row;
  }
  const size_t final_index = final_row + (network ? kFinalRows : 0);
  mix_.final_row = &final_rows_[final_index];
  if (mix_.final_row->weights[kMarkPlace] == kUntouched) {
    TouchFinal(*mix_.final_row, final_index);
  }
  kernels_.mix(mix_);
  return mix_.result;
}

void WeightSets::Update(int bit) noexcept {
  const int32_t goal = bit << 16;
  MixErrors errors;
  for (size_t s = 0; s < kSets; ++s) {
    int32_t& count = mix_.rows[s]->weights[kCountPlace];
    errors.rows[s] = ErrorOf(goal, mix_.outputs[s], kRates[static_cast<size_t>(count)]);
    count += count < kRateCount;
  }
  errors.final_row = ErrorOf(goal, mix_.result, kFinalRate);
  kernels_.train(mix_, errors);
}

void WeightSets::Export(std::span<int16_t> rows, std::span<int16_t> final_rows) const noexcept {
  const auto store = [](int32_t weight) { return static_cast<int16_t>(weight >> kStoredShift); };
  for (size_t r = 0; r < rows_.size(); ++r) {
    const auto& weights = rows_[r].weights;
    if (weights[kCountPlace] == kUntouched) continue;
    const size_t at = r * kInputs;
    for (size_t i = 0; i < kCountPlace; ++i) rows[at + i] = store(weights[i]);
    rows[at + kCountPlace] = static_cast<int16_t>(weights[kCountPlace]);
  }
  for (size_t r = 0; r < final_rows_.size(); ++r) {
    if (final_rows_[r].weights[kMarkPlace] == kUntouched) continue;
    for (size_t s = 0; s < kSets; ++s) final_rows[r * kSets + s] = store(final_rows_[r].weights[s]);
  }
}

}  // namespace lmzip
