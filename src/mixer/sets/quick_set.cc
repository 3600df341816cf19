#include "mixer/sets/quick_set.h"

#include <algorithm>
#include <bit>
#include <span>

#include "mixer/logistic.h"
#include "mixer/network_inputs.h"

namespace lmzip {
namespace {

// Of the contexts of text (MIXER.md, "Contexts"), whose histories the prior has: the last two, four
// and six bytes, the word, and what the match expects.
constexpr std::array<size_t, kQuickSlots> kNumbers = {2, 4, 6, 8, kContexts};
constexpr size_t kOrders = 3, kWordSlot = 3, kMatchSlot = 4;
constexpr uint32_t kInPriorAll = (1u << kQuickSlots) - 1;

constexpr int kMatchLength = 6, kLongMatch = 16, kMostMatchBits = 20;

constexpr size_t kMatchInputs = 2 * kQuickSlots;
constexpr size_t kNetworkInputs = kMatchInputs + 2;
static_assert(kNetworkInputs + kNetworkInputCount < kRowStep);  // the last place is no input

constexpr size_t kKnown = 4, kTrusts = 3, kDepths = 8, kLevels = 4;
constexpr std::array<size_t, 2> kRows = {kTrusts * 256, kKnown * kTrusts * kDepths * kLevels};
constexpr int32_t kRate = 24;
constexpr PairMixer::Row kFirstWeights = [] {
  PairMixer::Row first{};
  for (size_t i = 0; i < kQuickSlots; ++i) {
    first[2 * i] = 12000;
    first[2 * i + 1] = 3000;
  }
  first[kMatchInputs] = first[kNetworkInputs] = 10000;
  first.back() = 1;
  return first;
}();

constexpr size_t kMapContexts = 65536;

int TableBits(uint64_t size) {
  return std::clamp(static_cast<int>(std::bit_width(size)) + 7, 18, 24);
}

int MatchBits(uint64_t size) {
  return std::clamp(static_cast<int>(std::bit_width(size)), 10, kMostMatchBits);
}

uint64_t SizeOf(const MixerOptions& options) {
  return options.kind_bytes[static_cast<size_t>(DataKind::kQuick)];
}

}  // namespace

QuickSet::QuickSet(const MixerOptions& options, const History& history)
    : prior_(options.prior),
      history_(history),
      slots_(TableBits(SizeOf(options)), prior_, kInPriorAll),
      lanes_(static_cast<size_t>(options.lanes)),
      bank_(MixKernelsFor(ActiveIsa())),
      matches_(MatchBits(SizeOf(options)), kMatchLength, 1),
      mixer_(MixKernelsFor(ActiveIsa()), kRows, kFirstWeights, kRate),
      map_(kMapContexts) {
  if (prior_ == nullptr) return;
  for (size_t i = 0; i < kQuickSlots; ++i) {
    const auto cells = prior_->cells().subspan(kNumbers[i] * QuickBank::kCells, QuickBank::kCells);
    std::ranges::copy(cells, bank_.cells().subspan(i * QuickBank::kCells).begin());
  }
  const auto short_match = prior_->match_cells().last(MatchPredictor::kCells);
  std::ranges::copy(short_match, expected_.cells().begin());
}

size_t QuickSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return sizeof(QuickSet) + static_cast<size_t>(lanes) * sizeof(Lane) +
         MappedBytes(size_t{1} << TableBits(size)) +
         MappedBytes(sizeof(uint32_t) << MatchBits(size)) + PairMixer::Bytes(kRows) +
         MappedBytes(ProbabilityMap::Bytes(kMapContexts));
}

bool QuickSet::CopyFrom(const ModelSet& set) noexcept {
  const auto* const other = dynamic_cast<const QuickSet*>(&set);
  if (other == nullptr || slots_.table().size() != other->slots_.table().size() ||
      matches_.table_size() != other->matches_.table_size() ||
      lanes_.size() != other->lanes_.size()) {
    return false;
  }
  slots_.CopyFrom(other->slots_);
  std::ranges::copy(other->lanes_, lanes_.begin());
  bank_.CopyFrom(other->bank_);
  matches_.CopyFrom(other->matches_);
  expected_.CopyFrom(other->expected_);
  mixer_.CopyFrom(other->mixer_);
  map_.CopyFrom(other->map_);
  return true;
}

void QuickSet::StartLane(int index, int before, const LanePlace&) {
  LaneAt(index) = before != kNoLane ? Lane(LaneAt(before)) : Lane{};
}

void QuickSet::Enter(int index, const LanePlace&, const TypedSegment&) noexcept {
  LaneAt(index) = Lane{};
}

void QuickSet::Prepare(int index, const LanePlace& place, uint8_t last) noexcept {
  Lane& lane = LaneAt(index);
  const uint64_t c = lane.recent;
  lane.hashes = {ContextHash(2, c & 0xFFFF), ContextHash(4, c & 0xFFFFFFFF),
                 ContextHash(6, c & 0xFFFFFFFFFFFF), ContextHash(8, Combine(lane.word, c & 255)),
                 0};
  lane.match_place = matches_.Locate(history_, place.run_begin, place.position, last);
  PrefetchByte(lane);
}

void QuickSet::PrefetchByte(const Lane& lane) const noexcept {
  for (size_t i = 0; i < kMatchSlot; ++i) slots_.Prefetch(lane.hashes[i]);
  matches_.Prefetch(lane.match_place);
}

void QuickSet::BeginByte(int index, const LanePlace& place, const ByteTree* network) noexcept {
  Lane& lane = LaneAt(index);
  lane_ = &lane;
  network_ = network;
  partial_ = 1;
  depth_ = 0;
  matches_.Update(history_, place.run_begin, place.position, lane.match_place, lane.match);
  expected_.StartByte(lane.match, history_);
  const uint64_t length = std::min<size_t>(LengthBucket(lane.match.length), 20);
  lane.hashes[kMatchSlot] =
      ContextHash(kContexts, Combine(expected_.expected() << 8 | (lane.recent & 255), length));
  slots_.BeginByte(lane.hashes);
  UseSlots();
  Predict();
}

void QuickSet::UseSlots() noexcept {
  slots_.Find(partial_);
  bank_.Use(slots_.slots());
}

void QuickSet::Predict() noexcept {
  int32_t* const inputs = mixer_.inputs();
  bank_.Predict(NibblePrefix(partial_, depth_), inputs);
  expected_.Predict(partial_, depth_, &inputs[kMatchInputs]);
  WriteNetworkInputs(network_, partial_, &inputs[kNetworkInputs]);

  size_t known = 0;  // of the contexts longer than the first one that are not the match's
  for (size_t i = 1; i < kMatchSlot; ++i) known += bank_.Count(i) != 0;
  const size_t trust = !expected_.active() ? 0 : lane_->match.length < kLongMatch ? 1 : 2;
  const size_t level = std::min<size_t>(bank_.Count(kWordSlot) / 4, kLevels - 1);
  const size_t depth = static_cast<size_t>(depth_);
  mixed_ = mixer_.Mix({trust * 256 + partial_,
                       ((known * kTrusts + trust) * kDepths + depth) * kLevels + level});

  const ProbabilityMap::Curve& first = prior_ != nullptr
                                           ? prior_->result_curve(network_ != nullptr, partial_)
                                           : ProbabilityMap::kIdentity;
  const int refined = map_.Refine(partial_ | (lane_->recent & 255) << 8, mixed_, first);
  p_ = static_cast<uint32_t>(std::clamp(refined, 1, (1 << kBitProbabilityBits) - 1));
}

void QuickSet::Update(int bit) noexcept {
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  ++depth_;
  if (depth_ == 3) {
    slots_.PrepareSecond(partial_ << 1 | LikelyBit({slots_.slots().data(), kOrders}, partial_));
  }
  if (depth_ == 4) slots_.PrepareSecond(partial_);

  bank_.Update(bit);
  expected_.Update(bit);
  mixer_.Update(bit);
  map_.Update(bit);
  if (depth_ == 8) return;
  if (depth_ == 4) UseSlots();
  Predict();
}

void QuickSet::EndByte(int index, const LanePlace&, uint8_t byte) noexcept {
  Lane& lane = LaneAt(index);
  lane.recent = lane.recent << 8 | byte;
  lane.word = WordAfter(lane.word, byte);
}

}  // namespace lmzip
