// Where models come from: a file, the search path (lmzip/models.h), or the library itself.
#pragma once

#include <memory>
#include <string>

#include "base/model_id.h"
#include "lmzip/models.h"
#include "model/model_file.h"

namespace lmzip {

/// The model that is linked into the library.
std::shared_ptr<const ModelFile> LinkedModel();

/// The model that `-m` names: a path (with a slash or ".pt"), or a name on the search path
/// (with the folders `first`), of which the first sound file counts; empty: the linked-in one.
/// Throws Error{kUsage, kIo, kModelLoad}.
std::shared_ptr<const ModelFile> FindModel(const std::string& name_or_path,
                                           const Folders& first = {});

/// The model whose id begins so: linked in, or the first sound file on the search path. Throws
/// Error{kModelMismatch} saying where was searched, or what is wrong with the file that states it.
std::shared_ptr<const ModelFile> FindModel(const ShortModelId& id, const Folders& first = {});

}  // namespace lmzip
