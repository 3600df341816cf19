#include "torch/loader.h"

#include "base/plugin.h"
#include "torch/torch_plugin.h"

namespace lmzip {
namespace {

constexpr PluginName kTorchPlugin = {.what = "the torch engine",
                                     .file = "liblmzip_torch.so",
                                     .variable = "LMZIP_TORCH_PLUGIN",
                                     .hint = "build lmzip with libtorch"};

}  // namespace

std::unique_ptr<Model> OpenTorchModel(const RandomAccess& archive, const std::string& device,
                                      int threads, const std::filesystem::path& plugin_folder) {
  static auto* const open = reinterpret_cast<TorchOpenFunction*>(
      OpenPlugin(kTorchPlugin, kTorchOpenSymbol, plugin_folder));
  return std::unique_ptr<Model>(open(archive, device.c_str(), threads));
}

}  // namespace lmzip
