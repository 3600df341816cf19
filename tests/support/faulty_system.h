// A System on whose files work is done for real, whose calls fail as told, and that knows what a
// power cut would leave.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "files/system.h"

namespace lmzip::testing {

inline std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// All files that are written lie in one folder. Names there are as durable as POSIX promises: each
/// link, rename and removal since the folder was synced may have reached the disk or not, in any
/// combination; content that was not synced is lost.
class FaultySystem : public System {
 public:
  using Names = std::map<std::string, ino_t>;
  struct Faults {
    int fail_at = 0;                              // the number of a call, from 1 on
    int cut_at = 0;                               // from this call on nothing is done
    std::map<std::string, int> unsupported = {};  // names of calls with their errno
  };

  FaultySystem(const std::filesystem::path& folder, Faults faults)
      : folder_(folder), faults_(std::move(faults)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      struct stat status;
      System::Status(entry.path().string(), status);
      names_[entry.path()] = status.st_ino;
      contents_[status.st_ino] = Content(entry.path());
    }
  }

  const std::vector<std::string>& calls() const { return calls_; }

  /// What the folder may hold after a power cut now: content by name, nullopt where it is lost.
  std::vector<std::map<std::string, std::optional<std::string>>> AfterPowerCut() const {
    std::vector<std::map<std::string, std::optional<std::string>>> states;
    for (unsigned done = 0; done < 1u << pending_.size(); ++done) {
      Names names = names_;
      for (size_t i = 0; i < pending_.size(); ++i) {
        if (done >> i & 1) Apply(pending_[i], names);
      }
      auto& state = states.emplace_back();
      for (const auto& [name, file] : names) {
        const auto found = contents_.find(file);
        state[name] = found == contents_.end() ? std::nullopt : std::optional(found->second);
      }
    }
    return states;
  }

  int Open(const std::string& path, int flags, mode_t mode) override {
    const char* name = (flags & O_TMPFILE) == O_TMPFILE ? "tmpfile" : "open";
    return Do(name, [&] {
      const int fd = System::Open(path, flags, mode);
      if (fd >= 0 && (flags & O_CREAT)) pending_.push_back({.to = path, .file = FileOf(fd)});
      return fd;
    });
  }
  int Duplicate(int fd) override {
    return Do("dup", [&] { return System::Duplicate(fd); });
  }
  int Close(int fd) override {
    const int closed = System::Close(fd);  // as it is, whatever is answered
    return Do("close", [&] { return closed; });
  }
  ssize_t Read(int fd, std::span<uint8_t> out) override {
    return Do("read", [&] { return System::Read(fd, out); });
  }
  ssize_t Write(int fd, std::span<const uint8_t> bytes) override {
    return Do("write", [&] { return System::Write(fd, bytes); });
  }
  off_t Seek(int fd, off_t offset, int whence) override {
    return Do("seek", [&] { return System::Seek(fd, offset, whence); });
  }
  int Truncate(int fd, off_t size) override {
    return Do("truncate", [&] { return System::Truncate(fd, size); });
  }
  int Sync(int fd) override {
    return Do("sync", [&] {
      struct stat status;
      System::Status(fd, status);
      if (S_ISDIR(status.st_mode)) {
        for (const Change& change : std::exchange(pending_, {})) Apply(change, names_);
      } else {
        contents_[status.st_ino] = Content("/proc/self/fd/" + std::to_string(fd));
      }
      return 0;
    });
  }
  int Lock(int fd) override {
    return Do("lock", [&] { return System::Lock(fd); });
  }
  int Status(int fd, struct stat& status) override {
    return Do("fstat", [&] { return System::Status(fd, status); });
  }
  int Status(const std::string& path, struct stat& status) override {
    return Do("stat", [&] { return System::Status(path, status); });
  }
  int LinkStatus(const std::string& path, struct stat& status) override {
    return Do("lstat", [&] { return System::LinkStatus(path, status); });
  }
  int Flags(int fd) override {
    return Do("flags", [&] { return System::Flags(fd); });
  }
  int ChangeMode(int fd, mode_t mode) override {
    return Do("chmod", [&] { return System::ChangeMode(fd, mode); });
  }
  int ChangeOwner(int fd, uid_t user, gid_t group) override {
    return Do("chown", [&] { return System::ChangeOwner(fd, user, group); });
  }
  int ChangeTimes(int fd, const std::array<timespec, 2>& times) override {
    return Do("utimens", [&] { return System::ChangeTimes(fd, times); });
  }
  int LinkOpen(int fd, const std::string& path) override {
    return Named("link_open", {.to = path, .file = FileOf(fd)},
                 [&] { return System::LinkOpen(fd, path); });
  }
  int Link(const std::string& from, const std::string& to) override {
    return Named("link", {.to = to, .file = FileOf(from)}, [&] { return System::Link(from, to); });
  }
  int Rename(const std::string& from, const std::string& to) override {
    return Named("rename", {.from = from, .to = to, .file = FileOf(from)},
                 [&] { return System::Rename(from, to); });
  }
  int RenameNew(const std::string& from, const std::string& to) override {
    return Named("rename_new", {.from = from, .to = to, .file = FileOf(from)},
                 [&] { return System::RenameNew(from, to); });
  }
  int Unlink(const std::string& path) override {
    return Named("unlink", {.from = path}, [&] { return System::Unlink(path); });
  }

 private:
  struct Change {
    std::string from;  // is gone
    std::string to;    // is `file`
    ino_t file = 0;
  };

  static void Apply(const Change& change, Names& names) {
    names.erase(change.from);
    if (!change.to.empty()) names[change.to] = change.file;
  }

  ino_t FileOf(int fd) {
    struct stat status;
    return System::Status(fd, status) == 0 ? status.st_ino : 0;
  }
  ino_t FileOf(const std::string& path) {
    struct stat status;
    return System::LinkStatus(path, status) == 0 ? status.st_ino : 0;
  }

  template <typename Call>
  auto Do(const char* name, Call call) -> decltype(call()) {
    calls_.push_back(name);
    const int number = static_cast<int>(calls_.size());
    errno = EIO;
    if (number == faults_.fail_at || (faults_.cut_at > 0 && number >= faults_.cut_at)) return -1;
    if (const auto found = faults_.unsupported.find(name); found != faults_.unsupported.end()) {
      errno = found->second;
      return -1;
    }
    return call();
  }

  template <typename Call>
  int Named(const char* name, const Change& change, Call call) {
    return Do(name, [&] {
      const int result = call();
      if (result == 0) pending_.push_back(change);
      return result;
    });
  }

  const std::filesystem::path folder_;
  const Faults faults_;
  std::vector<std::string> calls_;
  Names names_;                            // as they are on disk
  std::map<ino_t, std::string> contents_;  // of files that are on disk
  std::vector<Change> pending_;
};

}  // namespace lmzip::testing
