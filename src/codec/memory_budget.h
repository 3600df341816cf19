// A cap on the memory of buffers, tables and model states, shared by everything in flight. Pages
// that are kept for reuse (base/zeroed_array.h) get what is left of it.
#pragma once

#include <cstdint>
#include <list>
#include <set>
#include <string>

#include "base/mutex.h"

namespace lmzip {

class MemoryBudget {
 public:
  /// Gives its bytes back when it goes.
  class Lease {
   public:
    Lease() = default;
    Lease(MemoryBudget* budget, uint64_t bytes) : budget_(budget), bytes_(bytes) {}
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();
    explicit operator bool() const { return budget_ != nullptr; }
    uint64_t bytes() const { return bytes_; }
    /// Takes more until it has `bytes`; false, and nothing happens, where they are not free.
    bool GrowTo(uint64_t bytes);
    /// Gives back what is beyond `bytes`.
    void ShrinkTo(uint64_t bytes);

   private:
    friend class MemoryBudget;

    MemoryBudget* budget_ = nullptr;
    uint64_t bytes_ = 0;
    uint64_t beside_ = 0;  // of Hold()
  };

  /// Who uses memory that others can do without.
  class Spare {
   public:
    /// Frees it. The budget waits meanwhile: call none of its functions.
    virtual void Drop() noexcept = 0;

   protected:
    ~Spare() = default;
  };

  explicit MemoryBudget(uint64_t bytes) : total_(bytes) {}

  uint64_t total() const { return total_; }

  /// Who holds a lease of Hold() goes before the others: they may have to wait for its end.
  enum class Turn { kLast, kFirst };
  /// Waits until `bytes` are free; who came first gets them first. To wait while holding another
  /// lease risks a deadlock: use Try() then. Throws Error{kLimit} when `bytes` can never be free,
  /// naming `what` and the size needed.
  Lease Wait(uint64_t bytes, const std::string& what, Turn turn = Turn::kLast);
  /// Waits until `bytes` are free, or until everything is where they can never be.
  Lease WaitAtMost(uint64_t bytes, Turn turn = Turn::kLast);
  /// Waits for a lease beside which its holder may wait for others of at most `beside` bytes, one
  /// at a time; for what is more, or was never free, when there are no other holders. Throws like
  /// Wait().
  Lease Hold(uint64_t bytes, uint64_t beside, const std::string& what);
  /// Whether who has `held` can ever have `bytes` beside it: Wait() throws where not.
  bool FitsBeside(const Lease& held, uint64_t bytes);
  /// An empty lease when `bytes` are not free now.
  Lease Try(uint64_t bytes);
  /// Lends `bytes`, to one at a time, until somebody has no room beside them although no others are
  /// in flight: then calls spare.Drop(). False where they are not free now; who has asked gets them
  /// before leases do, if it asks again.
  bool Lend(uint64_t bytes, Spare& spare);
  /// Takes what is lent back, if it is; Drop() is not called, and not called afterwards.
  void TakeBack(const Spare& spare);
  /// Takes `bytes` for good. Throws like Wait().
  void Reserve(uint64_t bytes, const std::string& what);
  /// Throws like Wait(), without waiting.
  void RequirePossible(uint64_t bytes, const std::string& what);
  /// Whether `bytes` can be free when nothing else is in flight.
  bool IsPossible(uint64_t bytes) const;

 private:
  void CheckPossible(uint64_t bytes, const std::string& what) const LMZIP_REQUIRES(mutex_);
  void Take(uint64_t bytes) LMZIP_REQUIRES(mutex_);
  bool IsFree(uint64_t bytes) const LMZIP_REQUIRES(mutex_);
  void MakeRoom() LMZIP_REQUIRES(mutex_);
  void EndLoan() LMZIP_REQUIRES(mutex_);
  uint64_t ForHolders(uint64_t beside) const LMZIP_REQUIRES(mutex_);
  void Release(uint64_t bytes, uint64_t beside);
  template <typename Fits>
  void WaitInTurn(Turn turn, Fits fits) LMZIP_REQUIRES(mutex_);
  void WakeFirst() LMZIP_REQUIRES(mutex_);

  const uint64_t total_;
  mutable Mutex mutex_;
  std::list<Condition> waiting_ LMZIP_GUARDED_BY(mutex_);  // in the order in which they came
  uint64_t reserved_ LMZIP_GUARDED_BY(mutex_) = 0;         // for good
  uint64_t leased_ LMZIP_GUARDED_BY(mutex_) = 0;           // of that by Hold():
  uint64_t held_ LMZIP_GUARDED_BY(mutex_) = 0;
  Spare* spare_ LMZIP_GUARDED_BY(mutex_) = nullptr;  // who has what is lent, or has asked, and
  uint64_t lent_ LMZIP_GUARDED_BY(mutex_) = 0;       // how much that is
  std::multiset<uint64_t> beside_ LMZIP_GUARDED_BY(mutex_);  // what each of the holders may need
};

}  // namespace lmzip
