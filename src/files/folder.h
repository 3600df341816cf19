// Folders for outputs.
#pragma once

#include <filesystem>
#include <string>

#include "files/system.h"

namespace lmzip {

/// Makes sure that there is a folder `path`, and folders above it. A new one gets the permissions
/// of the folder `like` (empty: those of any new folder), but that its owner may do all. `sync`:
/// its name is on disk when this returns. Throws Error{kIo}.
void MakeFolder(const std::filesystem::path& path, const std::string& like, bool sync,
                System& system = System::Real());

/// The names in the folder are on disk when this returns. Throws Error{kIo}.
void SyncFolder(const std::filesystem::path& folder, System& system = System::Real());

}  // namespace lmzip
