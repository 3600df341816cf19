#include "mixer/sets/wide_set.h"

#include <algorithm>
#include <bit>

#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/network_inputs.h"

namespace lmzip {
namespace {

constexpr size_t kByteMapContexts = 65536;
constexpr int kMapBits = 16;

// The order of contexts: those that a level leaves out are the last ones. First so many of the
// structure, then these general ones, then the rest of the structure, then the rest of the general.
constexpr size_t kFirstOfStructure = 8;
constexpr std::array<uint8_t, 7> kFirstGeneral = {1, 2, 3, 4, 6, 17, 8};
constexpr std::array<uint8_t, 11> kLaterGeneral = {5, 12, 13, 0, 7, 9, 10, 11, 14, 15, 16};
static_assert(kFirstGeneral.size() + kLaterGeneral.size() == kSlots);
constexpr size_t kPlaceOfMatch = kFirstOfStructure + 5;  // of context 17

// Contexts of the last 1, 2, 3, 4 and 6 bytes.
constexpr size_t kOrders = 5;
constexpr size_t PlaceOfOrder(size_t i) { return kFirstOfStructure + i; }

struct LevelShape {
  size_t contexts, sets;  // at most
};
constexpr std::array<LevelShape, kModelLevels> kLevels = {{{15, 6}, {36, 8}, {48, 10}}};

// Where every kind of input begins.
constexpr size_t kNetworkInputs = MatchPair::kInputs;
constexpr size_t kDirectInputs = kNetworkInputs + kNetworkInputCount;

int TableBits(const WideSet::Options& options) {
  return std::clamp(static_cast<int>(std::bit_width(options.size)) + 7, 18,
                    options.most_table_bits);
}

RowMixer::Shape MixerShape(const WideSet::Options& options) {
  RowMixer::Shape shape{.set_rows = {2048, 2048, 4096, 120, 2048, 256, 2048, 2048, 256, 256},
                        .last_rows = {2048, 2048},
                        .first_weights = {},
                        .rates = options.rates};
  auto& first = shape.first_weights;
  for (size_t m = 0; m < kMatches; ++m) first.insert(first.end(), {8000, 0});
  first.insert(first.end(), {20000, 0});  // the network
  first.insert(first.end(), options.direct_inputs, 0);
  for (size_t i = 0; i < kSlots + StructureView::kContexts; ++i) {
    first.insert(first.end(), {5000, 0, 2500, 0});
  }
  return shape;
}

}  // namespace

WideSet::WideSet(const Options& options, const History& history)
    : history_(history),
      direct_inputs_(options.direct_inputs),
      lanes_(static_cast<size_t>(options.lanes)),
      bank_(MixKernelsFor(ActiveIsa()), kMostContexts, TableBits(options)),
      matches_(options.size),
      mixer_(MixKernelsFor(ActiveIsa()), MixerShape(options)),
      maps_{ProbabilityMap(kByteMapContexts), ProbabilityMap(size_t{1} << kMapBits),
            ProbabilityMap(size_t{1} << kMapBits)} {}

size_t WideSet::MemoryBytes(const Options& options) noexcept {
  return MatchPair::Bytes(options.size) +
         WideBank::Bytes(kMostContexts, TableBits(options)) +
         RowMixer::Bytes(MixerShape(options)) +
         MappedBytes(ProbabilityMap::Bytes(kByteMapContexts)) +
         2 * MappedBytes(ProbabilityMap::Bytes(size_t{1} << kMapBits)) + sizeof(WideSet) +
         static_cast<size_t>(options.lanes) * sizeof(Lane);
}

void WideSet::StartLane(int index, int before, const LanePlace& place) {
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

void WideSet::Enter(int index, const LanePlace& place, const TypedSegment& segment) noexcept {
  WideSet::StartLane(index, kNoLane, place);
  LaneAt(index).segment = segment;
}

// Finds the contexts of the lane's next byte early, to be fetched before they are needed.
void WideSet::Prepare(int index, const LanePlace& place, uint8_t last) noexcept {
  Lane& lane = LaneAt(index);
  lane.view.count = 0;
  View(index, place, lane.view);
  FindHashes(lane, place);
  matches_.Locate(history_, place, last, lane.matches);
  if (network_ == nullptr) PrefetchByte(lane);  // a network would drive it out of the caches again
}

void WideSet::FindHashes(Lane& lane, const LanePlace& place) noexcept {
  std::array<uint64_t, kSlots> general{};
  lane.context.Hashes(history_, place.position, general);
  const StructureView& view = lane.view;
  size_t n = 0;
  const auto add_structure = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < std::min<size_t>(end, view.count); ++i) {
      lane.hashes[n++] = ContextHash(128 + static_cast<int>(i), view.contexts[i]);
    }
  };
  const auto add_general = [&](const auto& order) {
    for (const uint8_t i : order) lane.hashes[n++] = general[i];
  };
  add_structure(0, kFirstOfStructure);
  add_general(kFirstGeneral);
  add_structure(kFirstOfStructure, view.count);
  if (lane.segment.layout == Layout::kEqual) add_general(kLaterGeneral);
  lane.used = std::min(n, kLevels[static_cast<size_t>(lane.segment.level)].contexts);
}

void WideSet::Prefetch(int index) const noexcept { PrefetchByte(LaneAt(index)); }

void WideSet::PrefetchByte(const Lane& lane) const noexcept {
  for (size_t i = 0; i < lane.used; ++i) bank_.Prefetch(lane.hashes[i]);
  matches_.Prefetch(lane.matches);
  maps_[0].Prefetch(1 | lane.context.Byte(1) << 8, 1);
}

void WideSet::BeginByte(int index, const LanePlace& place, const ByteTree* network) noexcept {
  lane_ = &LaneAt(index);
  network_ = network;
  partial_ = 1;
  depth_ = 0;
  matches_.BeginByte(history_, place, lane_->matches);
  view_ = lane_->view;
  used_ = lane_->used;
  sets_ = kLevels[static_cast<size_t>(lane_->segment.level)].sets;
  hashes_ = lane_->hashes;
  hashes_[kPlaceOfMatch] = matches_.Context(lane_->context.Byte(1));
  bank_.BeginByte({hashes_.data(), used_});
  BeginDirect(index, place);
  LocateMaps();
  Predict();
}

void WideSet::EndByte(int index, const LanePlace& place, uint8_t byte) noexcept {
  bank_.EndByte(byte);
  LaneAt(index).context.Update(byte, place.position);
}

void WideSet::Update(int bit) noexcept {
  // What comes next is found first: learning hides the memory's latency.
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  ++depth_;
  if (depth_ == 3) HashSecondNibble(partial_ << 1 | LikelyBit());
  if (depth_ == 4 && partial_ != hashed_partial_) HashSecondNibble(partial_);

  bank_.Update(bit);
  matches_.Update(bit);
  UpdateDirect(bit);
  mixer_.Update(bit);
  for (ProbabilityMap& map : maps_) map.Update(bit);
  if (depth_ == 8) return;
  if (depth_ == 4) bank_.BeginSecondNibble({second_hashes_.data(), used_});
  LocateMaps();
  Predict();
}

// What the longest context of bytes that knows the next bit says of it.
uint32_t WideSet::LikelyBit() const noexcept {
  const uint32_t prefix = NibblePrefix(partial_, depth_);
  for (size_t i = kOrders; i-- > 0;) {
    const Node node = bank_.NextNode(PlaceOfOrder(i), prefix);
    if (!node.empty()) return node.P12() >= 2048;
  }
  return 0;
}

// `partial` is the byte's first nibble after a leading 1; a guess does no harm.
void WideSet::HashSecondNibble(uint32_t partial) noexcept {
  hashed_partial_ = partial;
  for (size_t i = 0; i < used_; ++i) {
    second_hashes_[i] = ContextHash(64 + static_cast<int>(partial), hashes_[i]);
    bank_.Prefetch(second_hashes_[i]);
  }
}

void WideSet::Select() noexcept {
  const LaneContext& context = lane_->context;
  const uint32_t depth = static_cast<uint32_t>(depth_);
  uint32_t orders = 0, known = 0;
  for (size_t i = 1; i < kOrders; ++i) orders += bank_.Count(PlaceOfOrder(i)) != 0;
  for (size_t i = 0; i < 7; ++i) known += bank_.Count(i) != 0;
  const auto level = [&](size_t i) {
    return std::min<uint32_t>(bank_.Count(PlaceOfOrder(i)) / 4, 3);
  };
  selected_ = {PhasedPartial(),
               view_.state * 8 + depth,
               view_.group,
               orders * 24 + depth * 3 + matches_.Trust(),
               view_.neighbour * 8 + depth,
               context.Byte(1),
               view_.detail * 64 + known * 8 + depth,
               ((context.classes & 15) * 16 + (context.classes >> 4 & 15)) * 8 + depth,
               context.Byte(2),
               level(1) * 64 + level(2) * 16 + level(3) * 4 + level(4)};
}

// Finds out what the next bit's result depends on.
void WideSet::LocateMaps() noexcept {
  const LaneContext& context = lane_->context;
  const int partial = static_cast<int>(partial_);
  const auto hashed = [partial](uint64_t value) {
    return static_cast<size_t>(ContextHash(partial, value) >> (64 - kMapBits));
  };
  map_contexts_ = {partial_ | context.Byte(1) << 8, hashed(context.recent & 0xFFFF),
                   hashed(view_.map)};
  for (size_t i = 0; i < maps_.size(); ++i) maps_[i].Prefetch(map_contexts_[i], 1);
}

void WideSet::Predict() noexcept {
  int32_t* const inputs = mixer_.inputs();
  matches_.Predict(partial_, depth_, inputs);
  WriteNetworkInputs(network_, partial_, &inputs[kNetworkInputs]);
  PredictDirect(partial_, depth_, &inputs[kDirectInputs]);
  const size_t contexts_at = kDirectInputs + direct_inputs_;
  bank_.Predict(partial_, depth_, &inputs[contexts_at]);
  Select();
  mixed_ =
      mixer_.Mix(contexts_at + WideBank::kInputsOfContext * used_, {selected_.data(), sets_},
                 {PhasedPartial(), view_.state * 8 + static_cast<uint32_t>(depth_)});
  const int refined = maps_[0].Refine(map_contexts_[0], mixed_) +
                      maps_[1].Refine(map_contexts_[1], mixed_) +
                      2 * maps_[2].Refine(map_contexts_[2], mixed_);
  p_ = static_cast<uint32_t>(std::clamp((refined + 2) >> 2, 1, (1 << kBitProbabilityBits) - 1));
}

}  // namespace lmzip
