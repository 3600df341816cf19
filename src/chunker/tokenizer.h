// Text to tokens: the encoder's affair alone, for decoders need only what each token stands for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lmzip {

/// A tokenizer. What it yields is a proposal: callers compare it with the text. Thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  virtual int vocabulary() const = 0;
  /// Replaces `tokens` by those of `text`, valid UTF-8; by none when it cannot.
  virtual void Tokenize(std::string_view text, std::vector<int>& tokens) const = 0;
};

/// Opens a SentencePiece model, through a plug-in: liblmzip_tokenizer.so in `plugin_folder`,
/// or what $LMZIP_TOKENIZER_PLUGIN names, or that of lmzip's installation. Throws Error{kUsage}
/// when it is not there, Error{kModelLoad} when the model is damaged.
std::unique_ptr<Tokenizer> OpenTokenizer(ByteView model,
                                         const std::filesystem::path& plugin_folder = {});

/// What the program and the plug-in share.
inline constexpr const char* kTokenizerOpenSymbol = "lmzip_tokenizer_open";
using TokenizerOpenFunction = Tokenizer*(const void* model, size_t bytes);

}  // namespace lmzip
