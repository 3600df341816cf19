#include "engine/neon.h"

namespace lmzip {
namespace {

struct NeonDot : DotProducts {
  static constexpr Isa kIsa = Isa::kNeonDot;
  static constexpr int kPreferredLanes = 4;  // a guess: no such machine was measured
  static constexpr bool kMultipliesPairs = false;
};

}  // namespace

const Kernels& NeonDotKernels() {
  static constexpr VectorKernels<NeonDot> kKernels;
  return kKernels;
}

}  // namespace lmzip
