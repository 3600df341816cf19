// Model files (EXACT.md 7): TorchScript archives read without libtorch.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "base/random_access.h"
#include "model/archive.h"
#include "model/exact1.h"
#include "model/model_info.h"
#include "model/token_table.h"

namespace lmzip {

/// A model file whose structure, shapes and ranges have been checked. Immutable.
class ModelFile {
 public:
  enum class IdCheck {
    kHash,   // hash what decides bytes and compare with the id that lmzip.json states
    kTrust,  // done already: the linked-in model, by the build
  };

  /// Reads what lmzip uses of `path` into memory and checks it, its id included. Throws Error{kIo}
  /// or Error{kModelLoad} naming the file and what is wrong with it.
  static std::shared_ptr<const ModelFile> Open(const std::filesystem::path& path);

  /// Reads an archive in memory, which must outlive the result; `label` names it in messages.
  static std::shared_ptr<const ModelFile> Read(ByteView archive, const std::string& label,
                                               IdCheck id_check);

  const ModelInfo& info() const { return info_; }
  const std::string& label() const { return label_; }
  /// The whole archive, for libtorch.
  const RandomAccess& archive() const { return *archive_; }
  /// Hashes an exact model again. Throws Error{kModelLoad} when its id is not what it states.
  void VerifyId() const;
  /// REQUIRES: tier exact. Views into this.
  const Exact1Weights& weights() const { return weights_; }
  /// The SentencePiece model, and what its tokens stand for; empty and null when tokens are bytes.
  ByteView tokenizer() const { return tokenizer_; }
  const TokenTable* tokens() const { return tokens_ ? &*tokens_ : nullptr; }
  /// Empty when the model has none.
  ByteView prior() const { return prior_; }
  /// Memory that this holds of its own: copies of what a file's members hold. An archive in memory
  /// is not copied.
  uint64_t copied_bytes() const { return copied_bytes_; }

 private:
  using Tensors = std::map<std::string, ByteView>;

  ModelFile(std::unique_ptr<const RandomAccess> archive, std::string label)
      : archive_(std::move(archive)), label_(std::move(label)) {}

  void Parse(IdCheck id_check);
  void ParseVocabulary(const Archive& zip);
  Tensors LoadTensors(const Archive& zip, const nlohmann::json& entries);
  /// A member's bytes, at a multiple of `alignment`: where they lie, or a copy that this keeps.
  ByteView Load(const Archive::Extent& member, size_t alignment);
  std::span<uint8_t> NewCopy(size_t bytes);
  /// The tensors in the host's order of bytes.
  Tensors InHostOrder(const Tensors& tensors);

  std::unique_ptr<const RandomAccess> archive_;
  std::string label_;
  ModelInfo info_;
  Tensors tensors_;  // as in the file
  Exact1Weights weights_{};
  ByteView tokenizer_;
  ByteView token_table_;
  std::optional<TokenTable> tokens_;
  ByteView prior_;
  struct FreeCopy {
    void operator()(uint8_t* bytes) const { ::operator delete(bytes, kCopyAlignment); }
  };
  static constexpr std::align_val_t kCopyAlignment{64};  // the prior's buckets share no lines
  std::vector<std::unique_ptr<uint8_t, FreeCopy>> copies_;
  uint64_t copied_bytes_ = 0;
};

}  // namespace lmzip
