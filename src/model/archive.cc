#include "model/archive.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>

#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr size_t kMaxMembers = 10'000;

// minizip's I/O callbacks over a byte view. The opaque pointer is the stream itself.
struct MemoryStream {
  ByteView bytes;
  uint64_t position = 0;
};

MemoryStream& Stream(voidpf stream) { return *static_cast<MemoryStream*>(stream); }

voidpf OpenMemory(voidpf opaque, const void*, int) { return opaque; }

uLong ReadMemory(voidpf, voidpf stream, void* buffer, uLong size) {
  MemoryStream& s = Stream(stream);
  const uint64_t count = std::min<uint64_t>(size, s.bytes.size() - s.position);
  if (count > 0) std::memcpy(buffer, s.bytes.data() + s.position, count);  // data() may be null
  s.position += count;
  return count;
}

uLong RefuseWrite(voidpf, voidpf, const void*, uLong) { return 0; }

ZPOS64_T TellMemory(voidpf, voidpf stream) { return Stream(stream).position; }

long SeekMemory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  MemoryStream& s = Stream(stream);
  const uint64_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                        : origin == ZLIB_FILEFUNC_SEEK_CUR ? s.position
                                                           : s.bytes.size();
  if (offset > s.bytes.size() - base) return -1;
  s.position = base + offset;
  return 0;
}

int CloseMemory(voidpf, voidpf) { return 0; }
int MemoryError(voidpf, voidpf) { return 0; }

// The reader would also accept a directory whose last bytes are missing.
bool EndsWithDirectory(ByteView bytes, size_t comment_bytes) {
  constexpr std::array<uint8_t, 4> kEndOfDirectory = {'P', 'K', 5, 6};
  constexpr size_t kEndBytes = 22;
  return bytes.size() >= kEndBytes + comment_bytes &&
         std::ranges::equal(bytes.last(kEndBytes + comment_bytes).first(kEndOfDirectory.size()),
                            kEndOfDirectory);
}

struct CloseZip {
  void operator()(void* zip) const { unzClose(zip); }
};

}  // namespace

Archive::Archive(ByteView bytes, const std::string& label) : label_(label) {
  const auto fail = [&label](const std::string& why) {
    return Error(ErrorCode::kModelLoad, label + ": not a model file: " + why);
  };
  MemoryStream stream{bytes};
  zlib_filefunc64_def calls{};
  calls.zopen64_file = OpenMemory;
  calls.zread_file = ReadMemory;
  calls.zwrite_file = RefuseWrite;
  calls.ztell64_file = TellMemory;
  calls.zseek64_file = SeekMemory;
  calls.zclose_file = CloseMemory;
  calls.zerror_file = MemoryError;
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
    members_[path.substr(root.size())] = {bytes.subspan(start, info.compressed_size), stored};
  }
  if (status != UNZ_END_OF_LIST_OF_FILE) throw fail("damaged zip directory");
}

std::optional<ByteView> Archive::Find(const std::string& member) const {
  const auto found = members_.find(member);
  if (found == members_.end()) return std::nullopt;
  if (!found->second.stored) {
    throw Error(ErrorCode::kModelLoad, label_ + ": " + member + " is compressed, must be stored");
  }
  return found->second.data;
}

}  // namespace lmzip
