#include "chunker/tokenizer.h"

#include "base/plugin.h"

namespace lmzip {
namespace {

constexpr PluginName kTokenizerPlugin = {.what = "the tokenizer",
                                         .file = "liblmzip_tokenizer.so",
                                         .variable = "LMZIP_TOKENIZER_PLUGIN",
                                         .hint = "build lmzip with SentencePiece"};

}  // namespace

std::unique_ptr<Tokenizer> OpenTokenizer(ByteView model,
                                         const std::filesystem::path& plugin_folder) {
  static auto* const open = reinterpret_cast<TokenizerOpenFunction*>(
      OpenPlugin(kTokenizerPlugin, kTokenizerOpenSymbol, plugin_folder));
  return std::unique_ptr<Tokenizer>(open(model.data(), model.size()));
}

}  // namespace lmzip
