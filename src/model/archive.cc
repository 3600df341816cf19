#include "model/archive.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>

#include "base/random_access.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr size_t kMaxMembers = 10'000;

// minizip's I/O callbacks over a RandomAccess. The opaque pointer is the stream itself. minizip
// reads numbers byte by byte: a window keeps that from becoming a system call each. Exceptions do
// not cross minizip, which is C; the first is kept.
struct ZipStream {
  const RandomAccess& bytes;
  uint64_t position = 0;
  std::array<uint8_t, 1024> window;
  uint64_t window_begin = 0;
  size_t window_bytes = 0;
  std::exception_ptr error;

  // Copies what the window holds of `out` from `position` on; refills it where it holds nothing.
  size_t ReadSome(std::span<uint8_t> out) {
    if (position < window_begin || position >= window_begin + window_bytes) {
      window_begin = position;
      window_bytes = std::min<uint64_t>(window.size(), bytes.size() - position);
      bytes.Read(position, std::span(window).first(window_bytes));
    }
    const size_t at = position - window_begin;
    const size_t count = std::min(out.size(), window_bytes - at);
    std::copy_n(window.begin() + static_cast<ptrdiff_t>(at), count, out.begin());
    position += count;
    return count;
  }
};

ZipStream& Stream(voidpf stream) { return *static_cast<ZipStream*>(stream); }

voidpf OpenStream(voidpf opaque, const void*, int) { return opaque; }

uLong ReadStream(voidpf, voidpf stream, void* buffer, uLong size) {
  ZipStream& s = Stream(stream);
  const std::span out(static_cast<uint8_t*>(buffer), size);
  size_t done = 0;
  try {
    while (done < size && s.position < s.bytes.size()) done += s.ReadSome(out.subspan(done));
  } catch (...) {
    if (!s.error) s.error = std::current_exception();
  }
  return static_cast<uLong>(done);
}

uLong RefuseWrite(voidpf, voidpf, const void*, uLong) { return 0; }

ZPOS64_T TellStream(voidpf, voidpf stream) { return Stream(stream).position; }

long SeekStream(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  ZipStream& s = Stream(stream);
  const uint64_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                        : origin == ZLIB_FILEFUNC_SEEK_CUR ? s.position
                                                           : s.bytes.size();
  if (offset > s.bytes.size() - base) return -1;
  s.position = base + offset;
  return 0;
}

int CloseStream(voidpf, voidpf) { return 0; }
int StreamError(voidpf, voidpf) { return 0; }

// The reader would also accept a directory whose last bytes are missing.
bool EndsWithDirectory(const RandomAccess& bytes, uint64_t comment_bytes) {
  constexpr std::array<uint8_t, 4> kEndOfDirectory = {'P', 'K', 5, 6};
  constexpr uint64_t kEndBytes = 22;
  if (bytes.size() < kEndBytes + comment_bytes) return false;
  std::array<uint8_t, 4> found;
  bytes.Read(bytes.size() - kEndBytes - comment_bytes, found);
  return found == kEndOfDirectory;
}

struct CloseZip {
  void operator()(void* zip) const { unzClose(zip); }
};

}  // namespace

Archive::Archive(const RandomAccess& bytes, const std::string& label) : label_(label) {
  ZipStream stream{.bytes = bytes};
  // A file that could not be read is not one that is damaged.
  const auto fail = [&](const std::string& why) {
    if (stream.error) std::rethrow_exception(stream.error);
    return Error(ErrorCode::kModelLoad, label + ": not a model file: " + why);
  };
  zlib_filefunc64_def calls{};
  calls.zopen64_file = OpenStream;
  calls.zread_file = ReadStream;
  calls.zwrite_file = RefuseWrite;
  calls.ztell64_file = TellStream;
  calls.zseek64_file = SeekStream;
  calls.zclose_file = CloseStream;
  calls.zerror_file = StreamError;
  calls.opaque = &stream;
  const std::unique_ptr<void, CloseZip> zip(unzOpen2_64("", &calls));
  unz_global_info64 directory;
  if (!zip || unzGetGlobalInfo64(zip.get(), &directory) != UNZ_OK ||
      !EndsWithDirectory(bytes, directory.size_comment)) {
    throw fail("no zip directory at its end (a file cut short?)");
  }

  std::string root;
  int status = unzGoToFirstFile(zip.get());
  for (; status == UNZ_OK; status = unzGoToNextFile(zip.get())) {
    unz_file_info64 info;
    char name[512];
    if (unzGetCurrentFileInfo64(zip.get(), &info, name, sizeof name, nullptr, 0, nullptr, 0) !=
            UNZ_OK ||
        info.size_filename >= sizeof name || unzOpenCurrentFile(zip.get()) != UNZ_OK) {
      throw fail("damaged zip directory");
    }
    const uint64_t start = unzGetCurrentFileZStreamPos64(zip.get());
    unzCloseCurrentFile(zip.get());
    if (start > bytes.size() || info.compressed_size > bytes.size() - start) {
      throw fail(std::string(name) + " leads out of the file");
    }
    const std::string path(name);
    const size_t slash = path.find('/');
    if (slash == std::string::npos) throw fail(path + " lies outside the root folder");
    if (root.empty()) root = path.substr(0, slash + 1);
    if (path.compare(0, root.size(), root) != 0) throw fail("more than one root folder");
    if (members_.size() >= kMaxMembers) throw fail("too many members");
    const bool stored =
        info.compression_method == 0 && info.compressed_size == info.uncompressed_size;
    members_[path.substr(root.size())] = {{start, info.compressed_size}, stored};
  }
  if (status != UNZ_END_OF_LIST_OF_FILE) throw fail("damaged zip directory");
}

std::optional<Archive::Extent> Archive::Find(const std::string& member) const {
  const auto found = members_.find(member);
  if (found == members_.end()) return std::nullopt;
  if (!found->second.stored) {
    throw Error(ErrorCode::kModelLoad, label_ + ": " + member + " is compressed, must be stored");
  }
  return found->second.extent;
}

}  // namespace lmzip
