#include "mixer/sample_loops.h"

namespace lmzip {

const SampleKernels kPortableSamples = kKernels;

}  // namespace lmzip
