#include "cli/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// Names that a signal handler must remove. Slots are taken and given back atomically; the handler
// only reads them.
class TemporaryNames {
 public:
  void Add(const char* name) noexcept {
    for (auto& slot : slots_) {
      const char* empty = nullptr;
      if (slot.compare_exchange_strong(empty, name)) return;
    }
  }
  void Remove(const char* name) noexcept {
    for (auto& slot : slots_) {
      const char* expected = name;
      if (slot.compare_exchange_strong(expected, nullptr)) return;
    }
  }
  void UnlinkAll() noexcept {
    for (auto& slot : slots_) {
      if (const char* name = slot.load()) ::unlink(name);
    }
  }

 private:
  std::array<std::atomic<const char*>, 256> slots_{};
};

TemporaryNames temporary_names;

void EndBySignal(int signal) {
  temporary_names.UnlinkAll();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

fs::path FolderOf(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

// What creat() would give. umask() can only be read by setting it.
mode_t DefaultMode() {
  static const mode_t mode = [] {
    const mode_t mask = ::umask(077);
    ::umask(mask);
    return 0666 & ~mask;
  }();
  return mode;
}

std::string DescriptorPath(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace

OutputFile::OutputFile(const fs::path& target) : target_(target) {
  file_ = FileDescriptor(::open(FolderOf(target).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (file_ && ::access(DescriptorPath(file_.get()).c_str(), F_OK) != 0) file_ = FileDescriptor();
  if (!file_) CreateNamed();
  sink_.emplace(file_.get(), target.string());
}

OutputFile::~OutputFile() {
  if (temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  temporary_names.Remove(temporary_.c_str());
}

// Calls create(name), which returns false with errno set, until a name is free.
template <typename Create>
void OutputFile::TakeTemporaryName(Create create) {
  for (unsigned attempt = 0;; ++attempt) {
    temporary_ = FolderOf(target_) / ("." + target_.filename().string() + "." +
                                      std::to_string(::getpid()) + "-" + std::to_string(attempt));
    temporary_names.Add(temporary_.c_str());
    if (create(temporary_.c_str())) return;
    const int error_number = errno;
    temporary_names.Remove(temporary_.c_str());
    temporary_.clear();
    if (error_number != EEXIST) throw IoError(target_.string() + ": cannot create", error_number);
  }
}

void OutputFile::CreateNamed() {
  TakeTemporaryName([this](const char* name) {
    file_ = FileDescriptor(::open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    return static_cast<bool>(file_);
  });
}

// For a rename over the target.
void OutputFile::NameNameless() {
  TakeTemporaryName([this](const char* name) {
    return ::linkat(AT_FDCWD, DescriptorPath(file_.get()).c_str(), AT_FDCWD, name,
                    AT_SYMLINK_FOLLOW) == 0;
  });
}

void OutputFile::Commit(const CommitOptions& options) {
  if (options.like) {
    CopyAttributes(*options.like);
  } else {
    ::fchmod(file_.get(), DefaultMode());
  }
  if (options.sync && ::fsync(file_.get()) != 0) {
    throw IoError(target_.string() + ": cannot write to disk", errno);
  }
  const bool named = !temporary_.empty();
  if (!named && !options.overwrite) {
    if (::linkat(AT_FDCWD, DescriptorPath(file_.get()).c_str(), AT_FDCWD, target_.c_str(),
                 AT_SYMLINK_FOLLOW) != 0) {
      throw IoError(target_.string() + ": cannot create", errno);
    }
  } else {
    if (!named) NameNameless();
    // A plain rename would replace what appeared meanwhile.
    const int renamed = options.overwrite ? ::rename(temporary_.c_str(), target_.c_str())
                                          : ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD,
                                                        target_.c_str(), RENAME_NOREPLACE);
    if (renamed != 0) throw IoError(target_.string() + ": cannot create", errno);
    temporary_names.Remove(temporary_.c_str());
    temporary_.clear();
  }
  file_.Close(target_.string());
}

// Failures are harmless: who may not give a file away keeps it, with the mode that is safe then.
void OutputFile::CopyAttributes(const struct stat& like) {
  const bool owned = ::fchown(file_.get(), like.st_uid, like.st_gid) == 0;
  const mode_t mode = like.st_mode & 0777;
  ::fchmod(file_.get(), owned || like.st_uid == ::geteuid() ? mode : mode & 0700);
  const timespec times[2] = {like.st_atim, like.st_mtim};
  ::futimens(file_.get(), times);
}

void OccupyStandardStreams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest number: fd
  }
}

void InstallSignalHandlers() {
  struct sigaction action {};
  action.sa_handler = EndBySignal;
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before;
    // nohup and shells in the background ask for some to be ignored: so be it.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
      ::sigaction(signal, &action, nullptr);
    }
  }
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace lmzip
