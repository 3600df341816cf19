#include "mixer/mix_kernels.h"

namespace lmzip {

const MixKernels& MixKernelsFor(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx512Vnni) return kAvx512Kernels;
  if (isa == Isa::kAvx2) return kAvx2Kernels;
#elif defined(LMZIP_NEON)
  if (isa != Isa::kPortable) return kNeonKernels;
#endif
  static_cast<void>(isa);
  return kPortableKernels;
}

}  // namespace lmzip
