#include "codec/lane_batch.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace lmzip {

OwnedPredictor LaneBatch::Exchange(OwnedPredictor predictor, bool shares_pieces) {
  LMZIP_CHECK(empty());
  shares_pieces_ = shares_pieces;
  return std::exchange(predictor_, std::move(predictor));
}

void LaneBatch::Add(std::shared_ptr<FrameJob> job, int group, int groups) {
  std::vector<int> lanes;
  if (job->header().uses_model()) {
    lanes = FreeLanes(LaneGroup::LaneCount(job->header().geometry.lanes(), group, groups));
  }
  const auto count = static_cast<int>(lanes.size());
  slots_.reserve(slots_.size() + 1);
  auto coding = std::make_unique<LaneGroup>(job, group, groups, predictor_.predictor.get(),
                                            std::move(lanes));
  slots_.push_back(
      {.job = std::move(job), .group = std::move(coding), .error = nullptr, .active = true});
  used_lanes_ += count;
  // In the order of their lanes: batches of neighbouring lanes need no gathering.
  std::ranges::sort(slots_, {}, [](const Slot& slot) {
    const std::vector<int>& reserved = slot.group->reserved_lanes();
    return reserved.empty() ? -1 : reserved.front();
  });
}

std::vector<int> LaneBatch::FreeLanes(int count) const {
  LMZIP_CHECK(count <= predictor_.lanes() - used_lanes_);
  std::vector<bool> used(static_cast<size_t>(predictor_.lanes()));
  for (const Slot& slot : slots_) {
    for (int lane : slot.group->reserved_lanes()) used[lane] = true;
  }
  std::vector<int> lanes;
  for (size_t lane = 0; std::ssize(lanes) < count; ++lane) {
    if (!used[lane]) lanes.push_back(static_cast<int>(lane));
  }
  return lanes;
}

void LaneBatch::Start() noexcept {
  call_count_ = 0;
  const std::exception_ptr error = Caught([this] { Advance(); });
  if (!error) {
    if (call_count_ > 0) StartCall(calls_[0]);
    return;
  }
  call_count_ = 0;
  for (Slot& slot : slots_) {
    if (slot.active) Stop(slot, error);
  }
}

// Prepares the calls of a step.
void LaneBatch::Advance() {
  for (Slot& slot : slots_) {
    if (!slot.active) continue;
    const auto error = Caught([&slot] { slot.active = slot.group->Advance(); });
    if (error) Stop(slot, error);
    if (slot.active) CallFor(slot.group->count()).slots.push_back(&slot);
  }
  for (size_t i = 0; i < call_count_; ++i) {
    Call& call = calls_[i];
    if (call.count == 0) continue;
    for (const Slot* slot : call.slots) {
      const std::vector<int>& lanes = slot->group->lanes();
      const size_t filled = call.tokens.size();
      call.lanes.insert(call.lanes.end(), lanes.begin(), lanes.end());
      call.tokens.resize(filled + lanes.size() * static_cast<size_t>(call.count));
      slot->group->FillTokens(call.tokens.data() + filled);
    }
  }
}

LaneBatch::Call& LaneBatch::CallFor(int count) {
  if (count == 1 || (count > 1 && shares_pieces_)) {
    for (size_t i = 0; i < call_count_; ++i) {
      if (calls_[i].count == count) return calls_[i];
    }
  }
  if (call_count_ == calls_.size()) calls_.emplace_back();
  Call& call = calls_[call_count_++];
  call.count = count;
  call.started = false;
  call.slots.clear();
  call.lanes.clear();
  call.tokens.clear();
  return call;
}

// The logits may still be those of the call before, which stay where they are in the array.
void LaneBatch::StartCall(Call& call) noexcept {
  if (call.tokens.empty()) return;
  const std::exception_ptr error = Caught([&] {
    const size_t size = call.tokens.size() * static_cast<size_t>(predictor_.vocabulary);
    predictor_.logits.resize(std::max(predictor_.logits.size(), size));
    predictor_.predictor->Start(call.lanes, call.count, call.tokens.data());
    call.started = true;
  });
  if (!error) return;
  for (Slot* slot : call.slots) Stop(*slot, error);
}

void LaneBatch::Collect(Call& call) noexcept {
  if (!call.started) return;
  const auto error = Caught([&] { predictor_.predictor->Collect(predictor_.logits.data()); });
  if (!error) return;
  for (Slot* slot : call.slots) Stop(*slot, error);
}

void LaneBatch::Code(Call& call) noexcept {
  size_t at = 0;  // in the logits, which may be missing where no slot is active any more
  for (Slot* slot : call.slots) {
    const size_t rows = slot->group->lanes().size() * static_cast<size_t>(call.count);
    if (slot->active) {
      const auto error = Caught([&] { slot->group->Code(predictor_.logits.data() + at); });
      if (error) Stop(*slot, error);
    }
    at += rows * static_cast<size_t>(predictor_.vocabulary);
  }
}

// The next call works on its device while the one before is coded.
void LaneBatch::Finish() noexcept {
  for (size_t i = 0; i < call_count_; ++i) {
    Collect(calls_[i]);
    if (i + 1 < call_count_) StartCall(calls_[i + 1]);
    Code(calls_[i]);
  }
  call_count_ = 0;
}

void LaneBatch::Stop(Slot& slot, const std::exception_ptr& error) noexcept {
  slot.error = error;
  slot.active = false;
}

bool LaneBatch::has_stopped() const {
  return std::ranges::any_of(slots_, [](const Slot& slot) { return !slot.active; });
}

void LaneBatch::RemoveStopped() noexcept {
  for (Slot& slot : slots_) {
    if (slot.active) continue;
    used_lanes_ -= static_cast<int>(slot.group->reserved_lanes().size());
    slot.group.reset();
    slot.job->GroupStopped(slot.error);
  }
  std::erase_if(slots_, [](const Slot& slot) { return !slot.active; });
}

}  // namespace lmzip
