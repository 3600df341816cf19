// The content before a frame, while a stream is coded: where it lies, and what of --memory it takes.
#pragma once

#include <memory>
#include <string>

#include "chunker/window_store.h"
#include "codec/memory_budget.h"

namespace lmzip {

/// Of streams whose options set none.
uint64_t DefaultWindowBytes(uint64_t memory_bytes);

/// Room for a window. It lies in memory where that is a small share of all there is, else in a
/// scratch file, and in memory where there can be none.
struct WindowRoom {
  MemoryBudget::Lease memory;
  std::unique_ptr<WindowStore> store;
};

/// Waits for the room of `window_bytes` and for `more_bytes` of memory beside it, as
/// MemoryBudget::Hold(). Throws Error{kLimit}, naming the need and the option.
WindowRoom OpenWindow(MemoryBudget& budget, uint64_t window_bytes, uint64_t more_bytes,
                      uint64_t beside);

}  // namespace lmzip
