#include "codec/dependence.h"

#include <algorithm>
#include <vector>

#include "format/stream_reader.h"

namespace lmzip {
namespace {

struct Frame {
  uint64_t begin = 0, end = 0;
  uint64_t needed = 0;  // where what it copies from begins
};

// Of those that begin before `end`.
std::vector<Frame> FramesBefore(ByteSource& source, uint64_t end) {
  StreamReader reader(source);
  std::vector<Frame> frames;
  while (const auto info = reader.Next()) {
    const uint64_t begin = info->raw_offset;
    if (begin >= end) break;
    const uint64_t reach = std::min(begin, info->header.reach);
    frames.push_back({begin, begin + info->header.raw_bytes, begin - reach});
    reader.SkipPayload();
  }
  return frames;
}

}  // namespace

// From the last frame to the first: what a frame needs ends where it begins, so a frame before it
// is needed when it ends behind where that begins.
std::optional<uint64_t> FirstNeeded(ByteSource& source, const ByteRange& range) {
  if (range.begin == 0) return 0;
  if (!source.Restart()) return std::nullopt;
  std::optional<std::vector<Frame>> frames;
  try {
    frames = FramesBefore(source, range.end);
  } catch (const Error&) {  // decoding says so
  }
  source.Restart();
  if (!frames) return std::nullopt;
  uint64_t first = range.begin;
  for (auto frame = frames->rbegin(); frame != frames->rend(); ++frame) {
    if (frame->end > first) first = std::min(first, frame->needed);
  }
  return first;
}

}  // namespace lmzip
