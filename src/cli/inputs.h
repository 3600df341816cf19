// Which files a command works on, and what it calls their outputs.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cli/options.h"
#include "cli/skipped.h"

namespace lmzip {

inline constexpr char kSuffix[] = ".lmz";
inline constexpr char kStandardStream[] = "-";

struct Inputs {
  std::vector<std::string> paths;     // "-": standard input
  std::vector<size_t> places;         // where in each path what it is called below DIR begins
  std::vector<std::string> problems;  // what could not be listed
  std::vector<std::pair<std::string, SkipReason>> skipped;
};

/// The files of the command line, of --files0 and, with -r, of directories (sorted; for what reads
/// compressed files only those that end in .lmz, otherwise the others), without what --exclude
/// names. No names: standard input. Throws Error{kIo} when --files0 cannot be read.
Inputs CollectInputs(const Options& options);

/// The path of an input's output: FILE.lmz for FILE, or FILE for FILE.lmz; with --output-dir DIR
/// below it, a file that was named itself by its name, what -r found by its path from the folder's
/// name on. Throws Error{kUsage} when the name does not fit the command.
std::filesystem::path OutputPath(const Options& options, const Inputs& inputs, size_t index);

}  // namespace lmzip
