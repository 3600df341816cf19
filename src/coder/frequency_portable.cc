#include "coder/frequency_loops.h"

namespace lmzip {

const FrequencyKernels kPortableFrequencyKernels = {Tops, Weigh, Scale, FillTree};

}  // namespace lmzip
