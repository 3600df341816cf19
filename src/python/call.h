// A call of the library that runs on a thread of its own and asks for its input, and holds its
// output until that is taken: the thread that made it stays free to see signals, and to read and
// write.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "lmzip/io.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// To be used by one thread at a time. After fork() a child may only cancel and delete its parent's
/// calls, which does nothing, and Wait(), which throws Error{kUsage}.
class Call {
 public:
  /// What the call does, until it has read, written or thrown what it wants. What it captures must
  /// outlive the call, or be its own.
  using Action = std::function<void(ByteSource&, ByteSink&, Progress&)>;

  enum class State {
    kWorking,
    kWantsInput,  // Give(), End() or, if skips_bytes() > 0, Skipped()
    kHasOutput,   // so much that it waits: Take()
    kOver,        // Take() what is left; Check()
  };

  /// `seekable`: its input can be passed over by Skipped().
  Call(Action action, bool seekable);
  /// Cancels.
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Waits until there is something to do for the caller, for at most `most`.
  State Wait(std::chrono::milliseconds most);

  // REQUIRES, of these four: Wait() has returned kWantsInput, and it was not answered yet.
  /// Input; it is copied. Not empty.
  void Give(std::span<const uint8_t> bytes);
  /// There is no more.
  void End();
  /// Input that the call would pass over; 0: it wants to read.
  uint64_t skips_bytes() const;
  /// So many of them there were.
  void Skipped(uint64_t bytes);

  /// Output, the first `most` bytes of what there is.
  std::vector<uint8_t> Take(size_t most);
  size_t output_bytes() const;

  /// Throws what ended the call, if something did.
  void Check() const;
  /// Ends it; it is over when this returns.
  void Cancel();
  const Progress& progress() const;

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
  const int process_;
};

}  // namespace lmzip
