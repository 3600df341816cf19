// The entry points of liblmzip_peers.so; everything else in it is hidden.
#include "base/plugin.h"
#include "eval/peer_functions.h"
#include "lmzip/error.h"

namespace lmzip {

void PeerFailed(const char* library, const std::string& what) {
  throw Error(ErrorCode::kLimit, std::string(library) + ": " + what);
}

namespace {

using Measure = uint64_t(ByteView bytes, const DataForm& form);

class BuiltPeers final : public Peers {
 public:
  BuiltPeers() {
#ifdef LMZIP_WITH_ZLIB
    Add("gzip", GzipSetting(), GzipBytes);
#else
    missing_.push_back("gzip");
#endif
#ifdef LMZIP_WITH_LZMA
    Add("LZMA2", LzmaSetting(), LzmaBytes);
#else
    missing_.push_back("LZMA2");
#endif
#ifdef LMZIP_WITH_PNG
    Add("PNG", PngSetting(), PngBytes);
#else
    missing_.push_back("PNG");
#endif
#ifdef LMZIP_WITH_FLAC
    Add("FLAC", FlacSetting(), FlacBytes);
#else
    missing_.push_back("FLAC");
#endif
#ifdef LMZIP_WITH_ZSTD
    Add("zstd", ZstdSetting(), ZstdBytes);
#else
    missing_.push_back("zstd");
#endif
#ifdef LMZIP_WITH_BROTLI
    Add("brotli", BrotliSetting(), BrotliBytes);
#else
    missing_.push_back("brotli");
#endif
  }

  const std::vector<PeerDescription>& list() const override { return list_; }
  const std::vector<std::string>& missing() const override { return missing_; }
  uint64_t CodedBytes(size_t peer, ByteView bytes, const DataForm& form) const override {
    return measures_.at(peer)(bytes, form);
  }

 private:
  [[maybe_unused]] void Add(const char* name, std::string setting, Measure* measure) {
    list_.push_back({name, std::move(setting)});
    measures_.push_back(measure);
  }

  std::vector<PeerDescription> list_;
  std::vector<Measure*> measures_;
  std::vector<std::string> missing_;
};

}  // namespace
}  // namespace lmzip

extern "C" {

__attribute__((visibility("default"))) int lmzip_plugin_interface() {
  return lmzip::kPluginInterface;
}

__attribute__((visibility("default"))) const lmzip::Peers* lmzip_peers_open() {
  static const lmzip::BuiltPeers peers;
  return &peers;
}

static_assert(std::is_same_v<decltype(lmzip_plugin_interface), lmzip::PluginInterfaceFunction>);
static_assert(std::is_same_v<decltype(lmzip_peers_open), lmzip::PeersOpenFunction>);
}
