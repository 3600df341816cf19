// Where this code lies, for what is installed beside it.
#pragma once

#include <filesystem>
#include <vector>

namespace lmzip {

/// The file that holds this code: the shared library, whatever program has loaded it, or else the
/// program itself. Empty when the system does not tell. Thread-safe.
const std::filesystem::path& OwnFile();

/// Folders that may hold `name` ("lib/lmzip", "share/lmzip/models") of the installation that
/// OwnFile() belongs to: for a program in PREFIX/bin and a library in PREFIX/lib or, as Debian has
/// it, PREFIX/lib/ARCHITECTURE. Whether they exist is not asked.
std::vector<std::filesystem::path> InstalledFolders(const std::filesystem::path& name);

}  // namespace lmzip
