#include "coder/frequency_loops.h"

namespace lmzip {

const FrequencyKernels kAvx512FrequencyKernels = {Tops, Weigh, Scale, FillTree};

}  // namespace lmzip
