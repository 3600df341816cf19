#include <cstddef>

constexpr std::size_t kVectorBytes = 16;

#include "mixer/sets/sound_vectors.h"

namespace lmzip {

const SoundKernels kPortableSoundKernels = kKernels;

const SoundKernels& SoundKernelsFor(Isa isa) {
#if defined(__x86_64__)
  // Vectors of 64 bytes are no faster here.
  if (isa != Isa::kPortable) return kAvx2SoundKernels;
#endif
  static_cast<void>(isa);
  return kPortableSoundKernels;
}

}  // namespace lmzip
