#include "files/source_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "files/target.h"

namespace lmzip {

SourceFile::SourceFile(const std::string& path, Kinds kinds, System& system)
    : system_(system), name_(path), path_(path) {
  const int flags = O_RDONLY | O_NOCTTY | (kinds == Kinds::kRegular ? O_NONBLOCK : 0);
  file_ = FileDescriptor(system_.Open(path, flags));
  Examine();
  removable_ = regular() && !FindDescriptor(path_);
  if (kinds == Kinds::kRegular && !removable_) {
    throw Error(ErrorCode::kIo, path + ": is no regular file; name the output with -o or -c");
  }
}

SourceFile::SourceFile(System& system) : system_(system), name_("standard input") {
  file_ = FileDescriptor(system_.Duplicate(STDIN_FILENO));
  Examine();
}

void SourceFile::Examine() {
  if (!file_ || system_.Status(file_.get(), opened_) != 0) {
    throw IoError(name_ + ": cannot open", errno);
  }
  if (S_ISDIR(opened_.st_mode)) throw Error(ErrorCode::kIo, name_ + ": is a directory");
  source_.emplace(file_.get(), name_, system_);
}

size_t SourceFile::Read(std::span<uint8_t> out) {
  const size_t count = source_->Read(out);
  position_ += count;
  return count;
}

uint64_t SourceFile::Skip(uint64_t count) {
  const uint64_t skipped = source_->Skip(count);
  position_ += skipped;
  return skipped;
}

bool SourceFile::Restart() {
  if (!source_->Restart()) return false;
  position_ = 0;
  return true;
}

bool SourceFile::terminal() const { return ::isatty(file_.get()); }

std::optional<std::string> SourceFile::Change() const {
  if (!regular()) return std::nullopt;
  struct stat now;
  if (system_.Status(file_.get(), now) != 0) throw IoError(name_ + ": cannot examine", errno);
  if (now.st_size != opened_.st_size) {
    return "had " + std::to_string(opened_.st_size) + " bytes when it was opened, now " +
           std::to_string(now.st_size);
  }
  if (now.st_mtim.tv_sec != opened_.st_mtim.tv_sec ||
      now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec) {
    return "was written to";
  }
  return std::nullopt;
}

// Between the last look at the path and the removal somebody may still replace the file: there is
// no call that removes a file rather than a name.
void SourceFile::Remove() {
  const auto refuse = [this](const std::string& reason) {
    throw Error(ErrorCode::kIo, name_ + ": not removed: " + reason);
  };
  if (!removable_) refuse("is no regular file");
  if (position_ != static_cast<uint64_t>(opened_.st_size)) refuse("was not read as a whole");
  if (const auto change = Change()) refuse(*change);
  struct stat named;
  if (system_.Status(path_, named) != 0) throw IoError(name_ + ": cannot remove", errno);
  if (named.st_dev != opened_.st_dev || named.st_ino != opened_.st_ino) {
    refuse("its name leads to another file now");
  }
  if (system_.Unlink(path_) != 0) throw IoError(name_ + ": cannot remove", errno);
}

}  // namespace lmzip
