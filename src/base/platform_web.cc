// WebAssembly by Emscripten: one thread, no libraries, files in memory.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/platform.h"

namespace lmzip::platform {

namespace fs = std::filesystem;

fs::path FindOwnFile() { return {}; }
fs::path UserDataFolder() { return {}; }
std::vector<fs::path> SharedDataFolders() { return {"/usr/share"}; }

const char kFolderSeparator = ':';

void* OpenLibrary(const fs::path& path, std::string& reason) {
  reason = path.string() + ": a page opens no libraries";
  return nullptr;
}
void* FindSymbol(void*, const char*) { return nullptr; }

int AllowedCpus() { return 1; }
size_t MaxOpenFiles() { return 256; }

// Nobody else could wake the only thread.
void WaitWhile(const std::atomic<uint64_t>&, uint64_t) noexcept { std::abort(); }
void WakeAll(std::atomic<uint64_t>&) noexcept {}

std::byte* MapPages(size_t bytes) {
  constexpr size_t kPageBytes = 4096;
  void* const pages = ::aligned_alloc(kPageBytes, (bytes + kPageBytes - 1) & ~(kPageBytes - 1));
  if (pages == nullptr) throw std::bad_alloc();
  return static_cast<std::byte*>(std::memset(pages, 0, bytes));
}
std::byte* MapHugePages(size_t bytes) { return MapPages(bytes); }
void UnmapPages(void* pages, size_t) noexcept { std::free(pages); }

int OpenToRead(const fs::path& path) { return ::open(path.c_str(), O_RDONLY); }

int OpenScratch(const fs::path& folder) {
  std::string name = folder / "lmzip-XXXXXX";
  const int fd = ::mkstemp(name.data());
  if (fd >= 0) ::unlink(name.c_str());
  return fd;
}

std::optional<FileStatus> StatusOf(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return std::nullopt;
  return FileStatus{.regular = S_ISREG(status.st_mode),
                    .bytes = static_cast<uint64_t>(status.st_size),
                    .written = status.st_mtim.tv_sec};
}

std::optional<size_t> ReadAt(int fd, uint64_t offset, std::span<uint8_t> out) {
  const ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
  if (got < 0) return std::nullopt;
  return static_cast<size_t>(got);
}

bool WriteAt(int fd, uint64_t offset, std::span<const uint8_t> bytes) {
  const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (written >= 0 && written < std::ssize(bytes)) errno = ENOSPC;
  return written == std::ssize(bytes);
}

}  // namespace lmzip::platform
