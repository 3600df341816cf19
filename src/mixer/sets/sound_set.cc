#include "mixer/sets/sound_set.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "mixer/sets/context_list.h"

namespace lmzip {
namespace {

constexpr int kFirstContext = 32;

int Clamp8(int value) { return std::clamp(value, 0, 255); }

}  // namespace

void SoundFilter::Update(int sample) noexcept {
  const int error = sample - prediction_;
  error_ += (std::min(std::abs(error), 1 << 16) * 16 - error_) / 16;
  int64_t power = 1 << 12;
  for (int x : samples_) power += int64_t{x} * x;
  const int64_t gain = (int64_t{error} << 32) / power / 192;  // per sample, in 1/2^32
  for (size_t i = 0; i < kTaps; ++i) {
    weights_[i] = static_cast<int>(
        std::clamp<int64_t>(weights_[i] + ((gain * samples_[i]) >> 16), -(1 << 20), 1 << 20));
  }
  std::shift_right(samples_.begin(), samples_.end(), 1);
  samples_[0] = sample;
  int64_t sum = 1 << 15;
  for (size_t i = 0; i < kTaps; ++i) sum += int64_t{weights_[i]} * samples_[i];
  prediction_ = static_cast<int>(std::clamp<int64_t>(sum >> 16, -32768, 32767));
}

int SoundFilter::ErrorLevel() const noexcept {
  return std::min(static_cast<int>(std::bit_width(static_cast<uint32_t>(error_))), 15);
}

SoundSet::SoundSet(const Options& options, const History& history)
    : ContextSet(options, history), sounds_(static_cast<size_t>(options.lanes)) {}

bool SoundSet::Models(const TypedSegment& segment) noexcept {
  return segment.channels <= 2 && (segment.bits == 8 ? !segment.is_signed
                                                     : segment.bits == 16 && !segment.big_endian);
}

void SoundSet::StartLane(int lane, int before, const LanePlace& place) {
  ContextSet::StartLane(lane, before, place);
  if (before != kNoLane) {
    sounds_[static_cast<size_t>(lane)] = Sound(sounds_[static_cast<size_t>(before)]);
  }
}

void SoundSet::Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept {
  ContextSet::Enter(lane, place, segment);
  sounds_[static_cast<size_t>(lane)] = {.segment = segment, .filters = {}};
}

void SoundSet::EndByte(int lane, const LanePlace& place, uint8_t byte) noexcept {
  ContextSet::EndByte(lane, place, byte);
  Sound& sound = sounds_[static_cast<size_t>(lane)];
  const uint64_t recent = LaneAt(lane).context.recent;
  const size_t stride = sound.FrameBytes();
  const size_t at = (place.position + 1 - sound.segment.begin) % stride;
  if (sound.segment.bits == 8) {
    sound.filters[std::min<size_t>((at + stride - 1) % stride, 1)].Update(
        (static_cast<int>(recent & 255) << 8) - 32640);
  } else if (at % 2 == 0) {
    const int sample = static_cast<int16_t>((recent & 255) << 8 | (recent >> 8 & 255));
    sound.filters[std::min<size_t>((at + stride - 2) % stride / 2, 1)].Update(sample);
  }
}

void SoundSet::FindContexts(int lane, const LanePlace& place, ContextHashes& hashes) noexcept {
  const Sound& sound = sounds_[static_cast<size_t>(lane)];
  const uint64_t recent = LaneAt(lane).context.recent;
  const size_t position = place.position;
  ContextList list(kFirstContext, hashes);
  const bool wide = sound.segment.bits == 16;
  const size_t at = (position - sound.segment.begin) % sound.FrameBytes();
  const bool high = wide && at % 2 == 1;
  const size_t channel = std::min<size_t>(wide ? at / 2 : at, 1);
  const SoundFilter& filter = sound.filters[channel];
  const int x1 = filter.sample(0), x2 = filter.sample(1), x3 = filter.sample(2);
  const SoundFilter& other = sound.filters[sound.segment.channels > 1 ? 1 - channel : channel];
  const int low = static_cast<int>(recent & 255);
  const uint64_t level = static_cast<uint64_t>(filter.ErrorLevel());
  const std::array<int, 6> predictions = {
      filter.prediction(),
      2 * x1 - x2,
      3 * x1 - 3 * x2 + x3,
      (filter.prediction() + 2 * x1 - x2) >> 1,
      x1,
      x1 + (sound.segment.channels > 1 && channel == 1 ? other.sample(0) - other.sample(1)
                                                : (x1 - x2) / 2)};
  // What a sample is to be, as far as this byte can tell.
  const auto target = [&](int prediction) {
    if (!wide) return static_cast<uint64_t>(Clamp8((prediction + 32768) >> 8));
    if (!high) return static_cast<uint64_t>(prediction & 255);
    return static_cast<uint64_t>((prediction - low + 128) >> 4 & 0xFFFF);
  };
  const uint64_t kind = static_cast<uint64_t>(high) * 2 + channel;
  list.Add(kind);
  for (int prediction : predictions) {
    list.Add(kind, target(prediction));
    list.Add(kind, target(prediction) >> (high ? 4 : 0), level + 1);
  }
  const uint64_t fine = static_cast<uint64_t>(predictions[0] >> 4 & 15);
  list.Add(kind, target(predictions[0]), fine << 8 | level);
  list.Add(kind, target(predictions[0]) >> 1, target(predictions[1]) >> 1);
  list.Add(kind, target(predictions[0]) >> 2, target(predictions[2]) >> 2);
  list.Add(kind, recent & 0xFFFF);
}

}  // namespace lmzip
