#include "base/zeroed_array.h"

#include <cstddef>
#include <cstring>
#include <iterator>
#include <map>
#include <new>

#include "base/mutex.h"
#include "base/platform.h"

namespace lmzip {
namespace {

constexpr size_t kHugePiece = size_t{1} << 20;       // from here on, huge pages
constexpr size_t kKeptBytes = size_t{48} << 20;      // of all freed memory
constexpr size_t kKeptPieceBytes = size_t{4} << 20;  // below this, clearing beats mapping

size_t RoundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) & ~(unit - 1); }

class Pages {
 public:
  void* Take(size_t bytes) {
    if (void* kept = TakeKept(bytes)) return std::memset(kept, 0, bytes);
    return bytes < kHugePiece ? platform::MapPages(bytes)
                              : platform::MapHugePages(MappedBytes(bytes));
  }

  void Free(void* pages, size_t bytes) noexcept {
    if (!Keep(pages, bytes)) platform::UnmapPages(pages, MappedBytes(bytes));
  }

  void Trim(size_t bytes) noexcept {
    const MutexLock lock(mutex_);
    while (kept_bytes_ > bytes) {
      const auto largest = std::prev(kept_.end());
      platform::UnmapPages(largest->second, MappedBytes(largest->first));
      kept_bytes_ -= MappedBytes(largest->first);
      kept_.erase(largest);
    }
  }

 private:
  void* TakeKept(size_t bytes) {
    const MutexLock lock(mutex_);
    auto kept = kept_.extract(bytes);
    if (!kept) return nullptr;
    kept_bytes_ -= MappedBytes(bytes);
    return kept.mapped();
  }

  bool Keep(void* pages, size_t bytes) noexcept try {
    const MutexLock lock(mutex_);
    if (bytes >= kKeptPieceBytes || kept_bytes_ + MappedBytes(bytes) > kKeptBytes) return false;
    kept_.emplace(bytes, pages);
    kept_bytes_ += MappedBytes(bytes);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  Mutex mutex_;
  std::multimap<size_t, void*> kept_ LMZIP_GUARDED_BY(mutex_);  // by size
  size_t kept_bytes_ LMZIP_GUARDED_BY(mutex_) = 0;
};

// Never destroyed: frames may end after main() has returned.
Pages& AllPages() {
  static Pages& pages = *new Pages;
  return pages;
}

}  // namespace

size_t MappedBytes(size_t bytes) noexcept {
  constexpr size_t kPageBytes = 4096;
  return RoundUp(bytes, bytes < kHugePiece ? kPageBytes : kHugePageBytes);
}

void TrimKeptPages(size_t bytes) noexcept { AllPages().Trim(bytes); }

void* TakeZeroedPages(size_t bytes) { return AllPages().Take(bytes); }
void FreeZeroedPages(void* pages, size_t bytes) noexcept { AllPages().Free(pages, bytes); }

}  // namespace lmzip
