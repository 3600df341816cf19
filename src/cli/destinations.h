// Where the outputs of c, d and t go.
#pragma once

#include <string>

#include "cli/inputs.h"
#include "cli/options.h"
#include "files/source_file.h"
#include "files/target.h"

namespace lmzip {

/// Whether --skip-existing passes over a source, which has an output: a file that is called after
/// it and is not older.
bool IsDone(const Options& options, const SourceFile& source, const Target& output);

class Destinations {
 public:
  /// Both must outlive this.
  Destinations(const Options& options, const Inputs& inputs);

  /// Throws Error{kUsage} for options that do not go with one another, or with the inputs.
  void CheckOptions() const;
  /// Throws Error{kUsage} where compressed data would be written to a terminal.
  void RefuseTerminal(int fd) const;

  bool ToStdout(const std::string& input) const;
  bool AnyToStdout() const;
  /// Whether the output is a file that is called after the input.
  bool NamedByInput(const std::string& input) const;
  bool ReadsStdin() const;
  /// Not a part of it only (--range).
  bool WholeContent() const;

 private:
  void CheckRange() const;

  const Options& options_;
  const Inputs& inputs_;
  bool all_to_stdout_;
};

}  // namespace lmzip
