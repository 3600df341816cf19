// Shared libraries that belong to lmzip and are opened at the first use: what they link costs no
// start of a program anything, and their libraries' symbols meet no others.
#pragma once

#include <filesystem>
#include <string>

namespace lmzip {

struct PluginName {
  const char* what;      // for messages: "the torch engine"
  const char* file;      // "liblmzip_x.so", searched for beside OwnFile(), then lib/lmzip
  const char* variable;  // of the environment; names another file
  const char* hint;      // how to come by it
};

/// The interface between program and plug-ins: the headers that tests/unit/plugin_test.cc lists.
/// Whoever changes one of them raises this; the test says so.
inline constexpr int kPluginInterface = 4;

/// The interface that a plug-in was built for: exported by each as `extern "C"`.
using PluginInterfaceFunction = int();
inline constexpr const char* kPluginInterfaceSymbol = "lmzip_plugin_interface";

/// Opens the plug-in for good and finds its function `symbol`: in `folder` unless that is empty,
/// else where $VARIABLE says, else where lmzip is installed. Throws Error{kUsage} when there is
/// none or it is built for another interface.
void* OpenPlugin(const PluginName& plugin, const char* symbol,
                 const std::filesystem::path& folder = {});

}  // namespace lmzip
