// A file that appears whole or not at all.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.h"
#include "base/io.h"

namespace lmzip {

/// Writes to a file without a name (or, where the file system has no such thing, with a temporary
/// one) in the target's folder. Commit() gives it its name; without that, nothing remains, however
/// the process ends.
class OutputFile {
 public:
  /// Throws Error{kIo}.
  explicit OutputFile(const std::filesystem::path& target);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  ByteSink& sink() { return *sink_; }

  struct CommitOptions {
    bool overwrite = false;             // else a target that has appeared is an error
    bool sync = false;                  // to disk, before this returns
    const struct stat* like = nullptr;  // whose mode, owner and times to take, as far as allowed
  };
  /// Throws Error{kIo}.
  void Commit(const CommitOptions& options);

 private:
  template <typename Create>
  void TakeTemporaryName(Create create);
  void CreateNamed();
  void NameNameless();
  void CopyAttributes(const struct stat& like);

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty: the file has no name
  FileDescriptor file_;
  std::optional<DescriptorSink> sink_;
};

/// Gives closed standard streams a descriptor that fails when used: otherwise the first file that
/// is opened would become one of them.
void OccupyStandardStreams();

/// Makes SIGINT, SIGTERM and SIGHUP remove temporary files before they end the process, and turns
/// writes to closed pipes into errors.
void InstallSignalHandlers();

}  // namespace lmzip
