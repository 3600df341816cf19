// A plug-in of another release: see plugin_test.cc.
#include "base/plugin.h"

extern "C" int lmzip_plugin_interface() { return lmzip::kPluginInterface + 1; }
extern "C" void lmzip_tokenizer_open() {}
