// Windows 8.1 and later, by MinGW-w64's C library. Its descriptors stand for the system's handles.
#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <stdio.h>
#include <windows.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <system_error>
#include <thread>

#include "base/platform.h"

namespace lmzip::platform {
namespace {

namespace fs = std::filesystem;

std::string LastErrorText() {
  return std::system_category().message(static_cast<int>(::GetLastError()));
}

// The errno that is nearest to the last error.
int LastErrorNumber() {
  const auto condition =
      std::system_category().default_error_condition(static_cast<int>(::GetLastError()));
  return condition.category() == std::generic_category() ? condition.value() : EIO;
}

HANDLE HandleOf(int fd) { return reinterpret_cast<HANDLE>(::_get_osfhandle(fd)); }

/// Moves all bytes of a span by transfer(bytes, size, moved, place), which is ReadFile() or
/// WriteFile(); stops at the end of the file. The number of those that were moved, or nullopt and
/// errno.
template <typename Byte, typename Transfer>
std::optional<size_t> MoveAll(std::span<Byte> bytes, uint64_t offset, const Transfer& transfer) {
  constexpr size_t kMostBytes = size_t{1} << 30;  // a call
  size_t done = 0;
  while (done < bytes.size()) {
    const std::span<Byte> rest = bytes.subspan(done);
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset + done);
    place.OffsetHigh = static_cast<DWORD>((offset + done) >> 32);
    DWORD moved = 0;
    if (!transfer(rest.data(), static_cast<DWORD>(std::min(rest.size(), kMostBytes)), &moved,
                  &place)) {
      if (::GetLastError() == ERROR_HANDLE_EOF) break;
      errno = LastErrorNumber();
      return std::nullopt;
    }
    if (moved == 0) break;
    done += moved;
  }
  return done;
}

}  // namespace

fs::path FindOwnFile() {
  HMODULE module = nullptr;
  const auto here = reinterpret_cast<LPCWSTR>(&FindOwnFile);
  constexpr DWORD kFlags =
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (!::GetModuleHandleExW(kFlags, here, &module)) return {};
  std::array<wchar_t, 32768> name;  // the longest path that there is
  const DWORD length = ::GetModuleFileNameW(module, name.data(), static_cast<DWORD>(name.size()));
  return length < name.size() ? fs::path(name.data(), name.data() + length) : fs::path();
}

fs::path UserDataFolder() {
  const wchar_t* data = ::_wgetenv(L"LOCALAPPDATA");
  return data != nullptr ? fs::path(data) : fs::path();
}

std::vector<fs::path> SharedDataFolders() {
  const wchar_t* data = ::_wgetenv(L"ProgramData");
  if (data == nullptr || *data == L'\0') return {};
  return {data};
}

const char kFolderSeparator = ';';

void* OpenLibrary(const fs::path& path, std::string& reason) {
  const HMODULE library = ::LoadLibraryExW(path.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (library == nullptr) reason = path.string() + ": " + LastErrorText();
  return library;
}

void* FindSymbol(void* library, const char* name) {
  return reinterpret_cast<void*>(::GetProcAddress(static_cast<HMODULE>(library), name));
}

int AllowedCpus() {
  DWORD_PTR own = 0, all = 0;
  if (::GetProcessAffinityMask(::GetCurrentProcess(), &own, &all) && own != 0) {
    return std::popcount(own);
  }
  return static_cast<int>(std::thread::hardware_concurrency());
}

size_t MaxOpenFiles() { return static_cast<size_t>(::_getmaxstdio()); }

void WaitWhile(const std::atomic<uint64_t>& value, uint64_t old) noexcept {
  static_assert(sizeof(value) == sizeof(old));
  auto* const address = const_cast<std::atomic<uint64_t>*>(&value);  // is only read
  ::WaitOnAddress(address, &old, sizeof(old), INFINITE);
}
void WakeAll(std::atomic<uint64_t>& value) noexcept { ::WakeByAddressAll(&value); }

std::byte* MapPages(size_t bytes) {
  void* pages = ::VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (pages == nullptr) throw std::bad_alloc();
  return static_cast<std::byte*>(pages);
}

// Huge pages need a right that users do not have.
std::byte* MapHugePages(size_t bytes) { return MapPages(bytes); }

void UnmapPages(void* pages, size_t) noexcept { ::VirtualFree(pages, 0, MEM_RELEASE); }

int OpenToRead(const fs::path& path) {
  return ::_wsopen(path.c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT, _SH_DENYNO);
}

int OpenScratch(const fs::path& folder) {
  std::array<wchar_t, MAX_PATH> name;
  if (::GetTempFileNameW(folder.c_str(), L"lmz", 0, name.data()) == 0) {
    errno = LastErrorNumber();
    return -1;
  }
  return ::_wsopen(name.data(), _O_RDWR | _O_BINARY | _O_NOINHERIT | _O_TEMPORARY, _SH_DENYNO);
}

std::optional<FileStatus> StatusOf(int fd) {
  BY_HANDLE_FILE_INFORMATION status;
  const HANDLE file = HandleOf(fd);
  if (::GetFileType(file) != FILE_TYPE_DISK) return FileStatus{};
  if (!::GetFileInformationByHandle(file, &status)) {
    errno = LastErrorNumber();
    return std::nullopt;
  }
  const FILETIME& written = status.ftLastWriteTime;
  return FileStatus{.regular = (status.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0,
                    .bytes = uint64_t{status.nFileSizeHigh} << 32 | status.nFileSizeLow,
                    .written = static_cast<int64_t>(uint64_t{written.dwHighDateTime} << 32 |
                                                    written.dwLowDateTime)};
}

std::optional<size_t> ReadAt(int fd, uint64_t offset, std::span<uint8_t> out) {
  return MoveAll(out, offset, [file = HandleOf(fd)](auto... arguments) {
    return ::ReadFile(file, arguments...);
  });
}

bool WriteAt(int fd, uint64_t offset, std::span<const uint8_t> bytes) {
  const auto written = MoveAll(bytes, offset, [file = HandleOf(fd)](auto... arguments) {
    return ::WriteFile(file, arguments...);
  });
  if (written && *written < bytes.size()) errno = ENOSPC;
  return written == bytes.size();
}

}  // namespace lmzip::platform
