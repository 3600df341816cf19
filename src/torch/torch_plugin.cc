// The entry points of liblmzip_torch.so; everything else in it is hidden.
#include "torch/torch_plugin.h"

#include "base/plugin.h"
#include "torch/torch_model.h"

extern "C" {

__attribute__((visibility("default"))) int lmzip_plugin_interface() {
  return lmzip::kPluginInterface;
}

__attribute__((visibility("default"))) lmzip::Model* lmzip_torch_open(
    const lmzip::RandomAccess& archive, const char* device, int threads) {
  return new lmzip::TorchModel(archive, device, threads);
}

static_assert(std::is_same_v<decltype(lmzip_plugin_interface), lmzip::PluginInterfaceFunction>);
static_assert(std::is_same_v<decltype(lmzip_torch_open), lmzip::TorchOpenFunction>);
}
