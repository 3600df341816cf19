#include "base/plugin.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "lmzip/error.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

fs::path FindPlugin(const PluginName& plugin) {
  if (const char* named = std::getenv(plugin.variable); named != nullptr && *named != '\0') {
    return fs::absolute(named);  // a bare name would make dlopen search elsewhere
  }
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path();
  const std::vector<fs::path> places = {program / plugin.file,
                                        program.parent_path() / "lib" / "lmzip" / plugin.file};
  for (const fs::path& place : places) {
    if (fs::exists(place)) return place;
  }
  throw Error(ErrorCode::kUsage, std::string(plugin.what) + " is not installed: neither " +
                                     places[0].string() + " nor " + places[1].string() +
                                     " exists; " + plugin.hint + ", or name the plug-in in $" +
                                     plugin.variable);
}

void* FindSymbol(void* library, const PluginName& plugin, const fs::path& path, const char* name) {
  void* symbol = dlsym(library, name);
  if (symbol != nullptr) return symbol;
  throw Error(ErrorCode::kUsage, path.string() + ": not lmzip's plug-in for " +
                                     std::string(plugin.what) + ": no " + name);
}

}  // namespace

void* OpenPlugin(const PluginName& plugin, const char* symbol) {
  const fs::path path = FindPlugin(plugin);
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(ErrorCode::kUsage, std::string(plugin.what) + " does not start: " + dlerror());
  }
  auto* const built_for = reinterpret_cast<PluginInterfaceFunction*>(
      FindSymbol(library, plugin, path, kPluginInterfaceSymbol));
  if (const int theirs = built_for(); theirs != kPluginInterface) {
    throw Error(ErrorCode::kUsage, path.string() + ": built for another lmzip (its interface is " +
                                       std::to_string(theirs) + ", expected " +
                                       std::to_string(kPluginInterface) + ")");
  }
  return FindSymbol(library, plugin, path, symbol);
}

}  // namespace lmzip
