#include "files/temporary_name.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <string_view>

#include "base/hash.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// As many processes may write one target at once.
constexpr int kMaxNames = 100;
constexpr std::string_view kExtension = ".lmzip-";  // and a number

std::string HashedName(const std::string& name) {
  char text[17];
  const auto* bytes = reinterpret_cast<const uint8_t*>(name.data());
  std::snprintf(text, sizeof(text), "%016" PRIx64, Xxh3(ByteView(bytes, name.size())));
  return text;
}

}  // namespace

fs::path FolderOf(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

bool IsTemporaryName(const fs::path& path) {
  const std::string number = path.extension().string();
  return path.filename().string().starts_with('.') && number.starts_with(kExtension) &&
         number.find_first_not_of("0123456789", kExtension.size()) == std::string::npos;
}

TemporaryName::TemporaryName(const fs::path& target, System& system)
    : system_(system), target_(target) {}

TemporaryName::~TemporaryName() { Remove(); }

int TemporaryName::Rename(const std::string& to) {
  const SignalPause pause;
  const int result = system_.Rename(path_, to);
  if (result == 0) doomed_.reset();
  return result;
}

int TemporaryName::RenameNew(const std::string& to) {
  const SignalPause pause;
  const int result = system_.RenameNew(path_, to);
  if (result == 0) doomed_.reset();
  return result;
}

void TemporaryName::Remove() {
  if (!taken()) return;
  const SignalPause pause;
  if (system_.Unlink(path_) == 0 || errno == ENOENT) doomed_.reset();
}

std::string TemporaryName::Candidate(int number) const {
  const std::string name = target_.filename().string();
  return FolderOf(target_) / ("." + (hashed_ ? HashedName(name) : name) + std::string(kExtension) +
                              std::to_string(number));
}

// True when the name is free now.
bool TemporaryName::RemoveLeftover(const std::string& path) {
  const int flags = O_NOFOLLOW | O_NONBLOCK;
  FileDescriptor file(system_.Open(path, O_RDWR | flags));  // NFS locks only what can be written
  if (!file && errno == EACCES) file = FileDescriptor(system_.Open(path, O_RDONLY | flags));
  if (!file) return errno == ENOENT;
  struct stat opened, named;
  if (system_.Status(file.get(), opened) != 0 || !S_ISREG(opened.st_mode)) return false;
  if (system_.Lock(file.get()) != 0) return false;
  // Another process may have removed it first, and created its own.
  const bool same = system_.LinkStatus(path, named) == 0 && named.st_dev == opened.st_dev &&
                    named.st_ino == opened.st_ino;
  return same && system_.Unlink(path) == 0;
}

void RemoveLeftovers(const fs::path& target, System& system) {
  TemporaryName(target, system).RemoveLeftovers();
}

void TemporaryName::RemoveLeftovers() {
  struct stat status;
  for (int number = 0; number < kMaxNames; ++number) {
    const std::string path = Candidate(number);
    if (system_.LinkStatus(path, status) == 0) {
      RemoveLeftover(path);
    } else if (errno == ENAMETOOLONG && !hashed_) {
      hashed_ = true;
      --number;
    } else {
      return;
    }
  }
}

// Calls make(path), which returns false with errno set, until a name is free. False, with errno
// set, when there is none.
template <typename Make>
bool TemporaryName::Take(Make make) {
  int error_number = EEXIST;
  for (int number = 0; number < kMaxNames && error_number == EEXIST; ++number) {
    path_ = Candidate(number);
    const SignalPause pause;
    doomed_.emplace(path_.c_str());
    if (make(path_)) return true;
    error_number = errno;
    doomed_.reset();
    if (error_number == ENAMETOOLONG && !hashed_) {
      hashed_ = true;
      error_number = EEXIST;
      number = -1;
    }
  }
  errno = error_number;
  return false;
}

FileDescriptor TemporaryName::Create() {
  FileDescriptor file;
  const bool taken = Take([&](const std::string& path) {
    file = FileDescriptor(system_.Open(path, O_RDWR | O_CREAT | O_EXCL, 0600));
    if (!file) return false;
    // Until it is locked, another process may take it for a leftover.
    struct stat status;
    system_.Lock(file.get());
    if (system_.Status(file.get(), status) != 0 || status.st_nlink > 0) return true;
    errno = EEXIST;
    return false;
  });
  if (!taken) throw IoError(target_.string() + ": cannot create", errno);
  return file;
}

bool TemporaryName::Link(const FileDescriptor& file) {
  system_.Lock(file.get());
  return Take([&](const std::string& path) { return system_.LinkOpen(file.get(), path) == 0; });
}

}  // namespace lmzip
