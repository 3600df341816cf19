// What a model file says of itself (EXACT.md 7.1, src/torch/README.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "lmzip/models.h"
#include "model/archive.h"
#include "model/exact1.h"

namespace lmzip {

class RandomAccess;

/// One self-test of lmzip.json: the SHA-256, in hex, of the logits over `tokens` fixed tokens.
struct SelfTest {
  int tokens = 0;
  std::string sha256;
};

/// What lmzip.json says: to people, and to those that load the model.
struct ModelInfo : ModelDescription {
  // Of exact models:
  Exact1Shape shape;
  SelfTest short_test;
  SelfTest long_test;
};

/// Limits of model files that are not those of a family.
inline constexpr uint64_t kMaxDescriptionBytes = uint64_t{1} << 24;
inline constexpr size_t kMaxModelNameBytes = 100;

/// Members of the archive, beside the tensors'.
inline constexpr const char* kTokenizerMember = "extra/tokenizer.model";
inline constexpr const char* kTokenTableMember = "extra/tokens.bin";
inline constexpr const char* kPriorMember = "extra/prior.bin";

/// lmzip.json's text. Throws Error{kModelLoad} naming `label`.
nlohmann::json ReadDescription(const RandomAccess& file, const Archive& zip,
                               const std::string& label);

/// Reads and checks a description. Throws Error{kModelLoad} naming `label`.
ModelInfo ParseInfo(const nlohmann::json& description, const RandomAccess& file, const Archive& zip,
                    const std::string& label);

/// Both, of a file of which nothing else is read: neither weights nor a pinned model's id.
ModelInfo DescribeModel(const std::filesystem::path& path);

/// object[key], an integer from `low` to `high`. Throws std::invalid_argument or nlohmann's
/// exceptions.
int64_t IntegerAt(const nlohmann::json& object, const char* key, int64_t low, int64_t high);

/// In a handler: throws what is being handled as Error{kModelLoad} naming `label` where it says
/// that a description is at fault, anything else as it is.
[[noreturn]] void RethrowAsModelError(const std::string& label);

}  // namespace lmzip
