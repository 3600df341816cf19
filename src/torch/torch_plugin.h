// What the program and liblmzip_torch.so share. No libtorch types here.
#pragma once

#include "base/random_access.h"
#include "model/predictor.h"

namespace lmzip {

inline constexpr const char* kTorchOpenSymbol = "lmzip_torch_open";

/// A model that runs the TorchScript `archive`, read once, on `device` ("cpu", "cuda" or "cuda:N"),
/// a pinned one with `threads` threads in each of libtorch's operations. The caller owns it. Throws
/// Error{kModelLoad} when libtorch cannot load the archive, Error{kUsage} when there is no such
/// device.
using TorchOpenFunction = Model*(const RandomAccess& archive, const char* device, int threads);

}  // namespace lmzip
