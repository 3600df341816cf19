#include "mixer/weight_sets.h"

#include <algorithm>

namespace lmzip {
namespace {

constexpr size_t kCountPlace = kInputs - 1;
constexpr int32_t kUntouched = 0;
constexpr int32_t kFirstUpdate = 1;  // the count of a row that has its first weights

constexpr int kStoredShift = 4;  // trained weights are in 1/2^12

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

// The step of a row's weights in units of 1/2^14 of the inputs.
int32_t ErrorOf(int bit, int32_t output, int32_t rate) {
  return (((bit << 16) - Squash(output)) * rate) >> 10;
}

}  // namespace

WeightSets::WeightSets(const MixKernels& kernels, const FirstWeights& first)
    : kernels_(kernels),
      first_(first),
      rows_{ZeroedArray<Row>(2 * kSetRows[0]), ZeroedArray<Row>(2 * kSetRows[1]),
            ZeroedArray<Row>(2 * kSetRows[2]), ZeroedArray<Row>(2 * kSetRows[3]),
            ZeroedArray<Row>(2 * kSetRows[4]), ZeroedArray<Row>(2 * kSetRows[5])},
      final_rows_(2 * kFinalRows) {}

void WeightSets::Touch(Row& row, size_t index) const noexcept {
  const int16_t* trained = first_.rows + index * kInputs;
  if (first_.rows == nullptr || trained[kCountPlace] == kUntouched) {
    row.weights = kFirstWeights;
    return;
  }
  for (size_t i = 0; i < kCountPlace; ++i) row.weights[i] = trained[i] * (1 << kStoredShift);
  row.weights[kCountPlace] = std::clamp<int32_t>(trained[kCountPlace], kFirstUpdate, kRateCount);
}

void WeightSets::TouchFinal(FinalRow& row, size_t index) const noexcept {
  const int16_t* trained = first_.final_rows + index * kSets;
  row.touched = 1;
  row.weights.fill((1 << kWeightBits) / kSets);
  if (first_.final_rows == nullptr || trained[0] == 0) return;
  for (size_t s = 0; s < kSets; ++s) row.weights[s] = trained[s] * (1 << kStoredShift);
}

int WeightSets::Mix(const int32_t* inputs, bool network, const std::array<size_t, kSets>& selected,
                    size_t final_row) noexcept {
  inputs_ = inputs;
  for (size_t s = 0, base = 0; s < kSets; base += 2 * kSetRows[s++]) {
    const size_t index = selected[s] + (network ? kSetRows[s] : 0);
    Row& row = rows_[s][index];
    if (row.weights[kCountPlace] == kUntouched) Touch(row, base + index);
    used_[s] = row.weights.data();
  }
  const size_t final_index = final_row + (network ? kFinalRows : 0);
  used_final_ = &final_rows_[final_index];
  if (used_final_->touched == 0) TouchFinal(*used_final_, final_index);

  kernels_.dot(inputs, kInputs, used_.data(), kSets, outputs_.data());
  int32_t sum = 0;
  for (size_t s = 0; s < kSets; ++s) {
    outputs_[s] = std::clamp(outputs_[s] >> 8, -kStretchLimit, kStretchLimit);
    sum += (outputs_[s] * used_final_->weights[s]) >> 8;
  }
  result_ = std::clamp(sum >> 8, -kSquashLimit, kSquashLimit);
  return result_;
}

void WeightSets::Update(int bit) noexcept {
  std::array<int32_t, kSets> errors;
  for (size_t s = 0; s < kSets; ++s) {
    int32_t& count = used_[s][kCountPlace];
    errors[s] = ErrorOf(bit, outputs_[s], kRates[static_cast<size_t>(count)]);
    if (count < kRateCount) ++count;
  }
  kernels_.train(inputs_, kInputs, used_.data(), kSets, errors.data());
  const int32_t error = ErrorOf(bit, result_, kFinalRate);
  for (size_t s = 0; s < kSets; ++s) {
    int32_t& weight = used_final_->weights[s];
    const int32_t step = (outputs_[s] * error + (1 << (kErrorBits - 1))) >> kErrorBits;
    weight = std::clamp(weight + step, -kMaxWeight, kMaxWeight);
  }
}

void WeightSets::Export(std::span<int16_t> rows, std::span<int16_t> final_rows) const noexcept {
  const auto store = [](int32_t weight) { return static_cast<int16_t>(weight >> kStoredShift); };
  size_t index = 0;
  for (const ZeroedArray<Row>& set : rows_) {
    for (size_t r = 0; r < set.size(); ++r, ++index) {
      const auto& weights = set[r].weights;
      if (weights[kCountPlace] == kUntouched) continue;
      const size_t at = index * kInputs;
      for (size_t i = 0; i < kCountPlace; ++i) rows[at + i] = store(weights[i]);
      rows[at + kCountPlace] = static_cast<int16_t>(weights[kCountPlace]);
    }
  }
  for (size_t r = 0; r < final_rows_.size(); ++r) {
    if (final_rows_[r].touched == 0) continue;
    for (size_t s = 0; s < kSets; ++s) final_rows[r * kSets + s] = store(final_rows_[r].weights[s]);
  }
}

}  // namespace lmzip
