#include "base/plugin.h"
#include "eval/peers.h"

namespace lmzip {

const Peers& OpenPeers() {
  constexpr PluginName kPeersPlugin = {
      .what = "the comparison with other compressors",
      .file = "liblmzip_peers.so",
      .variable = "LMZIP_PEERS_PLUGIN",
      .hint = "build lmzip with zlib, liblzma, libpng and libFLAC"};
  static const auto* const peers =
      reinterpret_cast<PeersOpenFunction*>(OpenPlugin(kPeersPlugin, kPeersOpenSymbol))();
  return *peers;
}

}  // namespace lmzip
