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
  std::filesystem::path path;             // empty: linked in
  std::shared_ptr<const ModelFile> file;  // null when it could not be read
  std::string problem;                    // why it could not be read
};

/// The linked-in model and every model on the search path. States ids without verifying them.
std::vector<InstalledModel> InstalledModels();

/// The model that `-m` names: a path (with a slash or ".pt") or a name on the search path; empty:
/// the linked-in one. Throws Error{kUsage, kIo, kModelLoad}.
std::shared_ptr<const ModelFile> FindModel(const std::string& name_or_path);

/// The model whose id begins so: linked in or on the search path. Throws Error{kModelMismatch}
/// saying where was searched.
std::shared_ptr<const ModelFile> FindModel(const ShortModelId& id);

}  // namespace lmzip
