#include "mixer/mix_vectors.h"

namespace lmzip {

const MixKernels kAvx2Kernels = kVectorKernels<Avx2>;

}  // namespace lmzip
