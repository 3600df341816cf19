// What a stream's frames may copy from: the content before them.
#pragma once

#include <deque>
#include <memory>

#include "chunker/window_store.h"

namespace lmzip {

/// Content that is known always; positions in it come before all others.
struct ContentBefore {
  uint64_t bytes = 0;
  std::unique_ptr<WindowStore> store;  // null where there is none
};

/// The last bytes of a stream's content that are known, by their positions in what stands before it
/// and it.
class ContentWindow {
 public:
  /// Keeps `capacity` bytes in `store`, which has the room; null for none.
  ContentWindow(uint64_t capacity, std::unique_ptr<WindowStore> store, ContentBefore before = {})
      : capacity_(capacity),
        store_(std::move(store)),
        before_(std::move(before)),
        end_(before_.bytes) {}

  /// What follows the content so far.
  void Append(ByteView content);
  /// So many bytes follow it that nobody knows; or, with 0, nobody knows how many.
  void Skip(uint64_t count);
  /// The content so far ends at `end`: what was appended since the last Skip() moves.
  void MoveEnd(uint64_t end);

  uint64_t end() const { return end_; }
  /// Where the stream's content begins.
  uint64_t begin() const { return before_.bytes; }
  /// Bytes of the stream's content so far.
  uint64_t position() const { return end_ - before_.bytes; }
  /// Known bytes from `position` on, as many as lie together; none where nothing is known. Valid
  /// until the next call of any function.
  ByteView From(uint64_t position) const;
  /// Likewise those that end before it.
  ByteView Before(uint64_t position) const;

 private:
  /// Known content without a gap.
  struct Run {
    uint64_t position = 0;
    uint64_t begin = 0;     // in all that was appended
    uint64_t end = 0;

    uint64_t bytes() const { return end - begin; }
  };
  const Run* RunOf(uint64_t position) const;  // null before the first
  uint64_t kept_begin() const { return appended_ - std::min(appended_, capacity_); }

  const uint64_t capacity_;
  const std::unique_ptr<WindowStore> store_;  // byte i of what was appended at i modulo capacity_
  const ContentBefore before_;
  std::deque<Run> runs_;                      // in order
  bool broken_ = true;                        // what comes next begins a run
  uint64_t appended_ = 0;
  uint64_t end_;
};

}  // namespace lmzip
