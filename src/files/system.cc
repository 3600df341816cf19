#include "files/system.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace lmzip {
namespace {

template <typename Call>
auto Uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace

System& System::Real() {
  static System system;
  return system;
}

int System::Open(const std::string& path, int flags, mode_t mode) {
  return Uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
}
int System::Duplicate(int fd) { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); }
int System::Close(int fd) {
  // After EINTR the descriptor is closed all the same.
  return ::close(fd) == 0 || errno == EINTR ? 0 : -1;
}
ssize_t System::Read(int fd, std::span<uint8_t> out) {
  return Uninterrupted([&] { return ::read(fd, out.data(), out.size()); });
}
ssize_t System::Write(int fd, std::span<const uint8_t> bytes) {
  return Uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
}
int System::Wait(int fd, short events) {
  pollfd waiting = {fd, events, 0};
  return Uninterrupted([&] { return ::poll(&waiting, 1, -1); });
}
off_t System::Seek(int fd, off_t offset, int whence) { return ::lseek(fd, offset, whence); }
int System::Truncate(int fd, off_t size) {
  return Uninterrupted([&] { return ::ftruncate(fd, size); });
}
int System::Sync(int fd) {
  return Uninterrupted([&] { return ::fsync(fd); });
}
int System::Lock(int fd) {
  return Uninterrupted([&] { return ::flock(fd, LOCK_EX | LOCK_NB); });
}

int System::Status(int fd, struct stat& status) { return ::fstat(fd, &status); }
int System::Status(const std::string& path, struct stat& status) {
  return ::stat(path.c_str(), &status);
}
int System::LinkStatus(const std::string& path, struct stat& status) {
  return ::lstat(path.c_str(), &status);
}
int System::Flags(int fd) { return ::fcntl(fd, F_GETFL); }
int System::ChangeMode(int fd, mode_t mode) { return ::fchmod(fd, mode); }
int System::ChangeOwner(int fd, uid_t user, gid_t group) { return ::fchown(fd, user, group); }
int System::ChangeTimes(int fd, const std::array<timespec, 2>& times) {
  return ::futimens(fd, times.data());
}

int System::LinkOpen(int fd, const std::string& path) {
  char opened[32];
  std::snprintf(opened, sizeof(opened), "/proc/self/fd/%d", fd);
  return ::linkat(AT_FDCWD, opened, AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW);
}
int System::Link(const std::string& from, const std::string& to) {
  return ::link(from.c_str(), to.c_str());
}
int System::Rename(const std::string& from, const std::string& to) {
  return ::rename(from.c_str(), to.c_str());
}
int System::RenameNew(const std::string& from, const std::string& to) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
}
int System::Unlink(const std::string& path) { return ::unlink(path.c_str()); }
int System::MakeFolder(const std::string& path, mode_t mode) {
  return ::mkdir(path.c_str(), mode);
}

}  // namespace lmzip
