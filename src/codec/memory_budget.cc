#include "codec/memory_budget.h"

#include <algorithm>
#include <utility>

#include "base/zeroed_array.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr uint64_t kSpareShare = 4;  // more of what there is is not lent

}  // namespace

MemoryBudget::Lease::Lease(Lease&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      bytes_(other.bytes_),
      beside_(other.beside_) {}

MemoryBudget::Lease& MemoryBudget::Lease::operator=(Lease&& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(bytes_, other.bytes_);
  std::swap(beside_, other.beside_);
  return *this;
}

MemoryBudget::Lease::~Lease() {
  if (budget_) budget_->Release(bytes_, beside_);
}

bool MemoryBudget::Lease::GrowTo(uint64_t bytes) {
  if (bytes <= bytes_) return true;
  Lease more = budget_->Try(bytes - bytes_);
  if (!more) return false;
  more.budget_ = nullptr;  // it is this one's now
  bytes_ = bytes;
  return true;
}

void MemoryBudget::Lease::ShrinkTo(uint64_t bytes) {
  if (bytes >= bytes_) return;
  budget_->Release(bytes_ - bytes, 0);
  bytes_ = bytes;
}

MemoryBudget::Lease MemoryBudget::Wait(uint64_t bytes, const std::string& what, Turn turn) {
  const MutexLock lock(mutex_);
  CheckPossible(bytes, what);
  WaitInTurn(turn, [&]() LMZIP_REQUIRES(mutex_) {
    // Each time: a model may have been loaded meanwhile, and who holds alone waits for nobody.
    const bool alone = turn == Turn::kFirst && beside_.size() == 1;
    CheckPossible(bytes + (alone ? held_ : 0), what);
    return IsFree(bytes);
  });
  Take(bytes);
  return Lease(this, bytes);
}

MemoryBudget::Lease MemoryBudget::WaitAtMost(uint64_t bytes, Turn turn) {
  const MutexLock lock(mutex_);
  uint64_t most = 0;
  WaitInTurn(turn, [&]() LMZIP_REQUIRES(mutex_) {
    most = std::min(bytes, total_ - reserved_ - (turn == Turn::kFirst ? held_ : 0));
    return IsFree(most);
  });
  Take(most);
  return Lease(this, most);
}

MemoryBudget::Lease MemoryBudget::Hold(uint64_t bytes, uint64_t beside, const std::string& what) {
  const MutexLock lock(mutex_);
  CheckPossible(bytes, what);
  WaitInTurn(Turn::kLast, [&]() LMZIP_REQUIRES(mutex_) {
    CheckPossible(bytes, what);
    const bool alone = beside_.empty();
    return (alone || reserved_ + held_ + bytes + ForHolders(beside) <= total_) && IsFree(bytes);
  });
  Take(bytes);
  held_ += bytes;
  beside_.insert(beside);
  Lease lease(this, bytes);
  lease.beside_ = beside;
  return lease;
}

bool MemoryBudget::FitsBeside(const Lease& held, uint64_t bytes) {
  const MutexLock lock(mutex_);
  return reserved_ + held.bytes() + bytes <= total_;
}

// What one of the holders may need, or another one who needs `beside`.
uint64_t MemoryBudget::ForHolders(uint64_t beside) const {
  return beside_.empty() ? beside : std::max(beside, *beside_.rbegin());
}

// Who comes first is woken alone: dozens of small files that wait would wake each other for
// nothing.
template <typename Fits>
void MemoryBudget::WaitInTurn(Turn turn, Fits fits) {
  const auto mine = waiting_.emplace(turn == Turn::kFirst ? waiting_.begin() : waiting_.end());
  const auto leave = [&]() LMZIP_REQUIRES(mutex_) {
    waiting_.erase(mine);
    WakeFirst();  // there may be enough for the next one, too
  };
  try {
    while (mine != waiting_.begin() || !fits()) mine->Wait(mutex_);
  } catch (...) {
    leave();
    throw;
  }
  leave();
}

void MemoryBudget::WakeFirst() {
  if (!waiting_.empty()) waiting_.front().NotifyAll();
}

MemoryBudget::Lease MemoryBudget::Try(uint64_t bytes) {
  const MutexLock lock(mutex_);
  if (!IsFree(bytes)) return Lease();
  Take(bytes);
  return Lease(this, bytes);
}

void MemoryBudget::RequirePossible(uint64_t bytes, const std::string& what) {
  const MutexLock lock(mutex_);
  CheckPossible(bytes, what);
}

bool MemoryBudget::IsPossible(uint64_t bytes) const {
  const MutexLock lock(mutex_);
  return reserved_ + bytes <= total_;
}

// What is lent is not free while others are in flight, at whose end it may fit beside.
bool MemoryBudget::IsFree(uint64_t bytes) const {
  const bool alone = leased_ == held_;
  return reserved_ + leased_ + bytes + (alone ? 0 : lent_) <= total_;
}

void MemoryBudget::Take(uint64_t bytes) {
  leased_ += bytes;
  MakeRoom();
}

// What is lent, and kept pages, are never more than what is free: a lease's own become kept only
// while it covers them.
void MemoryBudget::MakeRoom() {
  const uint64_t free = total_ - std::min(total_, reserved_ + leased_);
  if (lent_ > free) {
    spare_->Drop();
    EndLoan();
  }
  TrimKeptPages(free - lent_);
}

void MemoryBudget::EndLoan() {
  spare_ = nullptr;
  lent_ = 0;
}

bool MemoryBudget::Lend(uint64_t bytes, Spare& spare) {
  const MutexLock lock(mutex_);
  if (spare_ != nullptr && spare_ != &spare) return false;
  if (bytes > (total_ - std::min(total_, reserved_)) / kSpareShare) return false;
  spare_ = &spare;
  lent_ = bytes;
  if (reserved_ + leased_ + bytes > total_) return false;
  MakeRoom();
  return true;
}

void MemoryBudget::TakeBack(const Spare& spare) {
  const MutexLock lock(mutex_);
  if (spare_ != &spare) return;
  EndLoan();
  WakeFirst();
}

void MemoryBudget::Reserve(uint64_t bytes, const std::string& what) {
  const MutexLock lock(mutex_);
  CheckPossible(bytes, what);
  reserved_ += bytes;
  MakeRoom();
  WakeFirst();
}

void MemoryBudget::CheckPossible(uint64_t bytes, const std::string& what) const {
  if (reserved_ + bytes <= total_) return;
  constexpr uint64_t kMiB = uint64_t{1} << 20;
  throw Error(ErrorCode::kLimit, what + " needs " +
                                     std::to_string((reserved_ + bytes + kMiB - 1) / kMiB) +
                                     " MiB of memory in all, --memory allows " +
                                     std::to_string(total_ / kMiB) + " MiB");
}

void MemoryBudget::Release(uint64_t bytes, uint64_t beside) {
  const MutexLock lock(mutex_);
  leased_ -= bytes;
  if (beside > 0) {
    held_ -= bytes;
    beside_.erase(beside_.find(beside));
  }
  WakeFirst();
}

}  // namespace lmzip
