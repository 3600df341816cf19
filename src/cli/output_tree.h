// The outputs below --output-dir.
#pragma once

#include <map>
#include <string>

#include "cli/inputs.h"
#include "cli/options.h"

namespace lmzip {

class OutputTree {
 public:
  /// Of no output without --output-dir. Throws Error{kUsage} when two inputs would have the same
  /// output, or the output of one would be a folder of another's.
  OutputTree(const Options& options, const Inputs& inputs);

  /// Makes the folders, each with the permissions of the one that it mirrors; for --rm on disk,
  /// too. Throws Error{kIo}.
  void MakeFolders() const;

 private:
  void AddFolders(const std::string& input, size_t place);

  const Options& options_;
  std::map<std::string, std::string> folders_;  // with what each mirrors; parents first
};

}  // namespace lmzip
