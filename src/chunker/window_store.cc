#include "chunker/window_store.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/scratch_file.h"

namespace lmzip {
namespace {

class MemoryStore final : public WindowStore {
 public:
  explicit MemoryStore(uint64_t bytes)
      : bytes_(std::make_unique_for_overwrite<uint8_t[]>(static_cast<size_t>(bytes))) {}

  void Write(uint64_t place, ByteView bytes) override {
    std::ranges::copy(bytes, &bytes_[place]);
  }
  ByteView From(uint64_t place, uint64_t end) override {
    return {&bytes_[place], static_cast<size_t>(end - place)};
  }
  ByteView Before(uint64_t place, uint64_t begin) override {
    return {&bytes_[begin], static_cast<size_t>(place - begin)};
  }

 private:
  const std::unique_ptr<uint8_t[]> bytes_;
};

/// Reads pages of a file, and keeps those that were read last.
class PagedStore : public WindowStore {
 public:
  ByteView From(uint64_t place, uint64_t end) override {
    const ByteView page = Page(place / kPageBytes);
    const uint64_t offset = place % kPageBytes;
    return page.subspan(offset, std::min<uint64_t>(page.size() - offset, end - place));
  }
  ByteView Before(uint64_t place, uint64_t begin) override {
    const uint64_t offset = (place - 1) % kPageBytes + 1;
    const uint64_t count = std::min(offset, place - begin);
    return Page((place - 1) / kPageBytes).subspan(offset - count, count);
  }

 protected:
  explicit PagedStore(uint64_t bytes)
      : bytes_(bytes), numbers_(kPages, kNone), memory_(kFileWindowBytes) {}

  /// The file has bytes before `end`, others than were read.
  void Written(uint64_t end) {
    bytes_ = std::max(bytes_, end);
    std::ranges::fill(numbers_, kNone);
  }

 private:
  static constexpr uint64_t kPageBytes = 16 << 10, kPages = kFileWindowBytes / kPageBytes;
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  virtual void Read(uint64_t place, std::span<uint8_t> out) = 0;

  // As far as there is something.
  ByteView Page(uint64_t number) {
    const std::span<uint8_t> room =
        std::span(memory_).subspan(number % kPages * kPageBytes, kPageBytes);
    const auto page = room.first(std::min(kPageBytes, bytes_ - number * kPageBytes));
    uint64_t& held = numbers_[number % kPages];
    if (held != number) {
      held = kNone;
      Read(number * kPageBytes, page);
      held = number;
    }
    return page;
  }

  uint64_t bytes_;
  std::vector<uint64_t> numbers_;  // of the pages in memory_, each in its place
  Bytes memory_;
};

class ScratchStore final : public PagedStore {
 public:
  ScratchStore() : PagedStore(0) {}

  void Write(uint64_t place, ByteView bytes) override {
    file_.Write(place, bytes);
    Written(place + bytes.size());
  }

 private:
  void Read(uint64_t place, std::span<uint8_t> out) override { file_.Read(place, out); }

  ScratchFile file_;
};

class FilesStore final : public PagedStore {
 public:
  FilesStore(std::vector<const RandomAccess*> files, uint64_t bytes)
      : PagedStore(bytes), files_(std::move(files)) {}

  void Write(uint64_t, ByteView) override { LMZIP_CHECK(false); }

 private:
  void Read(uint64_t place, std::span<uint8_t> out) override {
    for (const RandomAccess* file : files_) {
      const uint64_t left = file->size() - std::min(place, file->size());
      const auto part = out.first(std::min<uint64_t>(left, out.size()));
      if (!part.empty()) file->Read(place, part);
      place -= std::min(place, file->size());
      out = out.subspan(part.size());
    }
  }

  const std::vector<const RandomAccess*> files_;
};

}  // namespace

std::unique_ptr<WindowStore> WindowInMemory(uint64_t bytes) {
  return std::make_unique<MemoryStore>(bytes);
}

std::unique_ptr<WindowStore> WindowInFile() { return std::make_unique<ScratchStore>(); }

std::unique_ptr<WindowStore> WindowOfFiles(std::vector<const RandomAccess*> files) {
  uint64_t bytes = 0;
  for (const RandomAccess* file : files) bytes += file->size();
  return std::make_unique<FilesStore>(std::move(files), bytes);
}

}  // namespace lmzip
