#include "mixer/sets/genome_set.h"

#include <algorithm>
#include <bit>

#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/network_inputs.h"
#include "mixer/sets/general_contexts.h"

namespace lmzip {
namespace {

struct MatcherShape {
  int min_length;
  bool inverted;
};
constexpr std::array<MatcherShape, 4> kMatchers = {
    {{12, false}, {20, false}, {32, false}, {16, true}}};
constexpr size_t kShortMatch = 0, kMiddleMatch = 1, kLongMatch = 2, kInvertedMatch = 3;

constexpr std::array<size_t, kModelLevels> kOrdersOfLevel = {8, 12, NucleotideBank::kOrders.size()};

constexpr int kHash = 160;  // + the number of the context
constexpr uint32_t kMostCaseRun = 2000;
constexpr size_t kMostColumn = 1000;
constexpr int kMapBits = 13;

// Where every kind of input begins; the last two are only of bits that tell of nucleotides.
constexpr size_t kContextInputs = 2;  // behind the network's
constexpr size_t kMatchInputs = kContextInputs + 8 * WideBank::kInputsOfContext;
constexpr size_t kOrderInputs = kMatchInputs + kMatchers.size() * NucleotideMatcher::kInputs;

int Log2(uint64_t size, int more, int least, int most) {
  return std::clamp(static_cast<int>(std::bit_width(size)) + more, least, most);
}
int OrderBits(uint64_t size) { return Log2(size, 0, 10, NucleotideBank::kMostBits); }
int MatchBits(uint64_t size) { return Log2(size, 0, 10, 19); }
int TableBits(uint64_t size) { return Log2(size, 4, 14, 20); }

RowMixer::Shape MixerShape() {
  RowMixer::Shape shape{.set_rows = {256, 1024, 256, 776},
                        .last_rows = {256, 128},
                        .first_weights = {20000, 0},
                        .rates = {.row = 20, .early = 1600, .last = 20}};
  auto& first = shape.first_weights;
  first.insert(first.end(), kMatchInputs - kContextInputs, 12000);
  for (size_t i = 0; i < kMatchers.size(); ++i) first.insert(first.end(), {16000, 0});
  for (size_t i = 0; i < NucleotideBank::kOrders.size(); ++i) first.insert(first.end(), {4000, 0});
  return shape;
}

}  // namespace

GenomeSet::GenomeSet(uint64_t size, int lanes, const History& history)
    : history_(history),
      lanes_(static_cast<size_t>(lanes)),
      nucleotides_(OrderBits(size)),
      matchers_{NucleotideMatcher(MatchBits(size), kMatchers[0].min_length, kMatchers[0].inverted),
                NucleotideMatcher(MatchBits(size), kMatchers[1].min_length, kMatchers[1].inverted),
                NucleotideMatcher(MatchBits(size), kMatchers[2].min_length, kMatchers[2].inverted),
                NucleotideMatcher(MatchBits(size), kMatchers[3].min_length, kMatchers[3].inverted)},
      bank_(MixKernelsFor(ActiveIsa()), kContexts, TableBits(size)),
      mixer_(MixKernelsFor(ActiveIsa()), MixerShape()),
      maps_{ProbabilityMap(size_t{1} << kMapBits), ProbabilityMap(size_t{1} << kMapBits)} {}

size_t GenomeSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return NucleotideBank::Bytes(OrderBits(size)) +
         kMatches * NucleotideMatcher::Bytes(MatchBits(size)) +
         WideBank::Bytes(kContexts, TableBits(size)) + RowMixer::Bytes(MixerShape()) +
         2 * MappedBytes(ProbabilityMap::Bytes(size_t{1} << kMapBits)) + sizeof(GenomeSet) +
         static_cast<size_t>(lanes) * sizeof(Lane);
}

void GenomeSet::StartLane(int lane, int before, const LanePlace& /*place*/) {
  LaneAt(lane) = before != kNoLane ? Lane(LaneAt(before)) : Lane{};
}

void GenomeSet::Enter(int index, const LanePlace& place, const TypedSegment& segment) noexcept {
  Lane& lane = LaneAt(index);
  lane = Lane{};
  lane.row = segment.row_bytes;
  lane.column = place.position - static_cast<size_t>(segment.begin);
  if (lane.row > 0) lane.column %= lane.row;
  lane.orders = kOrdersOfLevel[static_cast<size_t>(segment.level)];
  nucleotides_.Locate(lane.strands, lane.orders, lane.places);
}

GenomeSet::Hashes GenomeSet::HashesOf(const Lane& lane) const noexcept {
  const uint64_t c1 = lane.recent & 255;
  const bool line_ends = lane.row > 0 && lane.column + 1 == lane.row;
  const uint64_t state = (lane.header ? 1u : 0u) | (line_ends ? 2u : 0u) | (lane.lower ? 4u : 0u);
  const uint64_t column = std::min(lane.column, kMostColumn);
  const bool is_upper_nucleotide = lane.newest >= 0 && !lane.lower && !lane.header;
  const std::array<uint64_t, kContexts> values =
      lane.header
          ? std::array<uint64_t, kContexts>{c1, lane.recent & 0xFFFF, lane.recent & 0xFFFFFF,
                                            lane.recent & 0xFFFFFFFF, lane.line,
                                            lane.recent & 0xFFFFFFFFFFFF, column,
                                            Combine(column, c1)}
          : std::array<uint64_t, kContexts>{is_upper_nucleotide ? uint64_t{'A'} : c1, c1, column,
                                            lane.case_run,
                                            Combine(lane.strands.Last(8), lane.case_run),
                                            lane.recent & 0xFFFF, lane.recent & 0xFFFFFF,
                                            lane.recent & 0xFFFFFFFFFFFF};
  Hashes hashes;
  for (size_t i = 0; i < kContexts; ++i) {
    hashes[i] = ContextHash(kHash + static_cast<int>(i), Combine(state, values[i]));
  }
  return hashes;
}

// The last byte is readable now.
void GenomeSet::LearnNewest(Lane& lane, size_t position) noexcept {
  nucleotides_.LearnInverted(lane.strands, lane.orders, lane.places);
  for (size_t i = 0; i < kMatches; ++i) {
    matchers_[i].Update(history_, lane.strands, position, lane.newest, lane.matches[i]);
  }
}

void GenomeSet::BeginByte(int index, const LanePlace& place, const ByteTree* network) noexcept {
  lane_ = &LaneAt(index);
  network_ = network;
  partial_ = 1;
  depth_ = 0;
  if (lane_->newest >= 0) LearnNewest(*lane_, place.position);
  hashes_ = HashesOf(*lane_);
  bank_.BeginByte(hashes_);
  nucleotides_.BeginByte(lane_->places, lane_->orders);
  Predict();
}

void GenomeSet::EndByte(int index, const LanePlace& /*place*/, uint8_t byte) noexcept {
  Lane& lane = LaneAt(index);
  bank_.EndByte(byte);
  lane.newest = lane.header ? -1 : NucleotideOf(byte);
  if (lane.newest >= 0) {
    lane.strands.Append(lane.newest);
    nucleotides_.Locate(lane.strands, lane.orders, lane.places);
    for (const NucleotideMatcher& matcher : matchers_) matcher.Prefetch(lane.strands);
  }
  const bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
  if (is_letter) {
    const bool lower = (byte & 0x20) != 0;
    lane.case_run = lower == lane.lower ? std::min(lane.case_run + 1, kMostCaseRun) : 0;
    lane.lower = lower;
  }
  lane.recent = lane.recent << 8 | byte;
  if (byte == '\n') {
    lane.header = false;
    lane.column = 0;
    lane.line = 0;
    return;
  }
  if (lane.column == 0 && byte == '>') lane.header = true;
  ++lane.column;
  lane.line = Combine(lane.line, byte);
}

void GenomeSet::Update(int bit) noexcept {
  bank_.Update(bit);
  if (node_ >= 0) {
    nucleotides_.Update(bit);
    for (NucleotideMatcher& matcher : matchers_) matcher.Learn(bit);
  }
  mixer_.Update(bit);
  for (ProbabilityMap& map : maps_) map.Update(bit);
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  if (++depth_ == 8) return;
  if (depth_ == 4) {
    for (uint64_t& hash : hashes_) hash = ContextHash(64 + static_cast<int>(partial_), hash);
    bank_.BeginSecondNibble(hashes_);
  }
  Predict();
}

void GenomeSet::Select() noexcept {
  const uint32_t depth = static_cast<uint32_t>(depth_);
  const auto& matches = lane_->matches;
  const auto trust = [&](size_t i) {
    if (matches[i].length == 0) return 0u;
    return 1 + std::min(static_cast<uint32_t>(matches[i].recent_misses()), 3u);
  };
  const auto has = [&](size_t i) { return matches[i].length > 0 ? 1u : 0u; };
  const uint32_t node = static_cast<uint32_t>(std::max(node_, 0));
  const uint32_t last4 = static_cast<uint32_t>(lane_->strands.Last(4));
  const uint32_t known = node_ >= 0 ? nucleotides_.Known() : 0;
  selected_ = {partial_,
               (depth * 2 + lane_->header) * 64 + trust(kShortMatch) * 8 + trust(kInvertedMatch),
               (depth * 16 + known) * 2 + (node_ >= 0 ? 1u : 0u),
               node_ >= 0 ? last4 * 3 + node : 768 + depth};
  last_ = {partial_, depth * 16 + has(kShortMatch) * 8 + has(kMiddleMatch) * 4 +
                         has(kLongMatch) * 2 + has(kInvertedMatch)};
}

void GenomeSet::Predict() noexcept {
  int32_t* const inputs = mixer_.inputs();
  WriteNetworkInputs(network_, partial_, inputs);
  bank_.Predict(partial_, depth_, &inputs[kContextInputs]);
  node_ = lane_->header ? -1 : NucleotideNode(partial_, depth_);
  size_t count = kMatchInputs;
  if (node_ >= 0) {
    const size_t node = static_cast<size_t>(node_);
    if (lane_->newest >= 0) std::fill_n(&inputs[kContextInputs], kMatchInputs - kContextInputs, 0);
    for (size_t i = 0; i < kMatches; ++i) {
      matchers_[i].Predict(lane_->matches[i], node,
                           &inputs[kMatchInputs + NucleotideMatcher::kInputs * i]);
    }
    nucleotides_.Predict(node, &inputs[kOrderInputs]);
    count = kOrderInputs + NucleotideBank::kInputsOfOrder * lane_->orders;
  }
  Select();
  mixed_ = mixer_.Mix(count, selected_, last_);
  const int partial = static_cast<int>(partial_);
  const uint64_t wide = lane_->header ? lane_->recent & 0xFFFF : lane_->strands.Last(6);
  constexpr int kShift = 64 - kMapBits;
  const int refined =
      maps_[0].Refine(ContextHash(partial, lane_->recent & 0xFF) >> kShift, mixed_) +
      maps_[1].Refine(ContextHash(partial, wide) >> kShift, mixed_);
  p_ = static_cast<uint32_t>(std::clamp((refined + 1) >> 1, 1, (1 << kBitProbabilityBits) - 1));
}

}  // namespace lmzip
