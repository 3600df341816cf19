// Memory that is zero.
#pragma once

#include <cstddef>
#include <type_traits>

namespace lmzip {

/// Zeroed memory on pages of its own. Large memory is fresh from the system and costs nothing until
/// it is touched. Small memory is kept when it is freed (a few MiB in all) and cleared when it is
/// taken again: where thousands of small frames follow each other, mapping and touching fresh
/// pages, and telling the other cores that they are gone, cost more than the coding. Any thread.
void* TakeZeroedPages(size_t bytes);
void FreeZeroedPages(void* pages, size_t bytes) noexcept;

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

  T& operator[](size_t i) noexcept { return data_[i]; }
  const T& operator[](size_t i) const noexcept { return data_[i]; }
  T* data() noexcept { return data_; }
  size_t size() const noexcept { return bytes_ / sizeof(T); }

 private:
  size_t bytes_;
  T* data_;
};

}  // namespace lmzip
