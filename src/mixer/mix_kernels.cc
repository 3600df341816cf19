#include "mixer/mix_kernels.h"

namespace lmzip {

const MixKernels& MixKernelsFor(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx512Vnni) return kAvx512Kernels;
  if (isa == Isa::kAvx2) return kAvx2Kernels;
#endif
  static_cast<void>(isa);
  return kPortableKernels;
}

}  // namespace lmzip
