#include "mixer/mix_vectors.h"

namespace lmzip {

const MixKernels kAvx2Kernels = {VectorMixer<Avx2>::RunMix, VectorMixer<Avx2>::Train,
                                 VectorMixer<Avx2>::Learn, VectorMixer<Avx2>::MixRows,
                                 VectorMixer<Avx2>::TrainRows};

}  // namespace lmzip
