#include "mixer/sample_loops.h"

namespace lmzip {

const SampleKernels kAvx2Samples = kKernels;

}  // namespace lmzip
