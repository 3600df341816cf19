#include "mixer/sets/context_set.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"

namespace lmzip {

namespace {

static_assert(kSlots == kContexts + 1);  // the last slot's context is the match's expected byte

constexpr int kLongMatch = 24, kShortMatch = 6;  // bytes
constexpr int kLongStride = 8;                   // of the positions that the long finder keeps
constexpr size_t kOrders = 6;                    // contexts 1 to 6 are the last bytes, as many
constexpr int kLongFinderBits = 21, kShortFinderBits = 20;  // of their tables, at most
constexpr size_t kByteMapContexts = 65536;
constexpr int kResultMapBits = 12;

// Where every kind of input begins.
constexpr size_t kMatchInputs = 2 * kSlots;
constexpr size_t kNetworkInputs = kMatchInputs + 2 * kMatches;
constexpr size_t kNetworkInputCount = 2;
static_assert(kNetworkInputs + kNetworkInputCount < kInputs);

// The weight sets whose rows can be told in advance, by their places in Selected().
constexpr size_t kPrefixSet = 0, kLastByteSet = 1, kClassesSet = 3, kByteBeforeSet = 4;

// By the classes of the last two bytes and the number of bits known.
size_t ClassesRow(const LaneContext& context, int depth) {
  return ((context.classes & 15) * 16 + (context.classes >> 4 & 15)) * 8 +
         static_cast<size_t>(depth);
}

int FinderBits(uint64_t size, int most) {
  return std::clamp(static_cast<int>(std::bit_width(size)), 10, most);
}

int TableBits(uint64_t size) {
  return std::clamp(static_cast<int>(std::bit_width(size)) + 8, 18, 25);
}

}  // namespace

ContextSet::ContextSet(const Options& options, const History& history)
    : prior_(options.prior),
      history_(history),
      table_(options.table_bits > 0 ? options.table_bits : TableBits(options.size)),
      finders_{MatchFinder(FinderBits(options.size, kLongFinderBits), kLongMatch, kLongStride),
               MatchFinder(FinderBits(options.size, kShortFinderBits), kShortMatch, 1)},
      lanes_(static_cast<size_t>(options.lanes)),
      bank_(MixKernelsFor(ActiveIsa())),
      weights_(MixKernelsFor(ActiveIsa()), prior_ != nullptr ? prior_->weights() : FirstWeights{}),
      result_maps_{ProbabilityMap(kByteMapContexts), ProbabilityMap(size_t{1} << kResultMapBits)} {
  if (prior_ != nullptr) LoadPrior();
}

size_t ContextSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  const auto finder = [&](int most) {
    return MappedBytes(sizeof(uint32_t) << FinderBits(size, most));
  };
  return MappedBytes(size_t{1} << TableBits(size)) + finder(kLongFinderBits) + finder(kShortFinderBits) +
         MappedBytes(ProbabilityMap::Bytes(kByteMapContexts)) +
         MappedBytes(ProbabilityMap::Bytes(size_t{1} << kResultMapBits)) +
         MappedBytes(kAllRows * sizeof(WeightRow)) + MappedBytes(kAllFinalRows * sizeof(FinalRow)) +
         sizeof(ContextSet) + static_cast<size_t>(lanes) * (sizeof(Lane) + History::kLaneBytes);
}

void ContextSet::LoadPrior() noexcept {
  std::ranges::copy(prior_->cells(), bank_.cells().begin());
  auto cells = prior_->match_cells();
  for (MatchPredictor& predictor : predictors_) {
    std::ranges::copy(cells.first(MatchPredictor::kCells), predictor.cells().begin());
    cells = cells.subspan(MatchPredictor::kCells);
  }
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

// Finds the contexts of the lane's next byte early, to be fetched before they are needed.
void ContextSet::Prepare(int index, const LanePlace& place, uint8_t last) noexcept {
  Lane& lane = LaneAt(index);
  FindContexts(index, place, lane.hashes);
  for (size_t i = 0; i < kMatches; ++i) {
    lane.places[i] = finders_[i].Locate(history_, place.run_begin, place.position, last);
  }
  if (model_ == nullptr) PrefetchByte(lane);  // a network would drive it out of the caches again
}

void ContextSet::BeginByte(int index, const LanePlace& place, const ByteTree* network) noexcept {
  model_ = network;
  TakeLane(index, place);
  LocateMaps();
  UseSlots(/*observing=*/false);
  Predict();
}

void ContextSet::TakeLane(int index, const LanePlace& place) noexcept {
  lane_ = &LaneAt(index);
  partial_ = 1;
  depth_ = 0;
  for (size_t i = 0; i < kMatches; ++i) {
    finders_[i].Update(history_, place.run_begin, place.position, lane_->places[i],
                       lane_->matches[i]);
    predictors_[i].StartByte(lane_->matches[i], history_);
  }
  best_ = lane_->matches[0].length > 0 ? 0 : 1;
  byte_hashes_ = lane_->hashes;
  byte_hashes_[kContexts] = MatchContext();
  hashes_ = byte_hashes_;
}

void ContextSet::EndByte(int index, const LanePlace& place, uint8_t byte) noexcept {
  LaneAt(index).context.Update(byte, place.position);
}

void ContextSet::ObserveBit(int bit) noexcept {
  bank_.Observe(NibblePrefix(), bit);
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  ++depth_;
}

void ContextSet::Update(int bit) noexcept {
  // What comes next is found first: learning hides the memory's latency.
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  ++depth_;
  if (depth_ == 3) HashSecondNibble(partial_ << 1 | LikelyBit());
  if (depth_ == 4 && partial_ != hashed_partial_) HashSecondNibble(partial_);
  if (depth_ < 8) LocateMaps();

  bank_.Update(bit);
  for (MatchPredictor& predictor : predictors_) predictor.Update(bit);
  weights_.Update(bit);
  for (ProbabilityMap& map : result_maps_) map.Update(bit);
  if (depth_ == 8) return;
  if (depth_ == 4) UseSlots(/*observing=*/false);
  Predict();
}

void ContextSet::PrefetchByte(const Lane& lane) const noexcept {
  const LaneContext& context = lane.context;
  for (size_t i = 0; i < kContexts; ++i) table_.Prefetch(lane.hashes[i]);
  for (size_t i = 0; i < kMatches; ++i) finders_[i].Prefetch(lane.places[i]);
  result_maps_[0].Prefetch(1 | context.Byte(1) << 8, 1);
  weights_.Prefetch(model_ != nullptr, kLastByteSet, context.Byte(1));
  weights_.Prefetch(model_ != nullptr, kClassesSet, ClassesRow(context, 0));
  weights_.Prefetch(model_ != nullptr, kByteBeforeSet, context.Byte(2));
}

// The expected byte, how long it has been right, and the byte before.
uint64_t ContextSet::MatchContext() const noexcept {
  const uint32_t expected = predictors_[best_].expected();
  const uint64_t length = std::min<size_t>(LengthBucket(lane_->matches[best_].length), 20);
  const uint64_t value = expected << 8 | lane_->context.Byte(1);
  return ContextHash(kContexts, Combine(value, length));
}

// What the longest context that knows the next bit says of it.
uint32_t ContextSet::LikelyBit() const noexcept {
  const uint32_t prefix = NibblePrefix();
  for (size_t i = kOrders; i > 0; --i) {
    const Node& node = slots_[i]->nodes[prefix - 1];
    if (!node.empty()) return node.P12() >= 2048;
  }
  return 0;
}

// `partial` is the byte's first nibble after a leading 1; a guess does no harm.
void ContextSet::HashSecondNibble(uint32_t partial) noexcept {
  hashed_partial_ = partial;
  for (size_t i = 0; i < kSlots; ++i) {
    hashes_[i] = ContextHash(64 + static_cast<int>(partial), byte_hashes_[i]);
    table_.Prefetch(hashes_[i]);
  }
}

void ContextSet::UseSlots(bool observing) noexcept {
  uint32_t fresh = 0;
  for (size_t i = 0; i < kSlots; ++i) {
    if (observing && !kInPrior[i]) {
      slots_[i] = &unused_slot_;
      continue;
    }
    slots_[i] = table_.Find(hashes_[i]);
    if (prior_ != nullptr && kInPrior[i] && slots_[i]->nodes[0].empty()) {
      prior_->PrefetchSlot(hashes_[i]);
      if (depth_ == 4) prior_->PrefetchSlot(byte_hashes_[i]);
      fresh |= 1u << i;
    }
  }
  for (; fresh != 0; fresh &= fresh - 1) {
    const size_t i = static_cast<size_t>(std::countr_zero(fresh));
    if (depth_ == 4) {
      prior_->FillSecondSlot(byte_hashes_[i], partial_ & 15, hashes_[i], *slots_[i]);
    } else {
      prior_->FillSlot(hashes_[i], *slots_[i]);
    }
  }
  bank_.Use(slots_);
}

// The bits of the nibble in progress after a leading 1.
uint32_t ContextSet::NibblePrefix() const noexcept {
  const uint32_t first = depth_ < 4 ? 1u << depth_ : 1u << (depth_ - 4);
  return (partial_ & (first - 1)) | first;
}

std::array<size_t, kSets> ContextSet::Selected() const noexcept {
  const LaneContext& context = lane_->context;
  const size_t depth = static_cast<size_t>(depth_);
  const size_t trust = !predictors_[best_].active() ? 0 : 1 + (best_ == 0);
  size_t orders = 0;
  for (size_t i = 2; i < 7; ++i) orders += bank_.Count(i) != 0;
  const auto level = [&](size_t i) { return std::min<size_t>(bank_.Count(i) / 4, 3); };
  return {partial_,
          context.Byte(1),
          orders * 24 + depth * 3 + trust,
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
  bank_.Predict(NibblePrefix(), inputs);
  for (size_t i = 0; i < kMatches; ++i) {
    predictors_[i].Predict(partial_, depth_, &inputs[kMatchInputs + 2 * i]);
  }
  if (model_ != nullptr) {
    const uint32_t p = model_->P16(partial_);
    inputs[kNetworkInputs] = Stretch(p);
    inputs[kNetworkInputs + 1] = (static_cast<int>(p) - 32768) >> 3;
  } else {
    std::fill_n(&inputs[kNetworkInputs], kNetworkInputCount, 0);
  }
  mixed_ = weights_.Mix(model_ != nullptr, Selected(), partial_);
  const ProbabilityMap::Curve& first = prior_ != nullptr
                                           ? prior_->result_curve(model_ != nullptr, partial_)
                                           : ProbabilityMap::kIdentity;
  const int refined = result_maps_[0].Refine(map_contexts_[0], mixed_, first) +
                      result_maps_[1].Refine(map_contexts_[1], mixed_, first);
  p_ = static_cast<uint32_t>(std::clamp((refined + 1) >> 1, 1, (1 << kBitProbabilityBits) - 1));
}

}  // namespace lmzip
