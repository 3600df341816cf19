#include "base/plugin.h"

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/own_place.h"
#include "base/platform.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

fs::path FindPlugin(const PluginName& plugin, const fs::path& folder) {
  if (!folder.empty()) return fs::absolute(folder / plugin.file);
  if (const char* named = std::getenv(plugin.variable); named != nullptr && *named != '\0') {
    return fs::absolute(named);  // a bare name would make dlopen search elsewhere
  }
  std::vector<fs::path> folders = InstalledFolders("lib/lmzip");
  if (!OwnFile().empty()) folders.insert(folders.begin(), OwnFile().parent_path());  // of a build
  std::string missing;
  for (const fs::path& installed : folders) {
    const fs::path place = installed / plugin.file;
    std::error_code error;
    if (fs::exists(place, error)) return place;
    missing += (missing.empty() ? "neither " : " nor ") + place.string();
  }
  throw Error(ErrorCode::kUsage, std::string(plugin.what) + " is not installed: " +
                                     (missing.empty() ? "where lmzip lies is not known"
                                                      : missing + " exists") + "; " +
                                     plugin.hint + ", or name the plug-in in $" + plugin.variable);
}

void* FindSymbol(void* library, const PluginName& plugin, const fs::path& path, const char* name) {
  void* symbol = platform::FindSymbol(library, name);
  if (symbol != nullptr) return symbol;
  throw Error(ErrorCode::kUsage, path.string() + ": not lmzip's plug-in for " +
                                     std::string(plugin.what) + ": no " + name);
}

}  // namespace

void* OpenPlugin(const PluginName& plugin, const char* symbol, const fs::path& folder) {
  const fs::path path = FindPlugin(plugin, folder);
  std::string reason;
  void* library = platform::OpenLibrary(path, reason);
  if (library == nullptr) {
    throw Error(ErrorCode::kUsage, std::string(plugin.what) + " does not start: " + reason);
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
