// The entry points of liblmzip_torch.so; everything else in it is hidden.
#include "torch/plugin.h"

#include "base/plugin.h"
#include "torch/torch_model.h"

extern "C" {

__attribute__((visibility("default"))) const char* lmzip_plugin_version() { return LMZIP_VERSION; }

__attribute__((visibility("default"))) lmzip::Model* lmzip_torch_open(const void* archive,
                                                                      size_t bytes,
                                                                      const char* device,
                                                                      int threads) {
  const lmzip::ByteView view(static_cast<const uint8_t*>(archive), bytes);
  return new lmzip::TorchModel(view, device, threads);
}

static_assert(std::is_same_v<decltype(lmzip_plugin_version), lmzip::PluginVersionFunction>);
static_assert(std::is_same_v<decltype(lmzip_torch_open), lmzip::TorchOpenFunction>);
}
