#include <zstd.h>

#include "eval/peer_functions.h"

namespace lmzip {

uint64_t ZstdBytes(ByteView bytes, const DataForm&) {
  Bytes out(ZSTD_compressBound(bytes.size()));
  const size_t coded =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), ZSTD_maxCLevel());
  if (ZSTD_isError(coded)) PeerFailed("libzstd", ZSTD_getErrorName(coded));
  return coded;
}

std::string ZstdSetting() {
  return std::string("libzstd ") + ZSTD_versionString() + ", level " +
         std::to_string(ZSTD_maxCLevel());
}

}  // namespace lmzip
