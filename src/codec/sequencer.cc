#include "codec/sequencer.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/platform.h"

namespace lmzip {
namespace {

// About 20 us: what a thread needs to code its lanes' symbols. Sleeping costs more than that, and
// longer spinning steals the time of the thread that is waited for on a busy machine.
constexpr int kSpins = 500;

void Pause() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace

bool Sequencer::WaitFor(uint64_t count) noexcept {
  uint64_t done = done_.load(std::memory_order_acquire);
  for (int spin = 0; done < count; ++spin) {
    if (spin < kSpins) {
      Pause();
    } else {
      platform::WaitWhile(done_, done);
    }
    done = done_.load(std::memory_order_acquire);
  }
  return (done & kAborted) == 0;
}

void Sequencer::Advance() noexcept {
  done_.fetch_add(1, std::memory_order_acq_rel);
  platform::WakeAll(done_);
}

void Sequencer::Abort() noexcept {
  done_.fetch_or(kAborted, std::memory_order_acq_rel);
  platform::WakeAll(done_);
}

}  // namespace lmzip
