// Threads, as many as the system gives.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace lmzip {

/// Threads that run the same function; joined when this goes.
class Threads {
 public:
  Threads() = default;
  ~Threads() { Join(); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Starts `count` threads. Where the system gives fewer, half of those that it gives: other
  /// threads and the work itself, whose memory the stacks would take, need the rest. `run` must not
  /// throw. Call once.
  void Start(int count, const std::function<void()>& run);
  /// Those that run it; 0 where none could be started.
  int count() const noexcept { return static_cast<int>(threads_.size()); }
  void Join() noexcept;

 private:
  static constexpr uint64_t kUnknown = ~uint64_t{0};

  std::atomic<uint64_t> wanted_{kUnknown};  // the threads of lower numbers run the function
  std::vector<std::thread> threads_;
};

}  // namespace lmzip
