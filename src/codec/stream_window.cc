#include "codec/stream_window.h"

#include <algorithm>
#include <bit>

#include "lmzip/error.h"
#include "lmzip/lmzip.h"

namespace lmzip {
namespace {

// Of --memory: beyond that a window lies in a file, and beyond that it is not taken unasked.
constexpr uint64_t kMemoryShare = 8, kDefaultShare = 3;

}  // namespace

uint64_t DefaultWindowBytes(uint64_t memory_bytes) {
  return std::min(std::bit_floor(memory_bytes / kDefaultShare), kMostDefaultWindowBytes);
}

WindowRoom OpenWindow(MemoryBudget& budget, uint64_t window_bytes, uint64_t more_bytes,
                      uint64_t beside) {
  WindowRoom room;
  std::string why;
  if (window_bytes > budget.total() / kMemoryShare) {
    try {
      room.store = WindowInFile();
    } catch (const Error& e) {
      why = std::string(" (") + e.what() + ")";
    }
  }
  const uint64_t bytes = more_bytes + (room.store ? kFileWindowBytes : window_bytes);
  room.memory = budget.Hold(bytes, beside,
                            "the stream's window (--window) of " + std::to_string(window_bytes) +
                                " bytes" + why);
  if (!room.store) room.store = WindowInMemory(window_bytes);
  return room;
}

}  // namespace lmzip
