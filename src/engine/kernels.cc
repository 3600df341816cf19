#include "engine/kernels.h"

namespace lmzip {

const Kernels& KernelsFor(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx2: return Avx2Kernels();
    case Isa::kAvx512Vnni: return Avx512VnniKernels();
#elif defined(LMZIP_NEON)
    case Isa::kNeon: return NeonKernels();
    case Isa::kNeonDot: return NeonDotKernels();
    case Isa::kNeonI8mm: return NeonI8mmKernels();
#elif defined(__wasm_simd128__)
    case Isa::kSimd128: return Simd128Kernels();
#endif
    default: return PortableKernels();
  }
}

}  // namespace lmzip
