#include "mixer/sets/sound_set.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lmzip {
namespace {

constexpr size_t kMostChannels = 16;
constexpr uint32_t kFormRows = 20;  // a byte of a sample of 1, 2, 3 or 4 bytes, in either order
constexpr uint32_t kBitRows = kFormRows * 8;
constexpr uint32_t kLevels = 24, kPlaces = 32, kMapPlaces = 64, kScaleLevels = 8;

constexpr double kErrorRates[] = {1.0 / 8, 1.0 / 40};  // of the scales' means
constexpr double kScaleOfError = 0.72;  // a logistic distribution's, by its mean magnitude
constexpr double kLeastScale = 0.05;

constexpr RowMixer::Rates kRates{.row = 120, .early = 1600, .last = 10};

RowMixer::Shape RowShape() {
  return {.set_rows = {2 * kBitRows, kFormRows * 256, kBitRows * kLevels, kBitRows * 16,
                       kFormRows * kScaleLevels * kPlaces},
          .last_rows = {kBitRows, kLevels},
          .first_weights = std::vector<int32_t>(kMostDistributions, 3500),
          .rates = kRates};
}

constexpr std::array<size_t, 2> kMapContexts = {kFormRows * 256, kBitRows * kMapPlaces};

// floor(2^bits * log2(x)), as if log2 were linear between powers of 2; `x` is positive.
int LogLevel(double x, int bits) {
  return static_cast<int>(std::bit_cast<uint64_t>(x) >> (52 - bits)) - (1023 << bits);
}

// Of half a range of samples.
double Half(const TypedSegment& segment) {
  return static_cast<double>(uint64_t{1} << (segment.bits - 1));
}

uint32_t ClampTo(int value, uint32_t limit) {
  return static_cast<uint32_t>(std::clamp(value, 0, static_cast<int>(limit) - 1));
}

// In steps of 1/steps from the middle of `places`.
uint32_t PlaceOf(double z, int steps, uint32_t places) {
  const double place = z * steps + places / 2;
  return place > 0 ? static_cast<uint32_t>(std::min(place, places - 1.0)) : 0;
}

size_t NumbersOf(const TypedSegment& segment) {
  return segment.channels *
         ChannelPredictors::Numbers(SoundFormOf(segment.level), segment.channels == 1);
}

size_t MostNumbers(std::span<const TypedSegment> segments) {
  size_t most = 0;
  for (const TypedSegment& each : segments) {
    if (each.kind == DataKind::kSound) most = std::max(most, NumbersOf(each));
  }
  return most;
}

constexpr size_t kScratch = SoundSquares::Numbers(kMostTaps);

}  // namespace

SoundSet::SoundSet(const MixerOptions& options, const History& /*history*/)
    : kernels_(SoundKernelsFor(ActiveIsa())),
      mixer_(MixKernelsFor(ActiveIsa()), RowShape()),
      maps_{ProbabilityMap(kMapContexts[0]), ProbabilityMap(kMapContexts[1])},
      shapes_(2 * kShapes * kRatios),
      scratch_(kScratch) {
  const size_t numbers = MostNumbers(options.segments);
  for (int lane = 0; lane < options.lanes; ++lane) {
    lanes_.emplace_back(numbers).channels.resize(kMostChannels);
  }
}

bool SoundSet::Models(const TypedSegment& segment) noexcept {
  return segment.bits >= 8 && segment.bits % 8 == 0 && !segment.is_float &&
         segment.channels <= kMostChannels;
}

size_t SoundSet::MemoryBytes(uint64_t /*size*/, int lanes) noexcept {
  const TypedSegment most{.level = ModelLevel::kMax, .channels = kMostChannels};
  const size_t lane = MappedBytes(NumbersOf(most) * sizeof(double)) + sizeof(Lane) +
                      kMostChannels * sizeof(Channel);
  size_t bytes = sizeof(SoundSet) + RowMixer::Bytes(RowShape()) +
                 MappedBytes(kScratch * sizeof(double)) +
                 2 * kShapes * kRatios * sizeof(ErrorShape);
  for (const size_t contexts : kMapContexts) bytes += MappedBytes(ProbabilityMap::Bytes(contexts));
  return bytes + static_cast<size_t>(lanes) * lane;
}

void SoundSet::StartLane(int index, int before, const LanePlace& /*place*/) {
  if (before == kNoLane || before == index) return;
  Lane& lane = lanes_[static_cast<size_t>(index)];
  Lane& from = lanes_[static_cast<size_t>(before)];
  if (from.segment.length == 0) return;  // it has been in no sound yet
  lane.segment = from.segment;
  lane.channels = from.channels;
  lane.distributions = from.distributions;
  lane.channel = from.channel;
  lane.known = from.known;
  lane.taken = from.taken;
  lane.level = from.level;
  lane.ratio = from.ratio;
  std::copy_n(from.memory.data(), from.memory.size(), lane.memory.data());
  NumberArena arena(lane.memory.data());
  for (size_t i = 0; i < lane.segment.channels; ++i) lane.channels[i].predictors.Move(arena);
}

void SoundSet::Enter(int index, const LanePlace& place, const TypedSegment& segment) noexcept {
  Lane& lane = lanes_[static_cast<size_t>(index)];
  lane.segment = segment;
  std::fill_n(lane.memory.data(), lane.memory.size(), 0.0);
  NumberArena arena(lane.memory.data());
  for (size_t i = 0; i < segment.channels; ++i) {
    Channel& channel = lane.channels[i];
    channel.predictors.Bind(arena, SoundFormOf(segment.level), segment.channels == 1);
    for (auto& errors : channel.errors) errors.fill(Half(segment) / 128);
  }
  // Where a lane begins within a sample, the bytes before are taken for zeros.
  const uint32_t width = segment.sample_bytes();
  const uint64_t offset = place.position - segment.begin;
  lane.channel = offset / width % segment.channels;
  lane.taken = static_cast<int>(offset % width);
  lane.known = 0;
  BeginSample(lane);
}

void SoundSet::BeginSample(Lane& lane) noexcept {
  const TypedSegment& segment = lane.segment;
  const size_t channels = segment.channels;
  Channel& channel = lane.channels[lane.channel];
  const Channel& other = lane.channels[(lane.channel + channels - 1) % channels];
  const double half = Half(segment);
  channel.predictors.Predict(kernels_, other.predictors.samples(), half);
  const auto predictions = channel.predictors.predictions();
  SampleDistributions& all = lane.distributions;
  all.Resize(kScales * predictions.size() + kShapes);
  const auto scale = [&](size_t prediction, size_t which) {
    return std::max(kLeastScale, kScaleOfError * channel.errors[prediction][which]);
  };
  for (size_t i = 0; i < predictions.size(); ++i) {
    for (size_t s = 0; s < kScales; ++s) {
      all.Set(kScales * i + s, predictions[i] + half, scale(i, s));
    }
  }
  const size_t last = predictions.size() - 1;
  lane.ratio = ClampTo(LogLevel(scale(last, 1) / scale(last, 0), 2) + 8, kRatios);
  lane.level = ClampTo(LogLevel(scale(last, 0), 0), kScaleLevels);
  for (size_t s = 0; s < kShapes; ++s) {
    all.Set(kScales * predictions.size() + s, predictions[last] + half, scale(last, s),
            &ShapeOf(lane, s));
  }
}

ErrorShape& SoundSet::ShapeOf(const Lane& lane, size_t scale) noexcept {
  return shapes_[((lane.channel % 2) * kShapes + scale) * kRatios + lane.ratio];
}

void SoundSet::EndSample(Lane& lane) noexcept {
  Channel& channel = lane.channels[lane.channel];
  const SampleDistributions& all = lane.distributions;
  const double value = lane.known;  // all of it
  const size_t first_shape = all.count() - kShapes;
  for (size_t s = 0; s < kShapes; ++s) {
    const auto [from, to] = all.EndsOf(kernels_, first_shape + s, value);
    ShapeOf(lane, s).Learn(from, to);
  }
  const double sample = value - Half(lane.segment);
  const auto predictions = channel.predictors.predictions();
  for (size_t i = 0; i < predictions.size(); ++i) {
    const double error = std::abs(sample - predictions[i]);
    for (size_t s = 0; s < kScales; ++s) {
      double& mean = channel.errors[i][s];
      mean += (error - mean) * kErrorRates[s];
    }
  }
  channel.predictors.Learn(kernels_, sample, scratch_.data());
  lane.channel = (lane.channel + 1) % lane.segment.channels;
  lane.taken = 0;
  lane.known = 0;
}

void SoundSet::BeginByte(int index, const LanePlace& /*place*/,
                         const ByteTree* /*network*/) noexcept {
  Lane& lane = lanes_[static_cast<size_t>(index)];
  const int width = static_cast<int>(lane.segment.sample_bytes());
  const bool big_endian = lane.segment.big_endian;
  const SamplePlace place{.known = lane.known,
                          .byte = big_endian ? width - 1 - lane.taken : lane.taken,
                          .highest = (big_endian ? 0 : width - 1) == lane.taken,
                          .big_endian = big_endian};
  lane_ = &lane;
  shift_ = 8 * place.byte;
  row_ = static_cast<uint32_t>(width * (width - 1) / 2 + lane.taken) +
         (big_endian ? kFormRows / 2 : 0);
  partial_ = 1;
  signed_ = lane.segment.is_signed && place.highest;
  lane.distributions.BeginByte(kernels_, place);
  Predict();
}

// Samples are coded as if they were unsigned: a sign is a bit turned over.
void SoundSet::Predict() noexcept {
  Lane& lane = *lane_;
  SampleDistributions& all = lane.distributions;
  const uint32_t depth = static_cast<uint32_t>(std::bit_width(partial_)) - 1;
  const int size = 1 << (7 - depth);  // of byte values for either bit
  const int middle = static_cast<int>((partial_ << (8 - depth)) & 255) + size;
  all.Split(kernels_, middle, mixer_.inputs());

  const size_t fast = all.count() - kShapes - kScales;  // the last prediction's fast scale
  const double z = (all.EdgeOf(middle) - all.centre(fast)) * all.inverse(fast);
  const uint32_t bit_row = row_ * 8 + depth;
  const double steps = 1.0 / (all.inverse(fast) * (all.weight() * size));
  const uint32_t level = ClampTo(LogLevel(steps, 1) + 12, kLevels);
  const std::array<uint32_t, kSelectedSets> selected = {
      bit_row * 2 + static_cast<uint32_t>(lane.channel % 2), row_ * 256 + partial_,
      bit_row * kLevels + level, bit_row * kRatios + lane.ratio,
      (row_ * kScaleLevels + lane.level) * kPlaces + PlaceOf(z, 4, kPlaces)};
  mixed_ = mixer_.Mix(all.count(), selected, {bit_row, level});
  const int refined = maps_[0].Refine(row_ * 256 + partial_, mixed_) +
                      maps_[1].Refine(bit_row * kMapPlaces + PlaceOf(z, 8, kMapPlaces), mixed_);
  const int p = std::clamp((Squash(mixed_) * (1 << 7) + refined + 2) >> 2, 1,
                           (1 << kBitProbabilityBits) - 1);
  p_ = static_cast<uint32_t>(Flips() ? (1 << kBitProbabilityBits) - p : p);
}

void SoundSet::Update(int coded) noexcept {
  const int bit = coded ^ static_cast<int>(Flips());
  mixer_.Update(bit);
  for (ProbabilityMap& map : maps_) map.Update(bit);
  Lane& lane = *lane_;
  lane.distributions.Choose(bit);
  partial_ = partial_ << 1 | static_cast<uint32_t>(bit);
  if (partial_ < 256) return Predict();
  lane.known |= (partial_ & 255) << shift_;
  if (++lane.taken < static_cast<int>(lane.segment.sample_bytes())) return;
  EndSample(lane);
  BeginSample(lane);
}

}  // namespace lmzip
