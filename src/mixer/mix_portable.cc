#include <algorithm>

#include "mixer/counters.h"
#include "mixer/mix_kernels.h"

namespace lmzip {
namespace {

void Dot(const int32_t* inputs, int count, int32_t* const* rows, int row_count, int32_t* sums) {
  for (int r = 0; r < row_count; ++r) {
    int32_t sum = 0;
    for (int i = 0; i < count; ++i) sum += (inputs[i] * rows[r][i]) >> 8;
    sums[r] = sum;
  }
}

void Train(const int32_t* inputs, int count, int32_t* const* rows, int row_count,
           const int32_t* errors) {
  for (int r = 0; r < row_count; ++r) {
    for (int i = 0; i < count; ++i) {
      const int32_t step = (inputs[i] * errors[r] + (1 << (kErrorBits - 1))) >> kErrorBits;
      rows[r][i] = std::clamp(rows[r][i] + step, -kMaxWeight, kMaxWeight);
    }
  }
}

void Learn(const CounterStates& before, int count, int bit, CounterStates& after) {
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    Cell cell = Cell::FromState(before.cells[i]);
    cell.Update(bit);
    after.cells[i] = cell.state();
    Node node = Node::FromState(static_cast<uint16_t>(before.nodes[i]));
    node.Update(bit);
    after.nodes[i] = node.state();
  }
}

}  // namespace

const MixKernels kPortableKernels = {Dot, Train, Learn};

}  // namespace lmzip
