#include "codec/stream_costs.h"

#include <algorithm>

#include "base/check.h"

namespace lmzip {
namespace {

constexpr uint64_t kByteCost = uint64_t{8} << kCostBits;

// What is told of each byte of the residue moves to where the byte stands; nothing is told of
// copies. From the end, for a copy lies behind the residue that is moved over it.
template <typename Told>
void MakeRoomForCopies(std::span<const Copy> copies, uint64_t residue_bytes, std::span<Told> told) {
  uint64_t read = residue_bytes, write = told.size();
  const auto move_back = [&](uint64_t bytes) {
    std::move_backward(told.begin() + ptrdiff_t(read - bytes), told.begin() + ptrdiff_t(read),
                       told.begin() + ptrdiff_t(write));
    read -= bytes;
    write -= bytes;
  };
  uint64_t before_tail = 0;
  for (const Copy& copy : copies) before_tail += copy.gap;
  move_back(residue_bytes - before_tail);
  for (uint64_t i = copies.size(); i-- > 0;) {
    std::ranges::fill(told.subspan(write - copies[i].length, copies[i].length), Told{});
    write -= copies[i].length;
    move_back(copies[i].gap);
  }
  LMZIP_CHECK(read == 0 && write == 0);
}

// What is told of what is given goes.
template <typename Told>
void LeaveOut(const std::vector<bool>& given, std::span<Told> told) {
  size_t kept = 0;
  for (size_t i = 0; i < given.size(); ++i) {
    if (!given[i]) told[kept++] = told[i];
  }
}

// The list costs its copies the same each, at their first bytes.
void CostCopies(std::span<const Copy> copies, uint64_t list_bytes, std::span<SymbolCost> costs) {
  const uint64_t list_cost = list_bytes * kByteCost, count = copies.size();
  uint64_t at = 0;
  for (uint64_t i = 0; i < count; ++i) {
    at += copies[i].gap;
    const uint64_t share = list_cost / count + (i < list_cost % count ? 1 : 0);
    costs[at].result = static_cast<uint32_t>(std::min<uint64_t>(share, UINT32_MAX));
    at += copies[i].length;
  }
}

}  // namespace

CostPlaces StreamCosts::TakePlace(uint64_t raw_bytes) {
  LMZIP_CHECK(places_.hold(raw_bytes));
  const CostPlaces place = places_.first(raw_bytes);
  places_ = places_.behind(raw_bytes);
  return place;
}

void StreamCosts::Finish(const FrameContent& frame, const CostPlaces& place, const CostSum& coded) {
  const bool stored = !frame.header.is_coded();
  sum_.Add(stored ? CostSum{.result = frame.coded().size() * kByteCost} : coded);
  sum_.result += frame.copies.size() * kByteCost;
  if (stored) {
    std::ranges::fill(place.costs, SymbolCost{.result = uint32_t{kByteCost}});
    std::ranges::fill(place.likely, LikelyBytes{});
  }
  if (place.empty() || !frame.header.has_copies()) return;
  const auto make_room = [&frame]<typename Told>(std::span<Told> told) {
    if (told.empty()) return;
    LeaveOut(frame.given_places, told);
    MakeRoomForCopies(frame.taken, frame.header.residue_bytes(), told);
  };
  make_room(place.likely);
  make_room(place.costs);
  if (!place.costs.empty()) CostCopies(frame.taken, frame.copies.size(), place.costs);
}

}  // namespace lmzip
