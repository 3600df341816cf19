// The system calls that files take, behind one interface: tests fail any of them, and cut the power
// between any two.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace lmzip {

/// Each call is as the system has it, -1 and errno for a failure, except that EINTR never shows.
class System {
 public:
  virtual ~System() = default;
  static System& Real();

  virtual int Open(const std::string& path, int flags, mode_t mode = 0);
  virtual int Duplicate(int fd);
  virtual int Close(int fd);
  virtual ssize_t Read(int fd, std::span<uint8_t> out);
  virtual ssize_t Write(int fd, std::span<const uint8_t> bytes);
  /// Waits until `fd` can be read (POLLIN) or written (POLLOUT).
  virtual int Wait(int fd, short events);
  virtual off_t Seek(int fd, off_t offset, int whence);
  virtual int Truncate(int fd, off_t size);
  /// To disk: content and attributes of a file, the names in a folder.
  virtual int Sync(int fd);
  /// Without waiting, for as long as the file is open anywhere in this process.
  virtual int Lock(int fd);

  virtual int Status(int fd, struct stat& status);
  virtual int Status(const std::string& path, struct stat& status);      // follows links
  virtual int LinkStatus(const std::string& path, struct stat& status);  // of the link itself
  virtual int Flags(int fd);                                             // F_GETFL
  virtual int ChangeMode(int fd, mode_t mode);
  virtual int ChangeOwner(int fd, uid_t user, gid_t group);
  virtual int ChangeTimes(int fd, const std::array<timespec, 2>& times);

  /// Gives an open file, which may have no name, the name `path`.
  virtual int LinkOpen(int fd, const std::string& path);
  virtual int Link(const std::string& from, const std::string& to);
  virtual int Rename(const std::string& from, const std::string& to);
  /// EEXIST where `to` is taken. Not every file system can.
  virtual int RenameNew(const std::string& from, const std::string& to);
  virtual int Unlink(const std::string& path);
  virtual int MakeFolder(const std::string& path, mode_t mode);
};

}  // namespace lmzip
