#include "mixer/sets/picture_set.h"

namespace lmzip {

PictureSet::PictureSet(size_t size, int lanes, const History& history)
    : bilevel_(lanes, history),
      sampled_(size, lanes, history),
      of_lanes_(static_cast<size_t>(lanes), &sampled_) {}

bool PictureSet::Models(const TypedSegment& segment) noexcept {
  return segment.bits == 1 ? segment.channels == 1 : SampledSet::Models(segment);
}

size_t PictureSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return sizeof(PictureSet) + static_cast<size_t>(lanes) * sizeof(ModelSet*) +
         BilevelSet::MemoryBytes(lanes) + SampledSet::MemoryBytes(size, lanes);
}

void PictureSet::StartLane(int lane, int before, const LanePlace& place) {
  bilevel_.StartLane(lane, before, place);
  sampled_.StartLane(lane, before, place);
  if (before != kNoLane) {
    of_lanes_[static_cast<size_t>(lane)] = of_lanes_[static_cast<size_t>(before)];
  }
}

void PictureSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  ModelSet*& set = of_lanes_[static_cast<size_t>(lane)];
  set = &sampled_;
  if (segment.bits == 1) set = &bilevel_;
  set->Enter(lane, place, segment);
}

void PictureSet::TakeResult() noexcept {
  p_ = used_->p();
  mixed_ = used_->mixed();
}

void PictureSet::BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept {
  used_ = of_lanes_[static_cast<size_t>(lane)];
  used_->BeginByte(lane, place, network);
  TakeResult();
}

void PictureSet::Update(int bit) noexcept {
  used_->Update(bit);
  TakeResult();
}

void PictureSet::EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept {
  used_->EndByte(lane, place, byte);
}

}  // namespace lmzip
