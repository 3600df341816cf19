// Shared libraries that belong to the program and are opened at the first use: what they link costs
// no start of the program anything, and their libraries' symbols meet no others.
#pragma once

#include <string>

namespace lmzip {

struct PluginName {
  const char* what;      // for messages: "the torch engine"
  const char* file;      // "liblmzip_x.so", searched for beside the program and in ../lib/lmzip
  const char* variable;  // of the environment; names another file
  const char* hint;      // how to come by it
};

/// The release that a plug-in was built from: exported by each as `extern "C"`. Between releases
/// the interfaces differ.
using PluginVersionFunction = const char*();
inline constexpr const char* kPluginVersionSymbol = "lmzip_plugin_version";

/// Opens the plug-in for good and finds its function `symbol`. Throws Error{kUsage} when there is
/// none or it is of another release than `version`.
void* OpenPlugin(const PluginName& plugin, const char* version, const char* symbol);

}  // namespace lmzip
