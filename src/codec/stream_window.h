// The content before a frame, while a stream is coded: where it lies, and what of --memory it
// takes.
#pragma once

#include <memory>
#include <string>

#include "chunker/window_store.h"
#include "codec/memory_budget.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// Of streams whose options set none.
uint64_t DefaultWindowBytes(uint64_t memory_bytes);
/// As `options` have it; by rule none for frames that are so short as to be independent.
uint64_t WindowBytesOf(const EncodeOptions& options, uint64_t memory_bytes);

/// Room for a window. It lies in a scratch file, unless it is as small as what is read of one at a
/// time, or there can be none.
struct WindowRoom {
  MemoryBudget::Lease memory;
  std::unique_ptr<WindowStore> store;
  bool gives_way = false;  // memory can be given back while others need it

  /// What waits for `bytes` shall have them: where they do not fit beside what a window that lies
  /// in files takes of memory, that is given back. Returns whether it was.
  bool MakeWay(MemoryBudget& budget, uint64_t bytes);
};

/// Waits for the room of `window_bytes` and for `more_bytes` of memory beside it, as
/// MemoryBudget::Hold(). Throws Error{kLimit}, naming the need and the option.
WindowRoom OpenWindow(MemoryBudget& budget, uint64_t window_bytes, uint64_t more_bytes,
                      uint64_t beside);

}  // namespace lmzip
