#include "base/text.h"
#include "mixer/media.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "mixer/contexts.h"

namespace lmzip {
namespace {

constexpr int kMediaIds = 32;     // the first context number of media
constexpr size_t kWindow = 4096;  // bytes that raw samples are looked for in
constexpr uint32_t kMaxRawStride = 512;
constexpr size_t kPortableHeader = 100, kWaveHeader = 200, kBitmapHeader = 54;
constexpr uint32_t kMinWidth = 8, kMaxSide = 65535;

bool IsSpace(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

uint32_t Load(const History& history, size_t position, int bytes) {
  uint32_t value = 0;
  for (int i = bytes - 1; i >= 0; --i)
    value = value << 8 | history[position + static_cast<size_t>(i)];
  return value;
}

int Clamp8(int value) { return std::clamp(value, 0, 255); }

// Appends hashed contexts after the common ones.
class ContextList {
 public:
  explicit ContextList(std::array<uint64_t, kSlots>& hashes) : hashes_(hashes) {}

  void Add(uint64_t a, uint64_t b = 0, uint64_t c = 0) noexcept {
    hashes_[i_] = ContextHash(kMediaIds + static_cast<int>(i_), Combine(Combine(a, b), c));
    ++i_;
  }
  // The rest get no context of their own.
  void Finish() noexcept {
    while (i_ < kContexts) Add(0);
  }

 private:
  std::array<uint64_t, kSlots>& hashes_;
  size_t i_ = 0;
};

void AddPicture(const MediaRegion& region, const History& history, size_t position, uint64_t recent,
                ContextList& list) {
  const size_t channels = region.channels, stride = region.stride;
  const auto pixel = [&](size_t back) -> int {
    if (back <= 8) return static_cast<int>(recent >> (8 * (back - 1)) & 255);
    return back <= position ? history.At(position - back) : 0;
  };
  const int w = pixel(channels);
  const int n = pixel(stride), nn = pixel(2 * stride);
  const int nw = pixel(stride + channels), ne = pixel(stride - channels);
  const int nne = pixel(2 * stride - channels);
  const size_t channel = (position - region.begin) % stride % channels;
  // How the channels before differ between here and the neighbours.
  const int p1 = channel > 0 ? pixel(1) : 0, p2 = channel > 1 ? pixel(2) : 0;
  const int w_p1 = channel > 0 ? pixel(channels + 1) : 0;
  const int n_p1 = channel > 0 ? pixel(stride + 1) : 0;
  const int nw_p1 = channel > 0 ? pixel(stride + channels + 1) : 0;
  const int plane = Clamp8(w + n - nw);
  const int median = std::clamp(w + n - nw, std::min(w, n), std::max(w, n));
  const int plane_p1 = w_p1 + n_p1 - nw_p1;
  const int corrected = Clamp8(w + n - nw + p1 - plane_p1);
  const auto u = [](int value) { return static_cast<uint64_t>(value); };
  const uint64_t texture = u((std::abs(w - nw) + std::abs(n - nw) + std::abs(n - ne)) / 8);
  const uint64_t c = channel;

  list.Add(c);
  list.Add(c, u(n), u(p1));
  list.Add(c, u(w) << 8 | u(n), u(p1 >> 2));
  list.Add(c, u(w) << 8 | u(nw), u(n));
  list.Add(c, u(n) << 8 | u(ne), u(w >> 2));
  list.Add(c, u(plane), u(p1 - plane_p1));
  list.Add(c, u(corrected), texture);
  list.Add(c, u(corrected), u(p1) << 8 | u(p2));
  list.Add(c, u(Clamp8(w + p1 - w_p1)), u(p2));
  list.Add(c, u(Clamp8(n + p1 - n_p1)), u(p2));
  list.Add(c, u(median), std::min<uint64_t>(texture, 31) << 8 | u(Clamp8(p1 - w_p1 + 128) >> 3));
  list.Add(c, u(Clamp8(n + ne - nne)), u(p1 - n_p1));
  list.Add(c, u(Clamp8(2 * n - nn)), u(w >> 3));
  list.Add(c, u((w + ne + 1) / 2), u(Clamp8(n - nw + 128) >> 2));
  list.Add(c, u((corrected + Clamp8(w + p1 - w_p1)) / 2), u((w + n) / 2 - nw));
  list.Add(c, u(w / 8) << 24 | u(n / 8) << 16 | u(nw / 8) << 8 | u(ne / 8), u(p1 / 8));
  list.Add(c, u((w + n + nw + ne + 2) / 4), u(p1 / 2 + p2 / 64));
}

void AddSound(const MediaRegion& region, const SoundState& sound, size_t position, uint64_t recent,
              ContextList& list) {
  const bool wide = region.kind == MediaKind::kSound16;
  const size_t at = (position - region.begin) % region.stride;
  const bool high = wide && at % 2 == 1;
  const size_t channel = std::min<size_t>(wide ? at / 2 : at, 1);
  const SoundFilter& filter = sound.filters[channel];
  const int x1 = filter.sample(0), x2 = filter.sample(1), x3 = filter.sample(2);
  const SoundFilter& other = sound.filters[region.channels > 1 ? 1 - channel : channel];
  const int low = static_cast<int>(recent & 255);
  const uint64_t level = static_cast<uint64_t>(filter.ErrorLevel());
  const std::array<int, 6> predictions = {
      filter.prediction(),
      2 * x1 - x2,
      3 * x1 - 3 * x2 + x3,
      (filter.prediction() + 2 * x1 - x2) >> 1,
      x1,
      x1 + (region.channels > 1 && channel == 1 ? other.sample(0) - other.sample(1)
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

void SoundState::Update(const MediaRegion& region, size_t position, uint64_t recent) noexcept {
  const size_t at = (position - region.begin) % region.stride;
  if (region.kind == MediaKind::kSound8) {
    filters[std::min<size_t>((at + region.stride - 1) % region.stride, 1)].Update(
        (static_cast<int>(recent & 255) << 8) - 32640);
  } else if (at % 2 == 0) {
    const int sample = static_cast<int16_t>((recent & 255) << 8 | (recent >> 8 & 255));
    filters[std::min<size_t>((at + region.stride - 2) % region.stride / 2, 1)].Update(sample);
  }
}

void MediaHashes(const MediaRegion& region, const History& history, const SoundState& sound,
                 size_t position, uint64_t recent, std::array<uint64_t, kSlots>& hashes) noexcept {
  ContextList list(hashes);
  if (region.kind == MediaKind::kPicture) {
    AddPicture(region, history, position, recent, list);
  } else {
    AddSound(region, sound, position, recent, list);
  }
  list.Finish();
}

void MediaDetector::Update(const History& history, size_t run_begin, size_t position,
                           uint64_t recent, HeaderSearch& search) noexcept {
  if (region_.Covers(position) && region_.end != SIZE_MAX) return;
  const uint8_t last = static_cast<uint8_t>(recent);
  if (recent >> 32 == 0x64617461) TryWave(history, run_begin, position);  // "data" and its size
  if ((recent & 0xFFFF) == 0x424D) search.bitmap_begin = position - 2;    // "BM"
  if (position == search.bitmap_begin + kBitmapHeader) {
    TryBitmap(history, search.bitmap_begin, position);
  }
  const uint64_t magic = recent >> 8 & 0xFFFF;
  if ((magic == 0x5035 || magic == 0x5036) && IsSpace(last)) search.portable_begin = position;
  if (search.portable_begin != 0 && IsSpace(last)) {
    if (position - search.portable_begin <= kPortableHeader) {
      TryPortable(history, search.portable_begin, position);
    } else {
      search.portable_begin = 0;
    }
  }
  if (position % kWindow == 0 && position - run_begin >= kWindow) TryRaw(history, position);
}

// A "fmt " chunk precedes the "data" chunk, whose samples begin here.
void MediaDetector::TryWave(const History& history, size_t run_begin, size_t position) noexcept {
  const size_t limit = std::min(position - run_begin, kWaveHeader);
  for (size_t back = 32; back <= limit; ++back) {
    const size_t format = position - back;
    if (Load(history, format, 4) != 0x20746D66 || Load(history, format + 8, 2) != 1) continue;
    const uint32_t channels = Load(history, format + 10, 2), bits = Load(history, format + 22, 2);
    if (channels < 1 || channels > 2 || (bits != 8 && bits != 16)) return;
    const uint32_t bytes = Load(history, position - 4, 4);
    region_ = {bits == 8 ? MediaKind::kSound8 : MediaKind::kSound16, position, position + bytes,
               channels, channels * bits / 8};
    return;
  }
}

void MediaDetector::TryBitmap(const History& history, size_t begin, size_t position) noexcept {
  const uint32_t offset = Load(history, begin + 10, 4), width = Load(history, begin + 18, 4);
  const uint32_t rows = Load(history, begin + 22, 4);  // negative when the first row is on top
  const uint32_t height = std::min(rows, 0u - rows);
  const uint32_t bits = Load(history, begin + 28, 2), compression = Load(history, begin + 30, 4);
  if (Load(history, begin + 14, 4) < 40 || compression != 0 || width < kMinWidth ||
      width > kMaxSide || height > kMaxSide || offset > kWindow ||
      (bits != 8 && bits != 24 && bits != 32)) {
    return;
  }
  const uint32_t stride = (width * bits / 8 + 3) & ~3u;
  region_ = {MediaKind::kPicture, std::max(begin + offset, position),
             begin + offset + size_t{stride} * height, bits / 8, stride};
}

// "P5" or "P6" before `begin`; width, height and 255, with comments, and one space.
void MediaDetector::TryPortable(const History& history, size_t begin, size_t position) noexcept {
  std::array<uint32_t, 4> numbers{};
  size_t count = 0;
  bool inside = false, comment = false;
  for (size_t i = begin; i < position && count < 3; ++i) {
    const uint8_t byte = history[i];
    if (comment) {
      comment = byte != '\n';
    } else if (byte == '#') {
      comment = true;
    } else if (byte >= '0' && byte <= '9') {
      inside = true;
      numbers[count] = std::min(numbers[count] * 10 + byte - '0', 2 * kMaxSide);
    } else if (IsSpace(byte)) {
      count += inside;
      inside = false;
    } else {
      return;
    }
  }
  const auto [width, height, maximum, unused] = numbers;
  if (count < 3 || width < kMinWidth || width > kMaxSide || height > kMaxSide || maximum != 255) {
    return;
  }
  const uint32_t channels = history[begin - 2] == '6' ? 3 : 1;
  const uint32_t stride = width * channels;
  region_ = {MediaKind::kPicture, position, position + size_t{stride} * height, channels, stride};
}

// Smooth bytes that are no text: a picture where some distance back is as good as the byte before,
// else sound.
void MediaDetector::TryRaw(const History& history, size_t position) noexcept {
  const uint8_t* window = history.data() + position - kWindow;
  region_ = {};
  if (CountText({window, kWindow}) * 50 >= kWindow * 49) return;
  std::array<uint32_t, kMaxRawStride + 3> distance{};
  uint64_t far = 0;
  for (size_t i = kMaxRawStride + 3; i < kWindow; i += 5) {
    for (size_t s = 1; s < distance.size(); ++s) {
      distance[s] += static_cast<uint32_t>(std::abs(window[i] - window[i - s]));
    }
  }
  for (size_t s = kMaxRawStride / 2 + 1; s < distance.size(); ++s) far += distance[s];
  far /= kMaxRawStride / 2;
  if (distance[1] * 2 >= far || distance[2] <= 200) return;
  uint32_t best = 0;
  for (uint32_t s = 16; s <= kMaxRawStride; ++s) {
    if (distance[s] < distance[s - 2] && distance[s] < distance[s + 2] &&
        distance[s] < 2 * distance[1] && (best == 0 || distance[s] * 10 < distance[best] * 9)) {
      best = s;
    }
  }
  region_ = {best != 0 ? MediaKind::kPicture : MediaKind::kSound8, 0, SIZE_MAX, 1,
             best != 0 ? best : 1};
}

}  // namespace lmzip
