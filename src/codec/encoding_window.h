// What stands before an encoder's frames, references and content, and where it is kept.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chunker/far_copies.h"
#include "codec/references.h"
#include "codec/stream_window.h"

namespace lmzip {

/// Of one stream. What it finds does not depend on the memory that there is: its index, which takes
/// most of its own, goes where a frame needs that, and is made again.
class EncodingWindow {
 public:
  /// `references` may be null, `window_bytes` may be 0. `budget` outlives this.
  EncodingWindow(MemoryBudget& budget, std::shared_ptr<const References> references,
                 uint64_t window_bytes)
      : budget_(budget), references_(std::move(references)), window_bytes_(window_bytes) {}

  bool is_open() const { return copies_ && copies_->has_index(); }
  /// Waits for memory, without holding other leases; `beside`: what a frame takes. Throws
  /// Error{kLimit, kIo}.
  void Open(uint64_t beside);
  /// Before waiting for a lease of `bytes`: what does not fit beside it is closed.
  void MakeWay(uint64_t bytes);
  /// Of those who wait for leases beside it.
  MemoryBudget::Turn turn() const {
    return room_.memory ? MemoryBudget::Turn::kFirst : MemoryBudget::Turn::kLast;
  }

  /// Copies of `content`, which comes next, from itself and from before it. REQUIRES: is_open().
  std::vector<Copy> Find(ByteView content) const;
  void Append(ByteView content) { copies_->Append(content); }
  /// The content before `position` is `source`'s, which stands at its begin: reads of it what may
  /// be copied. REQUIRES: is_open(), nothing was appended. Throws as SkipContent().
  void ReadTo(uint64_t position, ByteSource& source);
  /// Content so far. REQUIRES: it was open.
  const ContentWindow& content() const { return copies_->window(); }

 private:
  MemoryBudget& budget_;
  const std::shared_ptr<const References> references_;
  const uint64_t window_bytes_;
  WindowRoom room_;
  std::optional<FarCopies> copies_;
};

}  // namespace lmzip
