#include "base/threads.h"

#include <algorithm>
#include <new>
#include <system_error>

#include "base/platform.h"

namespace lmzip {

void Threads::Start(int count, const std::function<void()>& run) {
  threads_.reserve(static_cast<size_t>(count));
  bool refused = false;
  for (uint64_t i = 0; i < static_cast<uint64_t>(count) && !refused; ++i) {
    try {
      threads_.emplace_back([this, i, run] {
        while (wanted_ == kUnknown) platform::WaitWhile(wanted_, kUnknown);
        if (i < wanted_) run();
      });
    } catch (const std::system_error&) {
      refused = true;
    } catch (const std::bad_alloc&) {
      refused = true;
    }
  }
  const size_t wanted = refused ? (threads_.size() + 1) / 2 : threads_.size();
  wanted_ = wanted;
  platform::WakeAll(wanted_);
  for (size_t i = wanted; i < threads_.size(); ++i) threads_[i].join();
  threads_.resize(wanted);
}

void Threads::Join() noexcept {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace lmzip
