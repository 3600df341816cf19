#include "mixer/sample_loops.h"

namespace lmzip {

const SampleKernels kAvx512Samples = kKernels;

}  // namespace lmzip
