// operator new that fails when told to, on other threads than the main one. Include it in one
// source of a program: it replaces the global operators.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace lmzip::testing {

/// Which allocation fails.
struct FailingNew {
  static constexpr long kNever = -1;
  static inline std::atomic<long> left = kNever;  // allocations that still succeed
  static inline std::atomic<bool> stays = false;  // all that follow fail, too

  static bool Fails() noexcept {
    if (left < 0 || ::gettid() == ::getpid()) return false;
    long now = left;
    while (now > 0 && !left.compare_exchange_weak(now, now - 1)) continue;
    if (now > 0) return false;
    if (!stays) left = kNever;
    return true;
  }
};

}  // namespace lmzip::testing

static void* AllocateOrFail(std::size_t bytes, std::size_t alignment) {
  void* memory = nullptr;
  if (!lmzip::testing::FailingNew::Fails() &&
      posix_memalign(&memory, alignment, bytes == 0 ? 1 : bytes) == 0) {
    return memory;
  }
  throw std::bad_alloc();
}

void* operator new(std::size_t bytes) { return AllocateOrFail(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return AllocateOrFail(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
