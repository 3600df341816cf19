// What the core asks of the operating system: platform_linux.cc, platform_windows.cc and
// platform_web.cc. What the command line asks for, files that appear whole and terminals, is in
// src/files.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lmzip::platform {

/// The file that holds this code; empty when the system does not tell.
std::filesystem::path FindOwnFile();

/// Where users keep what programs share; empty when the environment does not tell.
std::filesystem::path UserDataFolder();
/// What is there for all users.
std::vector<std::filesystem::path> SharedDataFolders();
/// Between folders in a variable of the environment.
extern const char kFolderSeparator;

/// Opens a shared library for good. Null, and why, for a failure.
void* OpenLibrary(const std::filesystem::path& path, std::string& reason);
/// Null when there is none.
void* FindSymbol(void* library, const char* name);

/// CPUs that this process may run on.
int AllowedCpus();
/// Files that this process may have open at once.
size_t MaxOpenFiles();

/// What std::atomic's wait() and notify_all() are for: libstdc++ 12 has them for Linux alone, and
/// loses wake-ups elsewhere. May return early.
void WaitWhile(const std::atomic<uint64_t>& value, uint64_t old) noexcept;
void WakeAll(std::atomic<uint64_t>& value) noexcept;

/// Fresh zeroed pages, on huge ones if that can be had. Throws std::bad_alloc.
std::byte* MapPages(size_t bytes);
std::byte* MapHugePages(size_t bytes);
/// All that was mapped by one call.
void UnmapPages(void* pages, size_t bytes) noexcept;

// Files. What fails sets errno. EINTR never shows.

struct FileStatus {
  bool regular = false;
  uint64_t bytes = 0;
  int64_t written = 0;  // when, in a unit of the system
  bool operator==(const FileStatus&) const = default;
};

/// A descriptor, or -1. Waits for no FIFO's writer.
int OpenToRead(const std::filesystem::path& path);
/// The descriptor of an empty file for reading and writing that goes when it is closed; or -1.
int OpenScratch(const std::filesystem::path& folder);
std::optional<FileStatus> StatusOf(int fd);
/// Reads as far as the file goes; returns how many bytes that are.
std::optional<size_t> ReadAt(int fd, uint64_t offset, std::span<uint8_t> out);
/// Writes all, or returns false.
bool WriteAt(int fd, uint64_t offset, std::span<const uint8_t> bytes);

}  // namespace lmzip::platform
