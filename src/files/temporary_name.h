// Hidden names for files that are not complete yet.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.h"
#include "files/fatal_signals.h"
#include "files/system.h"

namespace lmzip {

/// A name beside a target: ".NAME.lmzip-N", or with a hash for NAME where that is too long. The
/// file is locked while its process lives, so that what a killed one left can be told from what is
/// being written.
class TemporaryName {
 public:
  TemporaryName(const std::filesystem::path& target, System& system);
  /// Removes the file, if the name is taken.
  ~TemporaryName();
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;

  /// Removes what killed processes have left for this target.
  void RemoveLeftovers();

  /// Takes the name, with a new file that only its owner may read. Throws Error{kIo}.
  FileDescriptor Create();
  /// Takes the name for an open file that has none; false where that is not possible.
  bool Link(const FileDescriptor& file);

  /// The file is called `to` from now on. -1 and errno for a failure, which changes nothing.
  int Rename(const std::string& to);
  /// Likewise, with EEXIST where `to` is taken; not every file system can.
  int RenameNew(const std::string& to);
  /// Gives the name up; what fails, the destructor tries again.
  void Remove();

  bool taken() const { return doomed_.has_value(); }
  const std::string& path() const { return path_; }

 private:
  std::string Candidate(int number) const;
  bool RemoveLeftover(const std::string& path);
  template <typename Make>
  bool Take(Make make);

  System& system_;
  const std::filesystem::path target_;
  bool hashed_ = false;
  std::string path_;
  std::optional<DoomedName> doomed_;  // of path_
};

/// Removes what killed processes have left for a target.
void RemoveLeftovers(const std::filesystem::path& target, System& system = System::Real());

/// Whether a file is called as TemporaryName calls them.
bool IsTemporaryName(const std::filesystem::path& path);

/// "." for a name without a folder.
std::filesystem::path FolderOf(const std::filesystem::path& target);

}  // namespace lmzip
