#include <cstddef>

constexpr std::size_t kVectorBytes = 32;

#include "mixer/sets/sound_vectors.h"

namespace lmzip {

const SoundKernels kAvx2SoundKernels = kKernels;

}  // namespace lmzip
