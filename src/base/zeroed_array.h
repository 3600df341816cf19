// Memory that is zero.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <type_traits>
#include <utility>

#include "base/cache_line.h"

namespace lmzip {

inline constexpr size_t kHugePageBytes = size_t{2} << 20;  // where a system has others, no harm

/// Zeroed memory on pages of its own: from 1 MiB on huge ones, in whole numbers. Large memory is
/// fresh from the system and costs nothing until it is touched. Pieces below 4 MiB are kept when
/// they are freed (48 MiB in all) and cleared when they are taken again: where thousands of small
/// frames follow each other, mapping and touching fresh pages, and telling the other cores that
/// they are gone, cost more than the coding. Any thread.
void* TakeZeroedPages(size_t bytes);
void FreeZeroedPages(void* pages, size_t bytes) noexcept;
/// What a piece of `bytes` takes.
size_t MappedBytes(size_t bytes) noexcept;
/// Gives back kept pieces until they are no more than `bytes` in all.
void TrimKeptPages(size_t bytes) noexcept;

/// A fixed number of objects whose all-zero bytes are a valid state.
template <typename T>
class ZeroedArray {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);

 public:
  /// Throws std::bad_alloc.
  explicit ZeroedArray(size_t count)
      : bytes_(count * sizeof(T)), data_(static_cast<T*>(TakeZeroedPages(bytes_))) {}
  ~ZeroedArray() { FreeZeroedPages(data_, bytes_); }
  ZeroedArray(const ZeroedArray&) = delete;
  ZeroedArray& operator=(const ZeroedArray&) = delete;

  /// Becomes a copy. REQUIRES: `other` has as many.
  void CopyFrom(const ZeroedArray& other) noexcept {
    std::copy_n(other.data_, size(), data_);
  }

  T& operator[](size_t i) noexcept { return data_[i]; }
  const T& operator[](size_t i) const noexcept { return data_[i]; }
  T* data() noexcept { return data_; }
  size_t size() const noexcept { return bytes_ / sizeof(T); }

 private:
  size_t bytes_;
  T* data_;
};

/// Takes arrays from zeroed memory, one behind the other, each from a cache line on; they live as
/// long as the arena.
class ZeroedArena {
 public:
  /// Throws std::bad_alloc.
  template <typename T>
  T* Take(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kCacheLineBytes);
    const size_t bytes =
        (count * sizeof(T) + kCacheLineBytes - 1) / kCacheLineBytes * kCacheLineBytes;
    if (bytes > left_) {
      const size_t chunk = std::max(bytes, kHugePageBytes);
      next_ = chunks_.emplace_back(chunk).data();
      left_ = chunk;
    }
    left_ -= bytes;
    return reinterpret_cast<T*>(std::exchange(next_, next_ + bytes));
  }

 private:
  std::deque<ZeroedArray<std::byte>> chunks_;  // which never move
  std::byte* next_ = nullptr;
  size_t left_ = 0;  // of the last chunk
};

}  // namespace lmzip
