#include "mixer/zeroed_array.h"

#include <sys/mman.h>

#include <cstring>
#include <map>
#include <mutex>
#include <new>

namespace lmzip {
namespace {

constexpr size_t kHugePageBytes = size_t{4} << 20;
constexpr size_t kKeptBytes = size_t{48} << 20;     // of all freed memory
constexpr size_t kKeptPieceBytes = kHugePageBytes;  // below this, clearing beats mapping

class Pages {
 public:
  void* Take(size_t bytes) {
    if (void* kept = TakeKept(bytes)) return std::memset(kept, 0, bytes);
    void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    if (bytes >= kHugePageBytes) madvise(pages, bytes, MADV_HUGEPAGE);
    return pages;
  }

  void Free(void* pages, size_t bytes) noexcept {
    if (!Keep(pages, bytes)) munmap(pages, bytes);
  }

 private:
  void* TakeKept(size_t bytes) {
    const std::lock_guard lock(mutex_);
    auto kept = kept_.extract(bytes);
    if (!kept) return nullptr;
    kept_bytes_ -= bytes;
    return kept.mapped();
  }

  bool Keep(void* pages, size_t bytes) noexcept try {
    const std::lock_guard lock(mutex_);
    if (bytes >= kKeptPieceBytes || kept_bytes_ + bytes > kKeptBytes) return false;
    kept_.emplace(bytes, pages);
    kept_bytes_ += bytes;
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  std::mutex mutex_;
  std::multimap<size_t, void*> kept_;  // by size
  size_t kept_bytes_ = 0;
};

// Never destroyed: frames may end after main() has returned.
Pages& AllPages() {
  static Pages& pages = *new Pages;
  return pages;
}

}  // namespace

void* TakeZeroedPages(size_t bytes) { return AllPages().Take(bytes); }
void FreeZeroedPages(void* pages, size_t bytes) noexcept { AllPages().Free(pages, bytes); }

}  // namespace lmzip
