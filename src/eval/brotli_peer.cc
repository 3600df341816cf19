#include <brotli/encode.h>

#include "eval/peer_functions.h"

namespace lmzip {

uint64_t BrotliBytes(ByteView bytes, const DataForm&) {
  size_t coded = BrotliEncoderMaxCompressedSize(bytes.size());
  Bytes out(coded);
  if (coded == 0 || !BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS,
                                           BROTLI_MODE_GENERIC, bytes.size(), bytes.data(), &coded,
                                           out.data())) {
    PeerFailed("libbrotlienc", "cannot encode");
  }
  return coded;
}

std::string BrotliSetting() {
  const uint32_t version = BrotliEncoderVersion();
  return "libbrotlienc " + std::to_string(version >> 24) + "." +
         std::to_string(version >> 12 & 0xFFF) + "." + std::to_string(version & 0xFFF) +
         ", quality 11, window 24";
}

}  // namespace lmzip
