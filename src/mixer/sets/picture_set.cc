#include "mixer/sets/picture_set.h"

#include <algorithm>
#include <cstdlib>

#include "mixer/sets/context_list.h"

namespace lmzip {
namespace {

constexpr int kFirstContext = 32;

int Clamp8(int value) { return std::clamp(value, 0, 255); }

}  // namespace

PictureSet::PictureSet(const Options& options, const History& history)
    : ContextSet(options, history), pictures_(static_cast<size_t>(options.lanes)) {}

bool PictureSet::Models(const TypedSegment& segment) noexcept {
  return segment.bits == 8 && !segment.is_palette;
}

void PictureSet::StartLane(int lane, int before, const LanePlace& place) {
  ContextSet::StartLane(lane, before, place);
  if (before != kNoLane) {
    pictures_[static_cast<size_t>(lane)] = TypedSegment(pictures_[static_cast<size_t>(before)]);
  }
}

void PictureSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  ContextSet::Enter(lane, place, segment);
  pictures_[static_cast<size_t>(lane)] = segment;
}

void PictureSet::FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept {
  const TypedSegment& picture = pictures_[static_cast<size_t>(lane)];
  const uint64_t recent = LaneAt(lane).context.recent;
  const size_t position = place.position;
  ContextList list(kFirstContext, hashes);
  const size_t channels = picture.channels, stride = picture.row_bytes;
  const auto pixel = [&](size_t back) -> int {
    if (back <= 8) return static_cast<int>(recent >> (8 * (back - 1)) & 255);
    return back <= position ? history().At(position - back) : 0;
  };
  const int w = pixel(channels);
  const int n = pixel(stride), nn = pixel(2 * stride);
  const int nw = pixel(stride + channels), ne = pixel(stride - channels);
  const int nne = pixel(2 * stride - channels);
  const size_t channel = (position - picture.begin) % stride % channels;
  // How the channels before differ between here and the neighbours.
  const int p1 = channel > 0 ? pixel(1) : 0, p2 = channel > 1 ? pixel(2) : 0;
  const int w_p1 = channel > 0 ? pixel(channels + 1) : 0;
  const int n_p1 = channel > 0 ? pixel(stride + 1) : 0;
  const int nw_p1 = channel > 0 ? pixel(stride + channels + 1) : 0;
  const int plane = Clamp8(w + n - nw);
  const int median = std::clamp(w + n - nw, std::min(w, n), std::max(w, n));
  const int plane_p1 = w_p1 + n_p1 - nw_p1;
  const int corrected = Clamp8(w + n - nw + p1 - plane_p1);
  const auto u = [](int value) { return static_cast<uint64_t>(value); };
  const uint64_t texture = u((std::abs(w - nw) + std::abs(n - nw) + std::abs(n - ne)) / 8);
  const uint64_t c = channel;

  list.Add(c);
  list.Add(c, u(n), u(p1));
  list.Add(c, u(w) << 8 | u(n), u(p1 >> 2));
  list.Add(c, u(w) << 8 | u(nw), u(n));
  list.Add(c, u(n) << 8 | u(ne), u(w >> 2));
  list.Add(c, u(plane), u(p1 - plane_p1));
  list.Add(c, u(corrected), texture);
  list.Add(c, u(corrected), u(p1) << 8 | u(p2));
  list.Add(c, u(Clamp8(w + p1 - w_p1)), u(p2));
  list.Add(c, u(Clamp8(n + p1 - n_p1)), u(p2));
  list.Add(c, u(median), std::min<uint64_t>(texture, 31) << 8 | u(Clamp8(p1 - w_p1 + 128) >> 3));
  list.Add(c, u(Clamp8(n + ne - nne)), u(p1 - n_p1));
  list.Add(c, u(Clamp8(2 * n - nn)), u(w >> 3));
  list.Add(c, u((w + ne + 1) / 2), u(Clamp8(n - nw + 128) >> 2));
  list.Add(c, u((corrected + Clamp8(w + p1 - w_p1)) / 2), u((w + n) / 2 - nw));
  list.Add(c, u(w / 8) << 24 | u(n / 8) << 16 | u(nw / 8) << 8 | u(ne / 8), u(p1 / 8));
  list.Add(c, u((w + n + nw + ne + 2) / 4), u(p1 / 2 + p2 / 64));
}

}  // namespace lmzip
