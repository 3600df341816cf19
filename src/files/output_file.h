// A file that appears whole or not at all.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "base/file_descriptor.h"
#include "files/descriptor_io.h"
#include "files/system.h"
#include "files/temporary_name.h"

namespace lmzip {

/// Writes to a file without a name (or, where the file system has no such thing, with a temporary
/// one) in the target's folder. Commit() gives it its name; without that, nothing remains, however
/// the process ends. Until then only its owner may read it.
class OutputFile {
 public:
  /// Throws Error{kIo}.
  explicit OutputFile(const std::filesystem::path& target, System& system = System::Real());

  ByteSink& sink() { return *sink_; }

  struct CommitOptions {
    bool overwrite = false;             // else a target that has appeared is an error
    bool sync_name = false;             // to disk too, before this returns
    const struct stat* like = nullptr;  // whose mode, owner and times to take, as far as allowed
  };
  /// The content is on disk before the name appears. Throws Error{kIo}; the target is then as it
  /// was before, or complete.
  void Commit(const CommitOptions& options);

 private:
  void Complete(const struct stat* like);
  void CopyAttributes(const struct stat& like);
  bool LinkToTarget();
  void CopyToNamed(const struct stat* like);
  void RenameToTarget(bool overwrite);
  bool MoveToFree();

  System& system_;
  const std::filesystem::path target_, folder_;  // nothing is allocated once there is a name
  FileDescriptor file_;
  TemporaryName temporary_;  // taken, unless the file has no name
  std::optional<DescriptorSink> sink_;
};

}  // namespace lmzip
