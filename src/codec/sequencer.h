// Threads that act in a fixed order.
#pragma once

#include <atomic>
#include <cstdint>

namespace lmzip {

/// Counts steps that threads have done and lets others wait for them. What was written before an
/// Advance() is visible to whoever has waited for it.
class Sequencer {
 public:
  /// Waits until at least `count` steps are done: spinning first, then sleeping. False when
  /// aborted.
  bool WaitFor(uint64_t count) noexcept;
  /// One step is done.
  void Advance() noexcept;
  /// Makes every WaitFor(), present and future, return false.
  void Abort() noexcept;

 private:
  static constexpr uint64_t kAborted = uint64_t{1} << 63;
  std::atomic<uint64_t> done_{0};  // steps, and the bit kAborted
};

}  // namespace lmzip
