#include "codec/turn.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lmzip {
namespace {

// About the time that a thread needs to code its lanes' symbols; sleeping costs more than that.
constexpr int kSpins = 4000;

void Pause() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace

bool Turn::Wait(uint64_t ticket) noexcept {
  uint64_t serving = serving_.load(std::memory_order_acquire);
  for (int spin = 0; serving != ticket && serving != kAborted; ++spin) {
    if (spin < kSpins) {
      Pause();
    } else {
      serving_.wait(serving, std::memory_order_acquire);
    }
    serving = serving_.load(std::memory_order_acquire);
  }
  return serving == ticket;
}

void Turn::Pass(uint64_t ticket) noexcept {
  // Fails only when aborted, and then must.
  serving_.compare_exchange_strong(ticket, ticket + 1, std::memory_order_acq_rel);
  serving_.notify_all();
}

void Turn::Abort() noexcept {
  serving_.store(kAborted, std::memory_order_release);
  serving_.notify_all();
}

}  // namespace lmzip
