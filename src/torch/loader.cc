#include "torch/loader.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "lmzip/error.h"
#include "torch/plugin.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPluginFile = "liblmzip_torch.so";
constexpr const char* kPluginVariable = "LMZIP_TORCH_PLUGIN";

fs::path FindPlugin() {
  if (const char* named = std::getenv(kPluginVariable); named != nullptr && *named != '\0') {
    return fs::absolute(named);  // a bare name would make dlopen search elsewhere
  }
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path();
  const std::vector<fs::path> places = {program / kPluginFile,
                                        program.parent_path() / "lib" / "lmzip" / kPluginFile};
  for (const fs::path& place : places) {
    if (fs::exists(place)) return place;
  }
  throw Error(ErrorCode::kUsage,
              "the torch engine is not installed: neither " + places[0].string() + " nor " +
                  places[1].string() +
                  " exists; build lmzip with libtorch, or name the plug-in in $" + kPluginVariable);
}

template <typename Function>
Function* FindFunction(void* library, const fs::path& path, const char* name) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr) {
    throw Error(ErrorCode::kUsage, path.string() + ": not lmzip's torch engine: no " + name);
  }
  return reinterpret_cast<Function*>(symbol);
}

TorchOpenFunction* LoadPlugin() {
  const fs::path path = FindPlugin();
  // Never closed: the models' code lives in it.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(ErrorCode::kUsage, std::string("the torch engine does not start: ") + dlerror());
  }
  const std::string version =
      FindFunction<TorchVersionFunction>(library, path, kTorchVersionSymbol)();
  if (version != LMZIP_VERSION) {
    throw Error(ErrorCode::kUsage,
                path.string() + ": belongs to lmzip " + version + ", this is lmzip " LMZIP_VERSION);
  }
  return FindFunction<TorchOpenFunction>(library, path, kTorchOpenSymbol);
}

}  // namespace

std::unique_ptr<Model> OpenTorchModel(ByteView archive, const std::string& device, int threads) {
  static TorchOpenFunction* const open = LoadPlugin();
  return std::unique_ptr<Model>(open(archive.data(), archive.size(), device.c_str(), threads));
}

}  // namespace lmzip
