#include "chunker/window_store.h"

#include <algorithm>
#include <limits>
#include <vector>

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

/// Reads pages, and keeps those that were read last.
class FileStore final : public WindowStore {
 public:
  FileStore() : numbers_(kPages, kNone), memory_(kFileWindowBytes) {}

  void Write(uint64_t place, ByteView bytes) override {
    file_.Write(place, bytes);
    written_ = std::max(written_, place + bytes.size());
    std::ranges::fill(numbers_, kNone);
  }
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

 private:
  static constexpr uint64_t kPageBytes = 16 << 10, kPages = kFileWindowBytes / kPageBytes;
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  // As far as it was written.
  ByteView Page(uint64_t number) {
    const std::span<uint8_t> room = std::span(memory_).subspan(number % kPages * kPageBytes, kPageBytes);
    const auto page = room.first(std::min(kPageBytes, written_ - number * kPageBytes));
    uint64_t& held = numbers_[number % kPages];
    if (held != number) {
      held = kNone;
      file_.Read(number * kPageBytes, page);
      held = number;
    }
    return page;
  }

  ScratchFile file_;
  std::vector<uint64_t> numbers_;  // of the pages in memory_, each in its place
  Bytes memory_;
  uint64_t written_ = 0;
};

}  // namespace

std::unique_ptr<WindowStore> WindowInMemory(uint64_t bytes) {
  return std::make_unique<MemoryStore>(bytes);
}

std::unique_ptr<WindowStore> WindowInFile() { return std::make_unique<FileStore>(); }

}  // namespace lmzip
