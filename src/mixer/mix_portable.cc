#include <algorithm>

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

}  // namespace

const MixKernels kPortableKernels = {Dot, Train};

}  // namespace lmzip
