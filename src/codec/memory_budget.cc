#include "codec/memory_budget.h"

#include <utility>

#include "lmzip/error.h"

namespace lmzip {

MemoryBudget::Lease::Lease(Lease&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}

MemoryBudget::Lease& MemoryBudget::Lease::operator=(Lease&& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MemoryBudget::Lease::~Lease() {
  if (budget_) budget_->Release(bytes_);
}

MemoryBudget::Lease MemoryBudget::Wait(uint64_t bytes, const std::string& what) {
  const MutexLock lock(mutex_);
  for (;;) {
    CheckPossible(bytes, what);  // each time: a model may have been loaded meanwhile
    if (reserved_ + leased_ + bytes <= total_) break;
    released_.Wait(mutex_);
  }
  leased_ += bytes;
  return Lease(this, bytes);
}

MemoryBudget::Lease MemoryBudget::Try(uint64_t bytes) {
  const MutexLock lock(mutex_);
  if (reserved_ + leased_ + bytes > total_) return Lease();
  leased_ += bytes;
  return Lease(this, bytes);
}

void MemoryBudget::Reserve(uint64_t bytes, const std::string& what) {
  {
    const MutexLock lock(mutex_);
    CheckPossible(bytes, what);
    reserved_ += bytes;
  }
  released_.NotifyAll();
}

void MemoryBudget::CheckPossible(uint64_t bytes, const std::string& what) const {
  if (reserved_ + bytes <= total_) return;
  constexpr uint64_t kMiB = uint64_t{1} << 20;
  throw Error(ErrorCode::kLimit, what + " needs " +
                                     std::to_string((reserved_ + bytes + kMiB - 1) / kMiB) +
                                     " MiB of memory in all, --memory allows " +
                                     std::to_string(total_ / kMiB) + " MiB");
}

void MemoryBudget::Release(uint64_t bytes) {
  {
    const MutexLock lock(mutex_);
    leased_ -= bytes;
  }
  released_.NotifyAll();
}

}  // namespace lmzip
