// Where models come from: a file, the search path, or the program itself.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/model_file.h"

namespace lmzip {

/// The model that is linked into the program.
std::shared_ptr<const ModelFile> LinkedModel();

/// Folders that are searched for NAME.pt, in this order: those of $LMZIP_MODEL_PATH (separated by
/// colons), the user's data folder, share/lmzip/models beside the program's folder, models/ beside
/// the program (of a build), the system's.
std::vector<std::filesystem::path> ModelSearchPath();

struct InstalledModel {
  std::filesystem::path path;     // empty: linked in
  std::optional<ModelInfo> info;  // nullopt when it could not be read; weights are not looked at
  std::string problem;            // why it could not be read

  /// As an exact model states it, unverified; a pinned model's whole file is hashed.
  /// REQUIRES: `info`. Throws Error{kIo, kModelLoad}.
  ModelId Id() const;
};

/// The linked-in model and every model on the search path, of which only descriptions are read.
std::vector<InstalledModel> InstalledModels();

/// The model that `-m` names: a path (with a slash or ".pt"), or a name on the search path, of
/// which the first sound file counts; empty: the linked-in one. Throws Error{kUsage, kIo,
/// kModelLoad}.
std::shared_ptr<const ModelFile> FindModel(const std::string& name_or_path);

/// The model whose id begins so: linked in, or the first sound file on the search path. Throws
/// Error{kModelMismatch} saying where was searched, or what is wrong with the file that states it.
std::shared_ptr<const ModelFile> FindModel(const ShortModelId& id);

}  // namespace lmzip
