#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <thread>

#include "base/platform.h"
#include "base/zeroed_array.h"

namespace lmzip::platform {
namespace {

namespace fs = std::filesystem;

/// Moves all bytes of a span by transfer(bytes, offset); stops at the end of the file. The number
/// of those that were moved, or nullopt and errno.
template <typename Byte, typename Transfer>
std::optional<size_t> MoveAll(std::span<Byte> bytes, uint64_t offset, const Transfer& transfer) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t moved = transfer(bytes.subspan(done), static_cast<off_t>(offset + done));
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) return std::nullopt;
    if (moved == 0) break;
    done += static_cast<size_t>(moved);
  }
  return done;
}

}  // namespace

// Of a program dladdr() knows what it was called as, which may be a name found in $PATH, and the
// loader's list an empty name; of a library the path that it was opened by.
fs::path FindOwnFile() {
  std::error_code error;
  Dl_info info{};
  link_map* object = nullptr;
  const auto here = reinterpret_cast<const void*>(&FindOwnFile);
  const auto out = reinterpret_cast<void**>(&object);
  const bool found = ::dladdr1(here, &info, out, RTLD_DL_LINKMAP) != 0;
  if (found && object != nullptr && object->l_name != nullptr && *object->l_name != '\0') {
    const fs::path library = fs::canonical(object->l_name, error);
    return error ? fs::path() : library;
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program;
}

fs::path UserDataFolder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return data;
  const char* home = std::getenv("HOME");
  return home && *home ? fs::path(home) / ".local/share" : fs::path();
}

std::vector<fs::path> SharedDataFolders() { return {"/usr/local/share", "/usr/share"}; }

const char kFolderSeparator = ':';

void* OpenLibrary(const fs::path& path, std::string& reason) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) reason = ::dlerror();
  return library;
}

void* FindSymbol(void* library, const char* name) { return ::dlsym(library, name); }

int AllowedCpus() {
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    const size_t bytes = CPU_ALLOC_SIZE(cpus);
    std::vector<cpu_set_t> set((bytes + sizeof(cpu_set_t) - 1) / sizeof(cpu_set_t));
    if (::sched_getaffinity(0, set.size() * sizeof(cpu_set_t), set.data()) == 0) {
      return CPU_COUNT_S(set.size() * sizeof(cpu_set_t), set.data());
    }
  }
  return static_cast<int>(std::thread::hardware_concurrency());
}

size_t MaxOpenFiles() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  return static_cast<size_t>(std::min<rlim_t>(limit.rlim_cur, size_t{1} << 20));
}

void WaitWhile(const std::atomic<uint64_t>& value, uint64_t old) noexcept {
  value.wait(old, std::memory_order_acquire);
}
void WakeAll(std::atomic<uint64_t>& value) noexcept { value.notify_all(); }

std::byte* MapPages(size_t bytes) {
  void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(pages);
}

// Older kernels don't align a mapping for huge pages by themselves: cuts it out of a larger one.
std::byte* MapHugePages(size_t bytes) {
  std::byte* pages = MapPages(bytes + kHugePageBytes);
  const size_t before = -reinterpret_cast<uintptr_t>(pages) & (kHugePageBytes - 1);
  if (before > 0) ::munmap(pages, before);
  pages += before;
  ::munmap(pages + bytes, kHugePageBytes - before);
  ::madvise(pages, bytes, MADV_HUGEPAGE);
  return pages;
}

void UnmapPages(void* pages, size_t bytes) noexcept { ::munmap(pages, bytes); }

int OpenToRead(const fs::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

// Where a file system has no nameless files, one has a name for a moment.
int OpenScratch(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  std::string name = folder / "lmzip-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

std::optional<FileStatus> StatusOf(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return std::nullopt;
  return FileStatus{
      .regular = S_ISREG(status.st_mode),
      .bytes = static_cast<uint64_t>(status.st_size),
      .written = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

std::optional<size_t> ReadAt(int fd, uint64_t offset, std::span<uint8_t> out) {
  return MoveAll(out, offset, [fd](std::span<uint8_t> rest, off_t at) {
    return ::pread(fd, rest.data(), rest.size(), at);
  });
}

bool WriteAt(int fd, uint64_t offset, std::span<const uint8_t> bytes) {
  const auto written = MoveAll(bytes, offset, [fd](std::span<const uint8_t> rest, off_t at) {
    return ::pwrite(fd, rest.data(), rest.size(), at);
  });
  if (written && *written < bytes.size()) errno = ENOSPC;
  return written == bytes.size();
}

}  // namespace lmzip::platform
