#include "codec/stream_costs.h"

#include <algorithm>

#include "base/check.h"

namespace lmzip {
namespace {

constexpr uint64_t kByteCost = uint64_t{8} << kCostBits;

// From the end, for a copy lies behind the residue that is moved over it. The list costs its copies
// the same each, at their first bytes.
void MakeRoomForCopies(std::span<const Copy> copies, uint64_t residue_bytes, uint64_t list_bytes,
                       std::span<SymbolCost> costs) {
  const uint64_t list_cost = list_bytes * kByteCost, count = copies.size();
  uint64_t read = residue_bytes, write = costs.size();
  const auto move_back = [&](uint64_t bytes) {
    std::move_backward(costs.begin() + ptrdiff_t(read - bytes), costs.begin() + ptrdiff_t(read),
                       costs.begin() + ptrdiff_t(write));
    read -= bytes;
    write -= bytes;
  };
  uint64_t before_tail = 0;
  for (const Copy& copy : copies) before_tail += copy.gap;
  move_back(residue_bytes - before_tail);
  for (uint64_t i = count; i-- > 0;) {
    const auto copied = costs.subspan(write - copies[i].length, copies[i].length);
    std::ranges::fill(copied, SymbolCost{});
    const uint64_t share = list_cost / count + (i < list_cost % count ? 1 : 0);
    copied[0].result = static_cast<uint32_t>(std::min<uint64_t>(share, UINT32_MAX));
    write -= copies[i].length;
    move_back(copies[i].gap);
  }
  LMZIP_CHECK(read == 0 && write == 0);
}

}  // namespace

std::span<SymbolCost> StreamCosts::TakePlace(uint64_t raw_bytes) {
  if (costs_.empty()) return {};
  LMZIP_CHECK(raw_bytes <= costs_.size());
  const auto place = costs_.first(raw_bytes);
  costs_ = costs_.subspan(raw_bytes);
  return place;
}

void StreamCosts::Finish(const FrameContent& frame, std::span<SymbolCost> place,
                         const CostSum& coded) {
  const bool stored = !frame.header.is_coded();
  const uint64_t residue_bytes = frame.coded().size();
  sum_.Add(stored ? CostSum{.result = residue_bytes * kByteCost} : coded);
  sum_.result += frame.copies.size() * kByteCost;
  if (place.empty()) return;
  if (stored) std::ranges::fill(place, SymbolCost{.result = uint32_t{kByteCost}});
  if (!frame.header.has_copies()) return;
  const auto copies =
      DecodeCopies(frame.copies, frame.header.raw_bytes, frame.header.copied_bytes,
                   frame.header.reach);
  MakeRoomForCopies(copies, residue_bytes, frame.copies.size(), place);
}

}  // namespace lmzip
