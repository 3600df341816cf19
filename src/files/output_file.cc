#include "files/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "files/folder.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// The process's umask. The call tells it by setting it, so that what other threads make meanwhile
// would get the wrong mode: the kernel's page comes first.
mode_t FindUmask() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    unsigned mask = 0;
    if (std::sscanf(line.c_str(), "Umask: %o", &mask) == 1) return mask;
  }
  const mode_t mask = ::umask(077);
  ::umask(mask);
  return mask;
}

// What creat() would give.
mode_t DefaultMode() {
  static const mode_t mode = 0666 & ~FindUmask();
  return mode;
}

// The permissions of `mode` when the file belongs to another group: neither its members nor others
// may do what only one of both might before.
mode_t ModeForOtherGroup(mode_t mode) {
  const mode_t both = (mode >> 3) & mode & 07;
  return (mode & 0700) | (both << 3) | both;
}

// What file systems answer that do not have a call.
bool NotSupported(int error_number) {
  return error_number == EINVAL || error_number == ENOSYS || error_number == EOPNOTSUPP;
}

// FAT and some network file systems answer EPERM or EMLINK for links.
bool LinksNotSupported(int error_number) {
  return NotSupported(error_number) || error_number == EPERM || error_number == EMLINK;
}

}  // namespace

OutputFile::OutputFile(const fs::path& target, System& system)
    : system_(system), target_(target), folder_(FolderOf(target)), temporary_(target, system) {
  file_ = FileDescriptor(system_.Open(folder_, O_TMPFILE | O_RDWR, 0600));
  struct stat status;
  const std::string opened = "/proc/self/fd/" + std::to_string(file_.get());
  // Without /proc it could not be given a name.
  if (file_ && system_.LinkStatus(opened, status) != 0) file_ = FileDescriptor();
  if (!file_) file_ = temporary_.Create();
  sink_.emplace(file_.get(), target.string(), system_);
}

void OutputFile::Commit(const CommitOptions& options) {
  sink_->Finish();
  Complete(options.like);
  const bool linked = !temporary_.taken() && !options.overwrite && LinkToTarget();
  if (!linked) {
    if (!temporary_.taken() && !temporary_.Link(file_)) CopyToNamed(options.like);
    RenameToTarget(options.overwrite);
  }
  if (options.sync_name) SyncFolder(folder_, system_);
}

// All that can still fail happens here, before there is a name.
void OutputFile::Complete(const struct stat* like) {
  if (like) {
    CopyAttributes(*like);
  } else {
    system_.ChangeMode(file_.get(), DefaultMode());
  }
  if (system_.Sync(file_.get()) != 0 && !NotSupported(errno)) {
    throw IoError(target_.string() + ": cannot write to disk", errno);
  }
  // Every close reports what a network file system could not write; the last one is too late.
  FileDescriptor second(system_.Duplicate(file_.get()));
  if (!second || system_.Close(second.Release()) != 0) {
    throw IoError(target_.string() + ": cannot close", errno);
  }
}

// Failures are harmless: who may not give a file away keeps it, with permissions that are safe
// then.
void OutputFile::CopyAttributes(const struct stat& like) {
  const int fd = file_.get();
  constexpr auto kSameUser = static_cast<uid_t>(-1);
  constexpr auto kSameGroup = static_cast<gid_t>(-1);
  struct stat status;
  system_.ChangeOwner(fd, like.st_uid, kSameGroup);
  const bool in_group = (system_.Status(fd, status) == 0 && status.st_gid == like.st_gid) ||
                        system_.ChangeOwner(fd, kSameUser, like.st_gid) == 0;
  const mode_t mode = like.st_mode & 0777;
  system_.ChangeMode(fd, in_group ? mode : ModeForOtherGroup(mode));
  system_.ChangeTimes(fd, {like.st_atim, like.st_mtim});
}

// False where nameless files cannot be linked, though they can be created.
bool OutputFile::LinkToTarget() {
  if (system_.LinkOpen(file_.get(), target_) == 0) return true;
  if (errno == EEXIST) throw IoError(target_.string() + ": cannot create", errno);
  return false;
}

void OutputFile::CopyToNamed(const struct stat* like) {
  FileDescriptor copy = temporary_.Create();
  if (system_.Seek(file_.get(), 0, SEEK_SET) != 0) {
    throw IoError(target_.string() + ": cannot seek", errno);
  }
  DescriptorSource source(file_.get(), target_.string(), system_);
  sink_.emplace(copy.get(), target_.string(), system_);
  std::vector<uint8_t> buffer(1 << 16);
  for (size_t got = buffer.size(); got == buffer.size();) {
    got = source.Read(buffer);
    sink_->Write(std::span(buffer).first(got));
  }
  sink_->Finish();
  file_ = std::move(copy);
  Complete(like);
}

void OutputFile::RenameToTarget(bool overwrite) {
  if ((overwrite ? temporary_.Rename(target_) : temporary_.RenameNew(target_)) == 0) return;
  if (overwrite || !NotSupported(errno) || !MoveToFree()) {
    throw IoError(target_.string() + ": cannot create", errno);
  }
}

// In two steps. Without links, what appears between them is replaced.
bool OutputFile::MoveToFree() {
  if (system_.Link(temporary_.path(), target_) == 0) {
    temporary_.Remove();
    return true;
  }
  if (!LinksNotSupported(errno)) return false;
  struct stat status;
  if (system_.LinkStatus(target_, status) == 0) errno = EEXIST;
  return errno == ENOENT && temporary_.Rename(target_) == 0;
}

}  // namespace lmzip
