// Model files (EXACT.md 7): TorchScript archives read without libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/model_id.h"
#include "model/exact1.h"
#include "model/token_table.h"

namespace lmzip {

class Archive;

enum class Tier { kExact, kPinned };

/// One self-test of lmzip.json: the SHA-256, in hex, of the logits over `tokens` fixed tokens.
struct SelfTest {
  int tokens = 0;
  std::string sha256;
};

/// What lmzip.json says, as far as it concerns people and loading.
struct ModelInfo {
  std::string name;
  int version = 0;
  Tier tier = Tier::kExact;
  std::string vocabulary_kind;  // "bytes" or "sentencepiece"
  int vocabulary = 0;
  int window = 0;
  uint64_t dense_parameters = 0;
  uint64_t table_parameters = 0;
  std::string licence;
  std::string training;
  ModelId id{};
  SelfTest short_test;
  SelfTest long_test;
};

/// A model file whose structure, shapes and ranges have been checked. Immutable.
class ModelFile {
 public:
  enum class IdCheck {
    kHash,   // hash the tensors and compare with the id that lmzip.json states
    kTrust,  // done already (the linked-in model, by the build) or not needed (listing)
  };

  /// Maps `path`. Throws Error{kIo} or Error{kModelLoad} naming the file and what is wrong with it.
  static std::shared_ptr<const ModelFile> Open(const std::filesystem::path& path,
                                               IdCheck id_check = IdCheck::kHash);

  /// Reads an archive in memory, which must outlive the result; `label` names it in messages.
  static std::shared_ptr<const ModelFile> Read(ByteView archive, const std::string& label,
                                               IdCheck id_check);

  virtual ~ModelFile() = default;

  const ModelInfo& info() const { return info_; }
  const std::string& label() const { return label_; }
  /// The whole archive, as torch::jit::load takes it.
  ByteView archive() const { return archive_; }
  /// REQUIRES: tier exact. Views into the archive: keep this file while they are used.
  const Exact1Weights& weights() const { return weights_; }
  /// The SentencePiece model, and what its tokens stand for; empty and null when tokens are bytes.
  ByteView tokenizer() const { return tokenizer_; }
  const TokenTable* tokens() const { return tokens_ ? &*tokens_ : nullptr; }
  /// Empty when the model has none.
  ByteView prior() const { return prior_; }

 protected:
  ModelFile(ByteView archive, std::string label) : archive_(archive), label_(std::move(label)) {}
  void Parse(IdCheck id_check);

 private:
  ByteView ParseVocabulary(const Archive& zip);

  ByteView archive_;
  std::string label_;
  ModelInfo info_;
  Exact1Weights weights_{};
  ByteView tokenizer_;
  std::optional<TokenTable> tokens_;
  ByteView prior_;
  std::vector<Bytes> copies_;  // members that could not be used in place
};

}  // namespace lmzip
