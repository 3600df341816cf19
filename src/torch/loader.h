// Opens models in libtorch, through a plug-in that is itself opened at the first use: linking
// libtorch would cost every start of the program 0.4 s and 160 MB.
#pragma once

#include <memory>
#include <string>

#include "base/random_access.h"
#include "model/predictor.h"

namespace lmzip {

/// A model that runs the TorchScript archive on `device` ("cpu", "cuda" or "cuda:N"). The archive
/// is read once. A call of an exact model computes in its caller's thread: more threads take more
/// predictors. A pinned model uses `threads` threads in each of libtorch's operations.
///
/// The plug-in is liblmzip_torch.so in `plugin_folder`, or what $LMZIP_TORCH_PLUGIN names, or else
/// beside lmzip or in lib/lmzip of its installation. Throws Error{kUsage} when there is none, when
/// it is built for another interface or when the device is missing, and Error{kModelLoad} when
/// libtorch refuses the archive.
std::unique_ptr<Model> OpenTorchModel(const RandomAccess& archive, const std::string& device,
                                      int threads = 1,
                                      const std::filesystem::path& plugin_folder = {});

}  // namespace lmzip
