// Codecs with models so small that an execution is short: a network of one layer and a prior of
// 720 kB, or tokens.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "codec/codec_context.h"
#include "lmzip/lmzip.h"
#include "support/model_archive.h"
#include "support/random_prior.h"
#include "support/token_frames.h"

namespace lmzip::fuzz {

/// A file in memory, by its path; it lasts as long as the process.
inline std::string PublishedFile(ByteView content) {
  const int fd = ::memfd_create("model", 0);
  LMZIP_CHECK(fd >= 0 && ::write(fd, content.data(), content.size()) == std::ssize(content));
  return "/proc/self/fd/" + std::to_string(fd);
}

inline Exact1Shape TinyShape(int vocabulary) {
  return {.width = 64,
          .layers = 1,
          .hidden = 64,
          .window = 8,
          .vocabulary = vocabulary,
          .tables = {{.order = 2, .rows = 64, .width = 16}}};
}

/// A codec of one thread, what names its model, and the same model for single frames.
struct TinyCodec {
  explicit TinyCodec(const Bytes& model_file)
      : options{.model = PublishedFile(model_file),
                .engine = Engine::kNative,
                .device = "cpu",
                .threads = 1},
        codec(options),
        context(options),
        model(context.Model()),
        id(model->file().info().id) {}

  const CodecOptions options;
  Codec codec;
  CodecContext context;
  const std::shared_ptr<LoadedModel> model;
  const ModelId id;
};

inline TinyCodec& ByteCodec() {
  static TinyCodec codec = [] {
    testing::ExactModelParts parts(TinyShape(256), 1);
    parts.prior = testing::RandomPrior(4, 1);
    parts.RepairId();
    return TinyCodec(parts.File());
  }();
  return codec;
}

/// It cannot encode: its tokenizer is none.
inline TinyCodec& TokenCodec() {
  static TinyCodec codec = [] {
    constexpr int kVocabulary = 300;
    const testing::RandomVocabulary vocabulary(kVocabulary, testing::WordyBytes(4000, 1), 1);
    testing::ExactModelParts parts(TinyShape(kVocabulary), 2);
    parts.description["vocabulary"] = "sentencepiece";
    parts.tokenizer = {1};
    parts.token_table = vocabulary.bytes();
    parts.RepairId();
    return TinyCodec(parts.File());
  }();
  return codec;
}

}  // namespace lmzip::fuzz
