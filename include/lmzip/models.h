// Models: which there are, and what they say of themselves.
//
// All functions may be called by several threads at once.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lmzip/export.h"

namespace lmzip {

/// An exact model gives the same predictions on every machine; a pinned one, run by libtorch, only
/// where it was used first.
enum class Tier { kExact, kPinned };

/// SHA-256 of what decides a model's predictions.
using ModelId = std::array<uint8_t, 32>;

/// In lower-case hexadecimal digits; the short form is that of compressed files.
LMZIP_API std::string IdText(const ModelId& id);
LMZIP_API std::string ShortIdText(const ModelId& id);

/// What a model file says of itself. Every number is within limits; texts are whatever the file's
/// author wrote.
struct ModelDescription {
  std::string file;  // its path, or "linked-in model"
  std::string name;
  int version = 0;
  Tier tier = Tier::kExact;
  std::string vocabulary_kind;  // "bytes" or "sentencepiece"
  int vocabulary = 0;           // tokens
  int window = 0;               // tokens that a prediction depends on; 0: not told
  uint64_t dense_parameters = 0;
  uint64_t table_parameters = 0;
  std::string licence;
  std::string training;
  uint64_t file_bytes = 0;
  uint64_t prior_bytes = 0;  // what the mixer starts with; 0: it has none
  ModelId id{};              // zeros for a pinned model of which only the description was read
};

/// The model that is linked into the library. Throws Error{kModelLoad}.
LMZIP_API const ModelDescription& LinkedModelDescription();

using Folders = std::vector<std::filesystem::path>;

/// Folders that are searched for NAME.pt, in this order: `first`, those of $LMZIP_MODEL_PATH
/// (separated by colons), the user's data folder, share/lmzip/models of lmzip's installation,
/// models/ beside the program or library (of a build), the system's.
LMZIP_API Folders ModelSearchPath(const Folders& first = {});

/// The model that CodecOptions::model would name, read as a whole and checked, its id included.
/// Throws Error{kUsage, kIo, kModelLoad}.
LMZIP_API ModelDescription ReadModel(const std::string& name_or_path, const Folders& first = {});

struct LMZIP_API InstalledModel {
  std::filesystem::path path;            // empty: linked in
  /// nullopt when it could not be read; weights are not looked at.
  std::optional<ModelDescription> info;
  std::string problem;                   // why it could not be read

  /// As an exact model states it, unverified; a pinned model's whole file is hashed.
  /// REQUIRES: `info`. Throws Error{kIo, kModelLoad}.
  ModelId Id() const;
};

/// The linked-in model and every model on the search path, of which only descriptions are read.
LMZIP_API std::vector<InstalledModel> InstalledModels(const Folders& first = {});

}  // namespace lmzip
