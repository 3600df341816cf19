// Threads that take turns in a fixed cycle.
#pragma once

#include <atomic>
#include <cstdint>

namespace lmzip {

/// Tickets 0, 1, 2, ... are served in order. A holder's writes are visible to the next holder.
class Turn {
 public:
  /// Waits until `ticket` is served: spinning first, then sleeping. False when aborted.
  bool Wait(uint64_t ticket) noexcept;
  /// Serves the ticket after `ticket`. REQUIRES: `ticket` is being served.
  void Pass(uint64_t ticket) noexcept;
  /// Makes every Wait(), present and future, return false.
  void Abort() noexcept;

 private:
  static constexpr uint64_t kAborted = ~uint64_t{0};
  std::atomic<uint64_t> serving_{0};
};

}  // namespace lmzip
