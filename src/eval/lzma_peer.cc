#include <lzma.h>

#include <algorithm>

#include "eval/peer_functions.h"

namespace lmzip {

// Raw, without a container: as the paper does.
uint64_t LzmaBytes(ByteView bytes, const DataForm&) {
  lzma_options_lzma options;
  if (lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME)) PeerFailed("liblzma", "no preset 9e");
  // No larger than the content, where a larger one finds nothing.
  options.dict_size = static_cast<uint32_t>(
      std::clamp<uint64_t>(bytes.size(), LZMA_DICT_SIZE_MIN, options.dict_size));
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  Bytes out(lzma_stream_buffer_bound(bytes.size()));
  size_t coded = 0;
  const lzma_ret status = lzma_raw_buffer_encode(filters, nullptr, bytes.data(), bytes.size(),
                                                 out.data(), &coded, out.size());
  if (status != LZMA_OK) PeerFailed("liblzma", "status " + std::to_string(status));
  return coded;
}

std::string LzmaSetting() {
  return std::string("liblzma ") + lzma_version_string() + ", preset 9e, raw";
}

}  // namespace lmzip
