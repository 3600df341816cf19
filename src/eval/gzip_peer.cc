#include <zlib.h>

#include <limits>

#include "eval/peer_functions.h"

namespace lmzip {
namespace {

constexpr int kLevel = 9, kGzipWrapper = 16, kMemory = 8;

}  // namespace

uint64_t GzipBytes(ByteView bytes, const DataForm&) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, MAX_WBITS | kGzipWrapper, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    PeerFailed("zlib", "no memory");
  }
  Bytes out(1 << 16);
  uint64_t coded = 0;
  int status = Z_OK;
  size_t given = 0;
  while (status == Z_OK) {
    if (stream.avail_in == 0) {
      const size_t step = std::min<size_t>(bytes.size() - given, 1 << 30);
      stream.next_in = const_cast<uint8_t*>(bytes.data() + given);
      stream.avail_in = static_cast<uInt>(step);
      given += step;
    }
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    status = deflate(&stream, given == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    coded += out.size() - stream.avail_out;
  }
  deflateEnd(&stream);
  if (status != Z_STREAM_END) PeerFailed("zlib", "status " + std::to_string(status));
  return coded;
}

std::string GzipSetting() { return std::string("zlib ") + zlibVersion() + ", level 9"; }

}  // namespace lmzip
