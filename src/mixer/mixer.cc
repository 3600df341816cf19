#include "mixer/mixer.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "lmzip/error.h"
#include "mixer/logistic.h"
#include "mixer/sets/model_sets.h"

namespace lmzip {

namespace {

// Null where there is none.
const ModelSetEntry* EntryOf(DataKind kind, std::span<const ModelSetEntry> sets) {
  const auto entry = std::ranges::find(sets, kind, &ModelSetEntry::kind);
  return entry != sets.end() ? &*entry : nullptr;
}

// A list may come from anywhere: sets see no form that they do not model.
void RequireSets(std::span<const TypedSegment> segments, std::span<const ModelSetEntry> sets) {
  for (const TypedSegment& segment : segments) {
    const ModelSetEntry* const entry = EntryOf(segment.kind, sets);
    if (entry != nullptr && entry->models(segment)) continue;
    throw Error(ErrorCode::kUnsupported, "this lmzip has no models for: " + Describe(segment));
  }
}

}  // namespace

bool HasModelSet(const TypedSegment& segment) noexcept {
  const ModelSetEntry* const entry = EntryOf(segment.kind, AllModelSets());
  return entry != nullptr && entry->models(segment);
}

Mixer::Mixer(const MixerOptions& options, std::span<const uint8_t> content)
    : history_(content, options.lanes),
      segments_(options.segments.begin(), options.segments.end()),
      lanes_(static_cast<size_t>(options.lanes)) {
  MixerOptions of_sets = options;
  if (options.without == MixerPart::kPrior) of_sets.prior = nullptr;
  of_sets.kind_bytes = KindBytesOf(segments_, content.size());
  const auto all = options.sets.empty() ? AllModelSets() : options.sets;
  RequireSets(segments_, all);
  for (size_t i = 0; i < sets_.size(); ++i) {
    const DataKind kind{static_cast<uint8_t>(i)};
    // Where there is no byte, lanes still have a set.
    const bool needed =
        of_sets.kind_bytes[i] > 0 || (content.empty() && kind == DataKind::kGeneral);
    if (!needed) continue;
    const ModelSetEntry* const entry = EntryOf(kind, all);
    LMZIP_CHECK(entry != nullptr);  // there is a general set
    sets_[i] = entry->make(of_sets, history_);
  }
}

size_t Mixer::MemoryBytes(const KindBytes& kinds, int lanes) noexcept {
  size_t bytes = sizeof(Mixer) + static_cast<size_t>(lanes) * (sizeof(Lane) + History::kLaneBytes);
  for (const ModelSetEntry& entry : AllModelSets()) {
    const uint64_t size = kinds[static_cast<size_t>(entry.kind)];
    if (size > 0) bytes += entry.bytes(size, lanes);
  }
  return bytes;
}

Mixer::~Mixer() = default;

void Mixer::StartSegment(int index, size_t begin, size_t end) {
  Lane& lane = lanes_.at(static_cast<size_t>(index));
  LMZIP_CHECK(begin <= end && end <= history_.size());
  history_.StartSegment(index, begin, end);
  // Lane 0 goes on where the block before ended; the others cannot see what precedes them.
  const auto before = std::ranges::find_if(lanes_, [&](const Lane& other) {
    return begin > 0 && other.place.position == begin && other.end == begin;
  });
  const bool goes_on = index == 0 && before != lanes_.end();
  const int from = goes_on ? static_cast<int>(before - lanes_.begin()) : ModelSet::kNoLane;
  const size_t stretch_end = goes_on ? before->stretch_end : 0;
  ModelSet* const set = goes_on ? before->set : nullptr;
  lane = {.place = {.position = begin, .run_begin = index == 0 ? 0 : begin},
          .end = end,
          .stretch_end = stretch_end,
          .set = set};
  for (const auto& each : sets_) {
    if (each) each->StartLane(index, from, lane.place);
  }
  if (begin == end) return;
  if (begin >= stretch_end) Enter(index, lane);
  lane.set->Prepare(index, lane.place, begin > 0 ? history_[begin - 1] : uint8_t{0});
}

bool Mixer::CopyFrom(const Mixer& other) noexcept {
  LMZIP_CHECK(lanes_.size() == other.lanes_.size());
  const auto learned =
      std::ranges::find_if(other.sets_, [](const auto& set) { return set != nullptr; });
  const auto& mine = sets_[static_cast<size_t>(learned - other.sets_.begin())];
  if (!mine || !mine->CopyFrom(**learned)) return false;
  history_.AdvanceAs(other.history_);
  for (size_t i = 0; i < lanes_.size(); ++i) lanes_[i].place = other.lanes_[i].place;
  return true;
}

// Finds the set of the lane's next byte.
void Mixer::Enter(int index, Lane& lane) noexcept {
  static constexpr TypedSegment kNoSegment{};
  const size_t position = lane.place.position;
  const auto next = std::ranges::upper_bound(segments_, position, {}, &TypedSegment::end);
  const bool typed = next != segments_.end() && next->begin <= position;
  const TypedSegment& segment = typed ? *next : kNoSegment;
  lane.stretch_end = static_cast<size_t>(typed                      ? next->end()
                                         : next != segments_.end() ? next->begin
                                                                   : history_.size());
  lane.set = sets_[static_cast<size_t>(segment.kind)].get();
  lane.set->Enter(index, lane.place, segment);
}

void Mixer::BeginByte(int index, const ByteTree* network) noexcept {
  const Lane& lane = lanes_[static_cast<size_t>(index)];
  lane_ = index;
  set_ = lane.set;
  partial_ = 1;
  set_->BeginByte(index, lane.place, network);
}

uint32_t Mixer::MixedP() const noexcept {
  return static_cast<uint32_t>(Squash(set_->mixed())) << (kBitProbabilityBits - 16);
}

void Mixer::Update(int bit) noexcept {
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  if (partial_ < 256) {
    set_->Update(bit);
  } else {
    EndByte(static_cast<uint8_t>(partial_), bit);
  }
}

void Mixer::EndByte(uint8_t byte, int last_bit) noexcept {
  Lane& lane = lanes_[static_cast<size_t>(lane_)];
  set_->EndByte(lane_, lane.place, byte);
  ++lane.place.position;
  history_.Advance(lane_);
  const bool has_next = lane.place.position != lane.end;
  const bool same_stretch = lane.place.position != lane.stretch_end;
  // What comes next is fetched while the bit is learned, but no state begins before.
  if (has_next && same_stretch) lane.set->Prepare(lane_, lane.place, byte);
  set_->Update(last_bit);
  if (!has_next || same_stretch) return;
  Enter(lane_, lane);
  lane.set->Prepare(lane_, lane.place, byte);
}

}  // namespace lmzip
