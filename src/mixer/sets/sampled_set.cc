#include "mixer/sets/sampled_set.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "mixer/logistic.h"
#include "mixer/mix_kernels.h"
#include "mixer/network_inputs.h"
#include "mixer/sets/general_contexts.h"
#include "mixer/sets/picture_contexts.h"

namespace lmzip {
namespace {

// Planes and bytes of samples, told apart.
constexpr size_t kGroups = 2 * kMostPlanes;
constexpr size_t kLevels = 40, kRelations = 24, kSlopes = 64, kCosts = 32;
constexpr size_t kMapLevels = 16;
constexpr int kTableBitsBeyond = 7;  // of the size of pictures

constexpr size_t kNetworkInputs = kNetworkInputCount;
constexpr size_t kBankInputs = WideBank::kInputsOfContext;
constexpr int kBankShift = 3;  // of a context's second input: rows learn fast here

int TableBits(uint64_t size) {
  return std::clamp(static_cast<int>(std::bit_width(size)) + kTableBitsBeyond, 18, 24);
}

RowMixer::Shape MixerShape() {
  RowMixer::Shape shape{
      .set_rows = {kGroups * 256, 8 * kGroups * kRelations, 8 * kGroups * kLevels,
                   kPredictions * kPredictions, 8 * kMostPlanes * 16, 8 * kGroups * kSlopes,
                   8 * kMostPlanes * 64, 8 * kGroups * kCosts, kGroups * 2 * kRelations * 8,
                   8 * kGroups * kLevels},
      .last_rows = {kGroups * 256, 8 * kGroups * kLevels},
      .first_weights = {},
      .rates = {.row = 250, .early = 2000, .last = 60}};
  auto& first = shape.first_weights;
  first = {10000, 0};                                    // the network
  first.insert(first.end(), {20000, 10000, 10000, 10000});  // the mixture, and with seen values
  first.insert(first.end(), PictureExperts::kMostInputs - 4, 600);
  for (size_t i = 0; i < kPictureContexts; ++i) {
    first.insert(first.end(), {1000, 0, 0, 0});
  }
  return shape;
}

}  // namespace

SampledSet::SampledSet(size_t size, int lanes, const History& history)
    : history_(history),
      forms_(static_cast<size_t>(lanes)),
      predictions_(SampleKernelsFor(ActiveIsa())),
      experts_(SampleKernelsFor(ActiveIsa())),
      bank_(MixKernelsFor(ActiveIsa()), kMostContexts, TableBits(size)),
      mixer_(MixKernelsFor(ActiveIsa()), MixerShape()),
      maps_{ProbabilityMap(kGroups * kMapLevels * 256), ProbabilityMap(65536)},
      costs_(2 * kMostColumns) {
  static_assert(kMostContexts == kPictureContexts);
}

size_t SampledSet::MemoryBytes(uint64_t size, int lanes) noexcept {
  return sizeof(SampledSet) + static_cast<size_t>(lanes) * sizeof(PictureForm) +
         PicturePredictions::Bytes() + PictureExperts::Bytes() +
         WideBank::Bytes(kMostContexts, TableBits(size)) + RowMixer::Bytes(MixerShape()) +
         MappedBytes(ProbabilityMap::Bytes(kGroups * kMapLevels * 256)) +
         MappedBytes(ProbabilityMap::Bytes(65536)) + MappedBytes(2 * kMostColumns);
}

bool SampledSet::Models(const TypedSegment& segment) noexcept {
  return (segment.bits == 8 || segment.bits == 16) &&
         segment.row_bytes >= segment.channels * segment.sample_bytes();
}

void SampledSet::StartLane(int lane, int before, const LanePlace&) {
  if (before == kNoLane) return;
  forms_[static_cast<size_t>(lane)] = PictureForm(forms_[static_cast<size_t>(before)]);
}

void SampledSet::Enter(int lane, const LanePlace&, const TypedSegment& segment) noexcept {
  forms_[static_cast<size_t>(lane)] = PictureForm(segment);
}

void SampledSet::BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept {
  form_ = &forms_[static_cast<size_t>(lane)];
  with_ = &PictureLevelOf(form_->segment());
  network_ = network;
  place_ = form_->PlaceOf(place.position);
  // A lane may begin inside a sample.
  const bool whole = place.position >= place.run_begin + place_.byte;
  known_ = place_.byte > 0 && whole ? history_[place.position - 1] : uint8_t{0};
  if (place_.byte == 0 || !whole || lane != lane_) {
    near_ = form_->NeighboursOf(history_, place_, place.run_begin);
    predictions_.Predict(*form_, place_, near_);
  }
  lane_ = lane;
  const bool high = form_->sample_bytes() == 1 || (place_.byte == 0) == form_->segment().big_endian;
  flip_ = form_->segment().is_signed && high ? 1 : 0;
  partial_ = 1;
  depth_ = 0;
  cost_ = 0;
  experts_.Begin(*form_, place_, near_, predictions_, known_);
  FindHashes();
  FindTraits(place_.column);
  bank_.BeginByte({hashes_.data(), with_->contexts});
  Predict();
}

void SampledSet::FindHashes() noexcept {
  PictureHashes({*form_, place_, near_, predictions_, known_, experts_.expected()},
                {hashes_.data(), with_->contexts});
  for (size_t i = 0; i < with_->contexts; ++i) bank_.Prefetch(hashes_[i]);
}

// What selects weights.
void SampledSet::FindTraits(size_t column) noexcept {
  const auto& o = near_.own;
  const auto& p = near_.others[0];
  const int w = o[kW], n = o[kN], nw = o[kNW], ne = o[kNE];
  const int scale = form_->sample_bytes() == 1 ? 1 : 256;
  const bool first = place_.plane == 0;
  const int texture = std::abs(w - nw) + std::abs(n - nw) + std::abs(n - ne) +
                      (first ? std::abs(n - o[kNN]) + std::abs(w - o[kWW])
                             : std::abs(p[kAt] - p[kOtherW]) + std::abs(p[kAt] - p[kOtherN]));
  slope_ = static_cast<size_t>(w > n) | static_cast<size_t>(nw > n) << 1 |
           static_cast<size_t>(ne > n) << 2 | static_cast<size_t>(w > nw) << 3 |
           static_cast<size_t>(std::abs(w - nw) > std::abs(n - nw)) << 4 |
           static_cast<size_t>(texture > 24 * scale) << 5;
  texture_ = std::min(ErrorLevel(static_cast<uint32_t>(texture * 3)), kLevels - 1);
  level_ = std::min(predictions_.level(kCorrected), kLevels - 1);
  const size_t step = form_->channels(), row = place_.y % 2 * kMostColumns;
  const size_t above = costs_[kMostColumns - row + column];
  const size_t left = column >= step ? costs_[row + column - step] : above;
  cost_around_ = std::min((above + left) / 8, kCosts - 1);
}

// Where what is expected lies from the values that the bits so far allow.
size_t SampledSet::Relation() const noexcept {
  const int distance = (experts_.expected() - experts_.low()) * 8 + 4;
  const int width = experts_.width();
  const int parts = (distance + 64 * width) / width - 64;
  return static_cast<size_t>(std::clamp(parts + 8, 0, static_cast<int>(kRelations) - 1));
}

void SampledSet::Select() noexcept {
  const auto u = [](size_t value) { return static_cast<uint32_t>(value); };
  const size_t group = place_.byte * kMostPlanes + place_.plane;
  const size_t depth = static_cast<size_t>(depth_);
  const size_t at = depth * kGroups + group, at_plane = depth * kMostPlanes + place_.plane;
  const size_t relation = Relation();
  const size_t coarse_level = std::min<size_t>(level_ / 3, 7);
  selected_ = {u(group * 256 + partial_),
               u(at * kRelations + relation),
               u(at * kLevels + level_),
               u(predictions_.best_before() * kPredictions + predictions_.best_above()),
               u(at_plane * 16 + bank_.Count(0) / 4 * 4 + bank_.Count(1) / 4),
               u(at * kSlopes + slope_),
               u(at_plane * 64 + (place_.x & 7) * 8 + (place_.y & 7)),
               u(at * kCosts + cost_around_),
               u(((group * 2 + (depth >= 4 ? 1 : 0)) * kRelations + relation) * 8 + coarse_level),
               u(at * kLevels + texture_)};
  selected_last_ = {u(group * 256 + partial_), u(at * kLevels + level_)};
}

void SampledSet::Predict() noexcept {
  int32_t* const inputs = mixer_.inputs();
  WriteNetworkInputs(network_, partial_, inputs);
  const size_t direct = experts_.Predict(inputs + kNetworkInputs);
  if (flip_ != 0 && depth_ == 0) {
    for (size_t i = 0; i < direct; ++i) inputs[kNetworkInputs + i] = -inputs[kNetworkInputs + i];
  }
  int32_t* const of_bank = inputs + kNetworkInputs + direct;
  bank_.Predict(partial_, depth_, of_bank);
  for (size_t i = 0; i < with_->contexts; ++i) of_bank[kBankInputs * i + 1] >>= kBankShift;
  Select();
  mixed_ = mixer_.Mix(kNetworkInputs + direct + kBankInputs * with_->contexts,
                      {selected_.data(), with_->sets}, selected_last_);
  const size_t group = place_.byte * kMostPlanes + place_.plane;
  const size_t by_level = (group * kMapLevels + std::min(level_ / 2, kMapLevels - 1)) * 256;
  const size_t expected = static_cast<size_t>(std::clamp(experts_.expected(), 0, 255));
  const int plain = Squash(mixed_) << (kBitProbabilityBits - 16);
  const int refined = 2 * plain + maps_[0].Refine(by_level + partial_, mixed_) +
                      maps_[1].Refine(expected * 256 + partial_, mixed_);
  p_ = static_cast<uint32_t>(std::clamp((refined + 2) >> 2, 1, (1 << kBitProbabilityBits) - 1));
}

void SampledSet::Update(int bit) noexcept {
  const uint32_t missed = bit != 0 ? (1u << kBitProbabilityBits) - p_ : p_;
  cost_ += missed >> (kBitProbabilityBits - 8);
  bank_.Update(bit);
  experts_.Update(depth_ == 0 ? bit ^ flip_ : bit);
  mixer_.Update(bit);
  for (ProbabilityMap& map : maps_) map.Update(bit);
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  ++depth_;
  if (depth_ == 4) {
    for (size_t i = 0; i < with_->contexts; ++i) {
      second_hashes_[i] = ContextHash(64 + static_cast<int>(partial_), hashes_[i]);
    }
    bank_.BeginSecondNibble({second_hashes_.data(), with_->contexts});
  }
  if (depth_ < 8) {
    Predict();
    return;
  }
  costs_[place_.y % 2 * kMostColumns + place_.column] =
      static_cast<uint8_t>(std::min<uint32_t>(cost_ / 8, 255));
}

void SampledSet::EndByte(int, const LanePlace&, uint8_t byte) noexcept {
  bank_.EndByte(byte);
  experts_.Learn(static_cast<uint8_t>(byte ^ flip_ << 7));
  if (place_.byte + 1 < form_->sample_bytes()) return;
  const std::array<uint8_t, 2> bytes = {form_->sample_bytes() == 1 ? byte : known_, byte};
  if (!place_.padding) predictions_.Learn(form_->SampleAt(bytes.data()));
}

}  // namespace lmzip
