#include "mixer/sample_kernels.h"

namespace lmzip {

const SampleKernels& SampleKernelsFor(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx512Vnni) return kAvx512Samples;
  if (isa == Isa::kAvx2) return kAvx2Samples;
#endif
  static_cast<void>(isa);
  return kPortableSamples;
}

}  // namespace lmzip
