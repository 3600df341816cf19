// Pictures and sound: found in the data, predicted from neighbours (MIXER.md, "Media").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/context_bank.h"
#include "mixer/history.h"

namespace lmzip {

enum class MediaKind : uint8_t { kNone, kPicture, kSound8, kSound16 };

/// Samples that begin at `begin` and end before `end`.
struct MediaRegion {
  MediaKind kind = MediaKind::kNone;
  size_t begin = 0, end = 0;
  uint32_t channels = 1;
  uint32_t stride = 1;  // bytes of a row of a picture, or of a frame of sound

  bool Covers(size_t position) const noexcept {
    return kind != MediaKind::kNone && position >= begin && position < end;
  }
};

/// A lane's place in a header that may be one.
struct HeaderSearch {
  size_t portable_begin = 0;            // after a "P5" or "P6", else 0
  size_t bitmap_begin = SIZE_MAX - 64;  // of a "BM", else out of reach
};

/// Looks for headers of PGM, PPM, BMP and WAV, and for raw samples, in what the lanes have coded.
/// What one lane finds serves all.
class MediaDetector {
 public:
  /// A lane has coded the byte before `position`; its readable bytes begin at `run_begin`, the last
  /// eight of them are `recent`.
  void Update(const History& history, size_t run_begin, size_t position, uint64_t recent,
              HeaderSearch& search) noexcept;

  const MediaRegion& region() const noexcept { return region_; }

 private:
  void TryWave(const History& history, size_t run_begin, size_t position) noexcept;
  void TryBitmap(const History& history, size_t begin, size_t position) noexcept;
  void TryPortable(const History& history, size_t begin, size_t position) noexcept;
  void TryRaw(const History& history, size_t position) noexcept;

  MediaRegion region_;
};

/// Predicts sound from the samples before by an adaptive linear filter.
class SoundFilter {
 public:
  /// Learns `sample` and predicts the next one.
  void Update(int sample) noexcept;

  int prediction() const noexcept { return prediction_; }
  /// Samples back, 0 the latest.
  int sample(size_t back) const noexcept { return samples_[back]; }
  /// 0..15: how far the predictions have been off lately.
  int ErrorLevel() const noexcept;

 private:
  static constexpr size_t kTaps = 24;

  std::array<int, kTaps> samples_{};
  std::array<int, kTaps> weights_{};  // in 1/2^16
  int prediction_ = 0;
  int error_ = 0;  // the mean absolute error in 1/16
};

/// A lane's sound: one filter a channel.
struct SoundState {
  std::array<SoundFilter, 2> filters;

  /// The byte before `position` completes a sample of `region` or not.
  void Update(const MediaRegion& region, size_t position, uint64_t recent) noexcept;
};

/// The contexts of the byte at `position` of `region`, which covers it.
void MediaHashes(const MediaRegion& region, const History& history, const SoundState& sound,
                 size_t position, uint64_t recent, std::array<uint64_t, kSlots>& hashes) noexcept;

}  // namespace lmzip
