#include "codec/stream_window.h"

#include <algorithm>
#include <bit>

#include "format/format.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr uint64_t kDefaultShare = 3;  // of --memory: a larger window is not taken unasked

}  // namespace

uint64_t DefaultWindowBytes(uint64_t memory_bytes) {
  return std::min(std::bit_floor(memory_bytes / kDefaultShare), kMostDefaultWindowBytes);
}

uint64_t WindowBytesOf(const EncodeOptions& options, uint64_t memory_bytes) {
  const bool short_frames = options.frame_bytes <= kMaxShortFormBytes;
  return options.window_bytes.value_or(short_frames ? 0 : DefaultWindowBytes(memory_bytes));
}

bool WindowRoom::MakeWay(MemoryBudget& budget, uint64_t bytes) {
  if (!gives_way || !memory || budget.FitsBeside(memory, bytes)) return false;
  memory = {};
  return true;
}

WindowRoom OpenWindow(MemoryBudget& budget, uint64_t window_bytes, uint64_t more_bytes,
                      uint64_t beside) {
  WindowRoom room;
  if (window_bytes == 0) {
    room.memory = budget.Hold(more_bytes, beside, "reading the references");
    room.gives_way = true;
    return room;
  }
  std::string why;
  if (window_bytes > kFileWindowBytes) {
    try {
      room.store = WindowInFile();
      room.gives_way = true;
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
