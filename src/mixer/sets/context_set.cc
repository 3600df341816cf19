#include "mixer/sets/context_set.h"

#include <algorithm>
#include <bit>
#include <span>

#include "base/check.h"
#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/network_inputs.h"

namespace lmzip {

namespace {

static_assert(kSlots == kContexts + 1);  // the last slot's context is the match's expected byte

constexpr size_t kOrders = 6;                    // contexts 1 to 6 are the last bytes, as many
constexpr size_t kByteMapContexts = 65536;
constexpr int kResultMapBits = 12;

std::span<Slot* const> OfOrders(const std::array<Slot*, kSlots>& slots) {
  return {&slots[1], kOrders};
}

// Where every kind of input begins.
constexpr size_t kMatchInputs = 2 * kSlots;
constexpr size_t kNetworkInputs = kMatchInputs + MatchPair::kInputs;
static_assert(kNetworkInputs + kNetworkInputCount < kInputs);

// The weight sets whose rows can be told in advance, by their places in Selected().
constexpr size_t kPrefixSet = 0, kLastByteSet = 1, kClassesSet = 3, kByteBeforeSet = 4;

// By the classes of the last two bytes and the number of bits known.
size_t ClassesRow(const LaneContext& context, int depth) {
  return ((context.classes & 15) * 16 + (context.classes >> 4 & 15)) * 8 +
         static_cast<size_t>(depth);
}

int TableBits(uint64_t size) {
  return std::clamp(static_cast<int>(std::bit_width(size)) + 8, 18, 25);
}

}  // namespace

ContextSet::ContextSet(const Options& options, const History& history)
    : prior_(options.prior),
      without_(options.without),
      silent_contexts_(ContextsOf(options.without)),
      history_(history),
      finder_(options.table_bits > 0 ? options.table_bits : TableBits(options.size), prior_,
              kInPrior),
      lanes_(static_cast<size_t>(options.lanes)),
      bank_(MixKernelsFor(ActiveIsa())),
      matches_(options.size),
      weights_(MixKernelsFor(ActiveIsa()), prior_ != nullptr ? prior_->weights() : FirstWeights{}),
      result_maps_{ProbabilityMap(kByteMapContexts), ProbabilityMap(size_t{1} << kResultMapBits)} {
  if (prior_ != nullptr) LoadPrior();
}

size_t ContextSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return MappedBytes(size_t{1} << TableBits(size)) + MatchPair::Bytes(size) +
         MappedBytes(ProbabilityMap::Bytes(kByteMapContexts)) +
         MappedBytes(ProbabilityMap::Bytes(size_t{1} << kResultMapBits)) +
         MappedBytes(kAllRows * sizeof(WeightRow)) + MappedBytes(kAllFinalRows * sizeof(FinalRow)) +
         sizeof(ContextSet) + static_cast<size_t>(lanes) * (sizeof(Lane) + History::kLaneBytes);
}

void ContextSet::LoadPrior() noexcept {
  std::ranges::copy(prior_->cells(), bank_.cells().begin());
  auto cells = prior_->match_cells();
  for (MatchPredictor& predictor : matches_.predictors()) {
    std::ranges::copy(cells.first(MatchPredictor::kCells), predictor.cells().begin());
    cells = cells.subspan(MatchPredictor::kCells);
  }
}

bool ContextSet::CopyContexts(const ContextSet& other) noexcept {
  if (slot_table().size() != other.slot_table().size() || !matches_.IsLike(other.matches_) ||
      lanes_.size() != other.lanes_.size()) {
    return false;
  }
  finder_.CopyFrom(other.finder_);
  std::ranges::copy(other.lanes_, lanes_.begin());
  bank_.CopyFrom(other.bank_);
  matches_.CopyFrom(other.matches_);
  weights_.CopyFrom(other.weights_);
  for (size_t i = 0; i < result_maps_.size(); ++i) result_maps_[i].CopyFrom(other.result_maps_[i]);
  return true;
}

void ContextSet::StartLane(int index, int before, const LanePlace& place) {
  Lane& lane = LaneAt(index);
  if (before != kNoLane) {
    lane = Lane(LaneAt(before));
    return;
  }
  const RecordDetector records = lane.context.records;
  lane = Lane{};
  lane.context.records = records;
  lane.context.line_begin = lane.context.above_begin = place.position;
}

void ContextSet::Enter(int index, const LanePlace& place, const TypedSegment&) noexcept {
  StartLane(index, kNoLane, place);
}

void ContextSet::PrepareMatches(int index, const LanePlace& place, uint8_t last) noexcept {
  matches_.Locate(history_, place, last, LaneAt(index).matches);
}

// Finds the contexts of the lane's next byte early, to be fetched before they are needed.
void ContextSet::Prepare(int index, const LanePlace& place, uint8_t last) noexcept {
  Lane& lane = LaneAt(index);
  FindContexts(index, place, lane.hashes);
  PrepareMatches(index, place, last);
  if (model_ == nullptr) PrefetchByte(lane);  // a network would drive it out of the caches again
}

void ContextSet::BeginByte(int index, const LanePlace& place, const ByteTree* network) noexcept {
  model_ = network;
  TakeLane(index, place);
  LocateMaps();
  UseSlots();
  Predict();
}

void ContextSet::TakeLane(int index, const LanePlace& place) noexcept {
  lane_ = &LaneAt(index);
  partial_ = 1;
  depth_ = 0;
  matches_.BeginByte(history_, place, lane_->matches);
  ContextHashes hashes = lane_->hashes;
  hashes[kContexts] = matches_.Context(lane_->context.Byte(1));
  finder_.BeginByte(hashes);
}

void ContextSet::EndByte(int index, const LanePlace& place, uint8_t byte) noexcept {
  LaneAt(index).context.Update(byte, place.position);
}

void ContextSet::ObserveBit(int bit, uint32_t contexts) noexcept {
  bank_.Observe(NibblePrefix(partial_, depth_), bit);
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  if (++depth_ == 4) finder_.PrepareSecond(partial_, contexts);
}

void ContextSet::Update(int bit) noexcept {
  // What comes next is found first: learning hides the memory's latency.
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  ++depth_;
  if (depth_ == 3) finder_.PrepareSecond(partial_ << 1 | LikelyBit(OfOrders(slots()), partial_));
  if (depth_ == 4) finder_.PrepareSecond(partial_);
  if (depth_ < 8) LocateMaps();

  bank_.Update(bit);
  matches_.Update(bit);
  weights_.Update(bit);
  for (ProbabilityMap& map : result_maps_) map.Update(bit);
  if (depth_ == 8) return;
  if (depth_ == 4) UseSlots();
  Predict();
}

void ContextSet::PrefetchByte(const Lane& lane) const noexcept {
  const LaneContext& context = lane.context;
  for (size_t i = 0; i < kContexts; ++i) finder_.Prefetch(lane.hashes[i]);
  matches_.Prefetch(lane.matches);
  result_maps_[0].Prefetch(1 | context.Byte(1) << 8, 1);
  weights_.Prefetch(model_ != nullptr, kLastByteSet, context.Byte(1));
  weights_.Prefetch(model_ != nullptr, kClassesSet, ClassesRow(context, 0));
  weights_.Prefetch(model_ != nullptr, kByteBeforeSet, context.Byte(2));
}

void ContextSet::UseSlots(uint32_t contexts) noexcept {
  finder_.Find(partial_, contexts);
  bank_.Use(finder_.slots());
}

// A context that is left out says nothing, and nobody knows whether it has been seen.
void ContextSet::Silence(int32_t* inputs) const noexcept {
  for (size_t i = 0; i < kSlots; ++i) {
    if (IsSilent(i)) inputs[2 * i] = inputs[2 * i + 1] = 0;
  }
  if (without_ == MixerPart::kMatches) std::fill_n(&inputs[kMatchInputs], MatchPair::kInputs, 0);
}

template <bool kWhole>
std::array<size_t, kSets> ContextSet::Selected() const noexcept {
  const LaneContext& context = lane_->context;
  const size_t depth = static_cast<size_t>(depth_);
  size_t orders = 0;
  const auto count = [&](size_t i) { return kWhole || !IsSilent(i) ? bank_.Count(i) : 0; };
  for (size_t i = 2; i < 7; ++i) orders += count(i) != 0;
  const auto level = [&](size_t i) { return std::min<size_t>(count(i) / 4, 3); };
  const bool matches = kWhole || without_ != MixerPart::kMatches;
  return {partial_,
          context.Byte(1),
          orders * 24 + depth * 3 + (matches ? matches_.Trust() : 0),
          ClassesRow(context, depth_),
          context.Byte(2),
          level(2) * 64 + level(3) * 16 + level(4) * 4 + level(6)};
}

// Finds out what the next bit's result depends on, and fetches what that of the bit after it will.
void ContextSet::LocateMaps() noexcept {
  const LaneContext& context = lane_->context;
  const uint64_t hash = ContextHash(static_cast<int>(partial_), context.recent & 0xFFFF);
  map_contexts_ = {partial_ | context.Byte(1) << 8,
                   static_cast<size_t>(hash >> (64 - kResultMapBits))};
  result_maps_[1].Prefetch(map_contexts_[1], 1);
  if (depth_ == 7) return;
  // Those of both values of the bit lie side by side.
  result_maps_[0].Prefetch(2 * partial_ | context.Byte(1) << 8, 2);
  weights_.Prefetch(model_ != nullptr, kPrefixSet, 2 * partial_);
  weights_.Prefetch(model_ != nullptr, kPrefixSet, 2 * partial_ + 1);
  weights_.Prefetch(model_ != nullptr, kClassesSet, ClassesRow(context, depth_ + 1));
}

void ContextSet::Predict() noexcept {
  int32_t* const inputs = weights_.inputs();
  bank_.Predict(NibblePrefix(partial_, depth_), inputs);
  matches_.Predict(partial_, depth_, &inputs[kMatchInputs]);
  WriteNetworkInputs(model_, partial_, &inputs[kNetworkInputs]);
  const bool whole = without_ == MixerPart::kNone;
  if (!whole) Silence(inputs);
  mixed_ = weights_.Mix(model_ != nullptr, whole ? Selected<true>() : Selected<false>(), partial_);
  const ProbabilityMap::Curve& first = prior_ != nullptr
                                           ? prior_->result_curve(model_ != nullptr, partial_)
                                           : ProbabilityMap::kIdentity;
  const int refined = result_maps_[0].Refine(map_contexts_[0], mixed_, first) +
                      result_maps_[1].Refine(map_contexts_[1], mixed_, first);
  p_ = static_cast<uint32_t>(std::clamp((refined + 1) >> 1, 1, (1 << kBitProbabilityBits) - 1));
  if (without_ == MixerPart::kMaps) {
    p_ = static_cast<uint32_t>(Squash(mixed_)) << (kBitProbabilityBits - 16);
  }
}

}  // namespace lmzip
