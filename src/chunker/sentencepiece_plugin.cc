// liblmzip_tokenizer.so: the only place that includes SentencePiece. Linking the library would cost
// every start of the program 1 ms, and its protobuf would meet that of libtorch.
#include <sentencepiece_processor.h>

#include <type_traits>

#include "base/plugin.h"
#include "chunker/tokenizer.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

class SentencePieceTokenizer final : public Tokenizer {
 public:
  explicit SentencePieceTokenizer(std::string_view model) {
    const auto status = processor_.LoadFromSerializedProto(model);
    if (!status.ok()) {
      throw Error(ErrorCode::kModelLoad, "tokenizer.model: " + status.ToString());
    }
  }

  int vocabulary() const override { return processor_.GetPieceSize(); }

  void Tokenize(std::string_view text, std::vector<int>& tokens) const override {
    if (!processor_.Encode(text, &tokens).ok()) tokens.clear();
  }

 private:
  sentencepiece::SentencePieceProcessor processor_;
};

}  // namespace
}  // namespace lmzip

extern "C" {

__attribute__((visibility("default"))) int lmzip_plugin_interface() {
  return lmzip::kPluginInterface;
}

__attribute__((visibility("default"))) lmzip::Tokenizer* lmzip_tokenizer_open(const void* model,
                                                                              size_t bytes) {
  return new lmzip::SentencePieceTokenizer({static_cast<const char*>(model), bytes});
}

static_assert(std::is_same_v<decltype(lmzip_plugin_interface), lmzip::PluginInterfaceFunction>);
static_assert(std::is_same_v<decltype(lmzip_tokenizer_open), lmzip::TokenizerOpenFunction>);
}
