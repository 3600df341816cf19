// Which files a command works on, and what it calls their outputs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/options.h"

namespace lmzip {

inline constexpr char kSuffix[] = ".lmz";
inline constexpr char kStandardStream[] = "-";

struct Inputs {
  std::vector<std::string> paths;     // "-": standard input
  std::vector<std::string> problems;  // what could not be listed
};

/// The files of the command line, of --files0 and, with -r, of directories (sorted; when
/// compressing without those that end in .lmz, otherwise only those). None: standard input. Throws
/// Error{kIo} when --files0 cannot be read.
Inputs CollectInputs(const Options& options);

/// The output's path: FILE.lmz for FILE, or FILE for FILE.lmz. Throws Error{kUsage} when the name
/// does not fit the command.
std::filesystem::path OutputPath(const Options& options, const std::string& input);

}  // namespace lmzip
