#include "mixer/sets/bilevel_set.h"

#include <algorithm>

#include "base/check.h"
#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/network_inputs.h"
#include "mixer/sets/general_contexts.h"

namespace lmzip {
namespace {

constexpr int kFirstTemplate = 384;  // context number
constexpr size_t kLevels = 64;       // of a node's probability
constexpr uint32_t kMostSeen = 255;
constexpr size_t kMapContexts = 16384;
constexpr size_t kNetworkInputs = kNetworkInputCount, kInputsOfTemplate = 2;
constexpr int32_t kFullTrust = 8;  // what a cell must have seen

struct LevelShape {
  size_t templates, sets;
};
constexpr std::array<LevelShape, kModelLevels> kLevelShapes = {{{10, 3}, {16, 4}, {20, 5}}};

// Pixels of a row: x + from .. x + to.
struct Span {
  uint8_t row;
  int8_t from, to;
};
using Template = std::array<Span, 11>;  // ends before one without pixels (to < from)
constexpr Span kEnd = {0, 0, -1};
constexpr Template Of(std::initializer_list<Span> spans) {
  Template made{};
  made.fill(kEnd);
  std::copy(spans.begin(), spans.end(), made.begin());
  return made;
}
// The most telling ones first.
constexpr std::array<Template, 20> kTemplateSpans = {
    Of({{0, -4, -1}, {1, -3, 3}, {2, -2, 2}}),
    Of({{0, -3, -1}, {1, -3, 3}, {2, -3, 3}, {3, -3, 3}}),
    Of({{0, -4, -1}, {1, -4, 4}, {2, -4, 4}, {3, -4, 4}, {4, -4, 4}}),
    Of({{0, -5, -1}, {1, -5, 5}, {2, -5, 5}, {3, -5, 5}, {4, -3, 3}, {5, -2, 2}}),
    Of({{0, -4, -1}, {1, -2, 2}, {2, -1, 1}}),
    Of({{0, -16, -1}, {1, -16, 15}}),
    Of({{0, -6, -1}, {1, -6, 6}, {2, -4, 4}, {3, -2, 2}}),
    Of({{0, -8, -1}, {1, -8, 8}}),
    Of({{0, -1, -1},
        {1, -1, 1},
        {2, -1, 1},
        {3, -1, 1},
        {4, -1, 1},
        {5, 0, 0},
        {6, 0, 0},
        {7, 0, 0},
        {8, 0, 0}}),
    Of({{0, -2, -1}, {1, -2, 4}, {2, 0, 5}, {3, 2, 6}, {4, 3, 7}}),
    Of({{0, -3, -1}, {1, -4, 2}, {2, -5, 1}, {3, -6, -1}, {4, -7, -2}}),
    Of({{0, -7, -1}, {1, -7, 7}, {2, -7, 7}, {3, -1, 1}}),
    Of({{0, -8, -1}, {1, -4, 7}, {2, -1, 1}}),
    Of({{0, -2, -1}, {1, -8, 15}, {2, 0, 1}}),
    Of({{0, -1, -1},
        {1, 0, 0},
        {2, 0, 0},
        {3, 0, 0},
        {4, 0, 0},
        {5, 0, 0},
        {6, 0, 0},
        {7, 0, 0},
        {8, 0, 0},
        {9, 0, 0},
        {10, 0, 0}}),
    Of({{0, -2, -1}, {1, -1, 1}}),
    Of({{0, -16, -1}, {1, -1, 1}}),
    Of({{0, -8, -1}}),
    Of({{0, -4, -1}, {1, -2, 2}}),   // and the bit's place in its byte
    Of({{0, -1, -1}, {1, -1, 1}})};  // and the column
constexpr size_t kPlaceTemplate = 18, kColumnTemplate = 19;

RowMixer::Shape MixerShape() {
  RowMixer::Shape shape{.set_rows = {256, 256, 4096, 512, 256},
                        .last_rows = {64, 256},
                        .first_weights = {10000, 0},  // the network
                        .rates = {.row = 60, .early = 1600, .last = 20}};
  shape.first_weights.insert(shape.first_weights.end(), kInputsOfTemplate * kTemplateSpans.size(),
                             3000);
  return shape;
}

}  // namespace

BilevelSet::BilevelSet(int lanes, const History& history)
    : history_(history),
      pictures_(static_cast<size_t>(lanes)),
      seen_(kTemplates << kPlaceBits),
      node_cells_(kTemplates * 16 * kLevels),
      mixer_(MixKernelsFor(ActiveIsa()), MixerShape()),
      maps_{ProbabilityMap(kMapContexts), ProbabilityMap(kMapContexts)} {
  static_assert(kTemplates == kTemplateSpans.size());
}

size_t BilevelSet::MemoryBytes(int lanes) noexcept {
  return sizeof(BilevelSet) + static_cast<size_t>(lanes) * sizeof(TypedSegment) +
         MappedBytes((kTemplates << kPlaceBits) * sizeof(Seen)) +
         kTemplates * 16 * kLevels * sizeof(Cell) + RowMixer::Bytes(MixerShape()) +
         2 * MappedBytes(ProbabilityMap::Bytes(kMapContexts));
}

void BilevelSet::StartLane(int lane, int before, const LanePlace&) {
  if (before == kNoLane) return;
  pictures_[static_cast<size_t>(lane)] = TypedSegment(pictures_[static_cast<size_t>(before)]);
}

void BilevelSet::Enter(int lane, const LanePlace&, const TypedSegment& segment) noexcept {
  pictures_[static_cast<size_t>(lane)] = segment;
}

// Bytes around the next one in its row and those above; 0 beside the row and where nothing may be
// read.
void BilevelSet::LoadRows(const TypedSegment& picture, const LanePlace& place) noexcept {
  const size_t begin = std::max<size_t>(picture.begin, place.run_begin);
  const size_t offset = place.position - picture.begin;
  const size_t row = offset / picture.row_bytes, column = offset % picture.row_bytes;
  row_bytes_.fill(0);
  for (size_t k = 0; k < kRows && k <= row; ++k) {
    for (size_t i = 0; i < 5; ++i) {
      const bool inside = column + i >= 2 && column + i - 2 < picture.row_bytes;
      const size_t at = picture.begin + (row - k) * picture.row_bytes + column + i - 2;
      const bool known = inside && at >= begin && at < place.position;
      row_bytes_[k] = row_bytes_[k] << 8 | (known ? history_[at] : 0u);
    }
  }
}

uint64_t BilevelSet::Pixels(size_t row, int from, int to) const noexcept {
  return rows_[row] >> (15 - to) & ((uint64_t{2} << (to - from)) - 1);
}

void BilevelSet::FindTemplates() noexcept {
  const uint32_t known = partial_ & ((1u << depth_) - 1);
  for (size_t k = 0; k < kRows; ++k)
    rows_[k] = static_cast<uint32_t>(row_bytes_[k] >> (8 - depth_));
  rows_[0] = ((static_cast<uint32_t>(row_bytes_[0] >> 24) << depth_) | known) << 16;
  for (size_t i = 0; i < templates_; ++i) {
    uint64_t pixels = 1;
    for (const Span& span : kTemplateSpans[i]) {
      if (span.to < span.from) break;
      pixels = pixels << (span.to - span.from + 1) | Pixels(span.row, span.from, span.to);
    }
    if (i == kPlaceTemplate) pixels = pixels << 3 | static_cast<uint64_t>(depth_);
    if (i == kColumnTemplate) pixels = pixels << 32 | (column_ * 8 + static_cast<uint64_t>(depth_));
    const uint64_t hash = ContextHash(kFirstTemplate + static_cast<int>(i), pixels);
    used_[i] = &seen_[(i << kPlaceBits) + (hash >> (64 - kPlaceBits))];
  }
}

// 0..3: how much a template's pixels have been seen so.
size_t BilevelSet::Settled(size_t i) const noexcept {
  const uint32_t seen = used_[i]->cell & 1023;
  return seen == 0 ? 0 : seen < 3 ? 1 : seen < 12 ? 2 : 3;
}

void BilevelSet::BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept {
  const TypedSegment& picture = pictures_[static_cast<size_t>(lane)];
  const LevelShape& shape = kLevelShapes[static_cast<size_t>(picture.level)];
  templates_ = shape.templates;
  sets_ = shape.sets;
  network_ = network;
  column_ = (place.position - picture.begin) % picture.row_bytes;
  partial_ = 1;
  depth_ = 0;
  LoadRows(picture, place);
  FindTemplates();
  Predict();
}

void BilevelSet::Predict() noexcept {
  int32_t* const inputs = mixer_.inputs();
  WriteNetworkInputs(network_, partial_, inputs);
  for (size_t i = 0; i < templates_; ++i) {
    const Cell cell = Cell::FromState(used_[i]->cell ^ Cell().state());
    const Node node = Node::FromState(used_[i]->node);
    const int32_t seen = static_cast<int32_t>(std::min<uint32_t>(cell.state() & 1023, kFullTrust));
    used_cells_[i] = &node_cells_[(i * 16 + node.count()) * kLevels + (node.P12() >> 6)];
    int32_t* const out = inputs + kNetworkInputs + kInputsOfTemplate * i;
    out[0] = Stretch(cell.P16()) * seen / kFullTrust;
    out[1] = node.empty() ? 0 : Stretch(used_cells_[i]->P16());
  }
  const auto u = [](uint64_t value) { return static_cast<uint32_t>(value); };
  const auto settled = [&](size_t a, size_t b, size_t c, size_t d) {
    return u(Settled(a) | Settled(b) << 2 | Settled(c) << 4 | Settled(d) << 6);
  };
  const uint64_t around = Pixels(0, -3, -1) | Pixels(1, -2, 2) << 3;
  const uint64_t wide = Pixels(0, -4, -1) | Pixels(1, -2, 2) << 4 | Pixels(2, -1, 1) << 9;
  const std::array<uint32_t, 5> selected = {
      u(around), settled(0, 1, 2, 3), u(wide),
      (settled(5, 6, 7, 0) & 63) | u(static_cast<uint64_t>(depth_)) << 6, settled(6, 7, 8, 9)};
  mixed_ = mixer_.Mix(kNetworkInputs + kInputsOfTemplate * templates_, {selected.data(), sets_},
                      {settled(2, 3, 5, 0) & 63, u(around)});
  map_contexts_ = {static_cast<size_t>(wide | Settled(1) << 12),
                   static_cast<size_t>(used_[1] - &seen_[size_t{1} << kPlaceBits]) % kMapContexts};
  const int plain = Squash(mixed_) << (kBitProbabilityBits - 16);
  const int refined = 2 * plain + maps_[0].Refine(map_contexts_[0], mixed_) +
                      maps_[1].Refine(map_contexts_[1], mixed_);
  p_ = static_cast<uint32_t>(std::clamp((refined + 2) >> 2, 1, (1 << kBitProbabilityBits) - 1));
}

void BilevelSet::Learn(int bit) noexcept {
  for (size_t i = 0; i < templates_; ++i) {
    Seen& seen = *used_[i];
    Cell cell = Cell::FromState(seen.cell ^ Cell().state());
    cell.Update(bit, kMostSeen);
    seen.cell = cell.state() ^ Cell().state();
    Node node = Node::FromState(seen.node);
    if (!node.empty()) used_cells_[i]->Update(bit);
    node.Update(bit);
    seen.node = node.state();
  }
}

void BilevelSet::Update(int bit) noexcept {
  mixer_.Update(bit);
  for (ProbabilityMap& map : maps_) map.Update(bit);
  Learn(bit);
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  if (++depth_ == 8) return;
  FindTemplates();
  Predict();
}

}  // namespace lmzip
