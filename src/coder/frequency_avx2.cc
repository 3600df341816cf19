#include "coder/frequency_loops.h"

namespace lmzip {

const FrequencyKernels kAvx2FrequencyKernels = {Tops, Weigh, Scale, FillTree};

}  // namespace lmzip
