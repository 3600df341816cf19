#include "mixer/mix_x86.h"

namespace lmzip {

const MixKernels kAvx2Kernels = kVectorKernels<Avx2>;

}  // namespace lmzip
