// Memory that is zero and costs nothing until it is touched.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace lmzip {

/// A fixed number of objects whose all-zero bytes are a valid state, on pages of their own.
template <typename T>
class ZeroedArray {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);

 public:
  explicit ZeroedArray(size_t count) : bytes_(count * sizeof(T)) {
    void* memory =
        mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    data_ = static_cast<T*>(memory);
    if (bytes_ >= kHugePageBytes) madvise(memory, bytes_, MADV_HUGEPAGE);
  }
  ~ZeroedArray() { munmap(data_, bytes_); }
  ZeroedArray(const ZeroedArray&) = delete;
  ZeroedArray& operator=(const ZeroedArray&) = delete;

  T& operator[](size_t i) noexcept { return data_[i]; }
  const T& operator[](size_t i) const noexcept { return data_[i]; }
  T* data() noexcept { return data_; }
  size_t size() const noexcept { return bytes_ / sizeof(T); }

 private:
  static constexpr size_t kHugePageBytes = size_t{4} << 20;
  size_t bytes_;
  T* data_;
};

}  // namespace lmzip
