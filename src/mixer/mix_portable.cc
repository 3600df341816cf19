#include <algorithm>

#include "mixer/counters.h"
#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

int32_t WeighedSum(const int32_t* values, const int32_t* weights, size_t count) {
  int32_t sum = 0;
  for (size_t i = 0; i < count; ++i) sum += (values[i] * weights[i]) >> 8;
  return sum >> 8;
}

template <int32_t kMost = kMaxWeight>
void TrainRow(const int32_t* values, size_t count, int32_t error, int32_t* weights) {
  for (size_t i = 0; i < count; ++i) {
    const int32_t step = (values[i] * error + (1 << (kErrorBits - 1))) >> kErrorBits;
    weights[i] = std::clamp(weights[i] + step, -kMost, kMost);
  }
}

void RunMix(BitMix& mix) {
  for (size_t r = 0; r < kSets; ++r) {
    const int32_t sum = WeighedSum(mix.inputs.data(), mix.rows[r]->weights.data(), kInputs);
    mix.outputs[r] = std::clamp(sum, -kStretchLimit, kStretchLimit);
  }
  const int32_t sum = WeighedSum(mix.outputs.data(), mix.final_row->weights.data(), kSets);
  mix.result = std::clamp(sum, -kSquashLimit, kSquashLimit);
}

void Train(const BitMix& mix, const MixErrors& errors) {
  for (size_t r = 0; r < kSets; ++r) {
    TrainRow(mix.inputs.data(), kInputs, errors.rows[r], mix.rows[r]->weights.data());
  }
  TrainRow(mix.outputs.data(), kSets, errors.final_row, mix.final_row->weights.data());
}

void MixRows(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
             int32_t* outputs) {
  for (size_t r = 0; r < rows.size(); ++r) {
    outputs[r] = std::clamp(WeighedSum(inputs, rows[r], count), -kStretchLimit, kStretchLimit);
  }
}

void TrainRows(const int32_t* inputs, size_t count, std::span<int32_t* const> rows,
               const int32_t* errors) {
  for (size_t r = 0; r < rows.size(); ++r) TrainRow(inputs, count, errors[r], rows[r]);
}

int32_t MixPair(const int32_t* inputs, const int32_t* first, const int32_t* second) {
  int32_t sum = 0;
  for (size_t i = 0; i < kRowStep; ++i) sum += (inputs[i] * (first[i] + second[i])) >> 8;
  return std::clamp(sum >> 8, -kStretchLimit, kStretchLimit);
}

void TrainPair(const int32_t* inputs, int32_t error, int32_t* first, int32_t* second) {
  for (int32_t* weights : {first, second}) {
    TrainRow<kMaxPairWeight>(inputs, kRowStep, error, weights);
  }
}

void Learn(const CounterStates& before, size_t count, int bit, CounterStates& after) {
  for (size_t i = 0; i < count; ++i) {
    Cell cell = Cell::FromState(before.cells[i]);
    cell.Update(bit);
    after.cells[i] = cell.state();
    Node node = Node::FromState(before.nodes[i]);
    node.Update(bit);
    after.nodes[i] = node.state();
  }
}

}  // namespace

const MixKernels kPortableKernels = {RunMix,  Train,     Learn,    MixRows,
                                      TrainRows, MixPair, TrainPair};

}  // namespace lmzip
