#include "mixer/sets/picture_contexts.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "mixer/sets/general_contexts.h"

namespace lmzip {
namespace {

constexpr int kFirstContext = 256;  // number
using Values = std::array<uint64_t, kPictureContexts>;

// Numbers in one.
template <typename... Numbers>
uint64_t Join(Numbers... numbers) {
  uint64_t joined = 0;
  ((joined = Combine(joined, static_cast<uint64_t>(static_cast<uint32_t>(numbers)))), ...);
  return joined;
}

int Clamp8(int value) { return std::clamp(value, 0, 255); }

// What of another plane is known where a sample's own neighbours are: of a plane before also the
// sample at its own place, for which a plane behind has the one at the left.
struct Beside {
  int at, w, n, nw, ne;
};
Beside BesideOf(const PictureView& view, size_t i) {
  const auto& behind = view.near.behind;
  if (view.place.plane > 0) {
    const auto& other = view.near.others[i];
    return {other[kAt], other[kOtherW], other[kOtherN], other[kOtherNW], other[kOtherNE]};
  }
  const auto& other = behind[kBehindPlanes - 1 - i];
  return {other[kW], other[kWW], other[kN], other[kNW], other[kNE]};
}

// Of samples of 8 bits whose numbers are a scale.
Values ScaleValues(const PictureView& view) {
  const auto& o = view.near.own;
  const int w = o[kW], n = o[kN], nw = o[kNW], ne = o[kNE];
  const Beside p = BesideOf(view, 0), q = BesideOf(view, 1);
  const bool first = view.place.plane == 0;
  const int plane = w + n - nw, plane1 = first ? p.at : p.w + p.n - p.nw;
  const int median = std::clamp(plane, std::min(w, n), std::max(w, n));
  const int corrected = Clamp8(plane + p.at - plane1);
  const int texture = (std::abs(w - nw) + std::abs(n - nw) + std::abs(n - ne)) / 8;
  const int level = static_cast<int>(view.predictions.level(kBlended));
  const int to_w = first ? w : Clamp8(w + p.at - p.w), to_n = Clamp8(n + p.at - p.n);
  // The colour at the left, or where planes before have gone from there.
  const uint64_t colour = first                   ? Join(p.at - w, q.at - w)
                          : view.place.plane == 1 ? Join(w, p.w, p.at)
                                                  : Join(p.at, q.at - p.at);
  return {first ? Join(w, n) : Join(p.at, q.at),
          Join(n, p.at - p.n, q.at - q.n),
          Join(w, p.at - p.w, q.at - q.w),
          Join(p.at, q.at, w),
          Join(corrected, texture),
          Join(view.expected, level),
          Join(w, n, ne, p.at, q.at),
          colour,
          Join(corrected, p.at, q.at),
          Join(to_w, q.at),
          Join(to_n, q.at),
          Join(w, n, p.at >> 2),
          Join(plane, p.at - plane1),
          Join(p.at, q.at, w, n, p.n),
          Join(nw, p.at - p.nw, q.at - q.nw),
          Join(ne, p.at - p.ne),
          Join(view.expected, p.at >> 1, q.at >> 1),
          Join(n, p.at),
          Join(w, nw, n),
          Join(n, ne, w >> 2),
          Join(median, std::min(texture, 31), Clamp8(p.at - p.w + 128) >> 3),
          Join(Clamp8(n + ne - o[kNNE]), p.at - p.n),
          Join(w / 8, n / 8, nw / 8, ne / 8, p.at / 8),
          Join(p.at, q.at, p.w),
          Join(n, p.n, q.n, p.at)};
}

// Of samples of 8 bits whose numbers are names.
Values PaletteValues(const PictureView& view) {
  const auto& o = view.near.own;
  const int w = o[kW], n = o[kN], nw = o[kNW], ne = o[kNE], ww = o[kWW], nn = o[kNN];
  const int nee = o[kNEE], nww = o[kNWW], nne = o[kNNE], nnw = o[kNNW];
  return {Join(w, n),
          Join(w, n, nw),
          Join(w, n, ne),
          Join(w, n, nw, ne),
          Join(w, ww),
          Join(n, ne),
          Join(w, n, nw, ne, ww, nn),
          Join(n),
          Join(w),
          Join(w, ww, o[kWWW]),
          Join(n, nn),
          Join(w, n, ww, nn),
          Join(w, nw, n, ne, nee),
          Join(w, ww, nw, n),
          Join(n, nn, o[kNNN]),
          Join(w, ne),
          Join(nw, ne),
          Join(w, ww, o[kWWW], n, nw, ne),
          Join(w, n, nw, ne, ww, nn, nne, nnw),
          Join(w, n, nw, ne, ww, nn, nne, nnw, nww, nee),
          Join(n, nw, ne, nn),
          Join(w, nn),
          Join(nn, nne),
          Join(view.expected, static_cast<int>(view.predictions.level(kBlended))),
          Join(0)};
}

// Of a byte of samples of 16 bits.
Values WideValues(const PictureView& view) {
  const auto& o = view.near.own;
  const int known = view.place.byte > 0 ? view.known : -1;
  const int level = static_cast<int>(view.predictions.level(kBlended));
  const int e = view.expected;
  const bool high = (view.place.byte == 0) == view.form.segment().big_endian;
  const auto part = [&](int sample) { return high ? sample >> 8 : sample & 255; };
  const int w = part(o[kW]), n = part(o[kN]), nw = part(o[kNW]), ne = part(o[kNE]);
  return {Join(known, e),
          Join(known, o[kW]),
          Join(known, o[kN]),
          Join(known, e, level),
          Join(known, w, n),
          Join(known, level),
          Join(known, o[kW], o[kN]),
          Join(known),
          Join(e, level),
          Join(known, w),
          Join(known, n),
          Join(w, n, nw),
          Join(w, n, nw, ne),
          Join(known, o[kNW]),
          Join(known, o[kNE]),
          Join(known, o[kWW], o[kW]),
          Join(known, o[kNN], o[kN]),
          Join(known, e >> 1, w >> 2),
          Join(known, e >> 2, n >> 2, level),
          Join(known, view.near.others[0][kAt]),
          Join(known, view.near.others[0][kAt], e),
          Join(known, o[kW] + o[kN] - o[kNW]),
          Join(known, (o[kW] + o[kN]) / 2),
          Join(known >> 4, e, level),
          Join(e, w)};
}

}  // namespace

void PictureHashes(const PictureView& view, std::span<uint64_t> hashes) noexcept {
  const bool wide = view.form.sample_bytes() > 1;
  const int kind = wide ? 2 : view.form.segment().is_palette ? 1 : 0;
  const Values values = wide        ? WideValues(view)
                        : kind == 1 ? PaletteValues(view)
                                    : ScaleValues(view);
  const uint64_t group = view.place.byte * kMostPlanes + view.place.plane;
  for (size_t i = 0; i < hashes.size(); ++i) {
    const int id = kFirstContext + static_cast<int>(i) * 3 + kind;
    hashes[i] = ContextHash(id, Combine(values[i], group));
  }
}

}  // namespace lmzip
