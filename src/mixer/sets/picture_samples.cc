#include "mixer/sets/picture_samples.h"

namespace lmzip {
namespace {

constexpr size_t kReach = 6;  // columns and rows that the offsets go

}  // namespace

PictureForm::PictureForm(const TypedSegment& segment)
    : segment_(segment),
      sample_bytes_(segment.sample_bytes()),
      width_(segment.row_bytes / (segment.channels * sample_bytes_)) {}

PicturePlace PictureForm::PlaceOf(size_t position) const noexcept {
  const size_t offset = position - segment_.begin;
  const size_t in_row = offset % segment_.row_bytes;
  const size_t sample = in_row / sample_bytes_;
  const size_t channel = sample % channels();
  return {.channel = channel,
          .plane = std::min(channel, kMostPlanes - 1),
          .column = sample % kMostColumns,
          .x = sample / channels(),
          .y = offset / segment_.row_bytes,
          .byte = in_row % sample_bytes_,
          .padding = sample >= width_ * channels()};
}

int PictureForm::SampleAt(const uint8_t* bytes) const noexcept {
  const int sign = segment_.is_signed ? middle() : 0;
  if (sample_bytes_ == 1) return bytes[0] ^ sign;
  return (segment_.big_endian ? bytes[0] << 8 | bytes[1] : bytes[1] << 8 | bytes[0]) ^ sign;
}

int PictureForm::Fetch(const History& history, const PicturePlace& place, size_t begin,
                       Offset offset, ptrdiff_t planes_before) const noexcept {
  int dx = offset.dx, dy = offset.dy;
  const int64_t last = static_cast<int64_t>(width_) - 1, x = static_cast<int64_t>(place.x);
  if (static_cast<int64_t>(place.y) + dy < 0) {
    dy = 0;
    if (offset.dy < 0) dx = std::min(dx, -1);
  }
  if (dy == 0 && x + dx < 0) {
    if (place.y == 0) return middle();
    dy = -1;
  }
  const size_t column = static_cast<size_t>(std::clamp<int64_t>(x + dx, 0, last));
  const size_t row = place.y - static_cast<size_t>(-dy);
  const size_t channel = static_cast<size_t>(static_cast<ptrdiff_t>(place.channel) - planes_before);
  const size_t at = segment_.begin + row * segment_.row_bytes +
                    (column * channels() + channel) * sample_bytes_;
  return at >= begin ? SampleAt(history.data() + at) : middle();
}

Neighbours PictureForm::NeighboursOf(const History& history, const PicturePlace& place,
                                     size_t run_begin) const noexcept {
  Neighbours near;
  const size_t begin = std::max<size_t>(segment_.begin, run_begin);
  const size_t planes = std::min(place.channel, kOtherPlanes);
  const auto fill = [&](auto fetch) {
    for (size_t i = 0; i < kOwnOffsets.size(); ++i) near.own[i] = fetch(kOwnOffsets[i], 0);
    for (size_t p = 0; p < kOtherPlanes; ++p) {
      for (size_t i = 0; i < kOtherOffsets.size(); ++i) {
        near.others[p][i] = p < planes ? fetch(kOtherOffsets[i], static_cast<ptrdiff_t>(p) + 1) : 0;
      }
    }
    for (size_t p = 0; p < kBehindPlanes; ++p) {
      const bool there = place.channel + p + 1 < channels();
      for (size_t i = 0; i < kBehindOffsets; ++i) {
        near.behind[p][i] = there ? fetch(kOwnOffsets[i], -static_cast<ptrdiff_t>(p) - 1) : 0;
      }
    }
  };
  const size_t sample = segment_.begin + place.y * segment_.row_bytes +
                        (place.x * channels() + place.channel) * sample_bytes_;
  if (place.x >= kReach && place.x + kReach < width_ && place.y >= kReach &&
      sample - kReach * segment_.row_bytes >= begin + kReach * channels() * sample_bytes_) {
    const ptrdiff_t row = static_cast<ptrdiff_t>(segment_.row_bytes);
    const ptrdiff_t unit = static_cast<ptrdiff_t>(sample_bytes_);
    const ptrdiff_t pixel = static_cast<ptrdiff_t>(channels()) * unit;
    const uint8_t* const here = history.data() + sample;
    fill([&](Offset offset, ptrdiff_t before) {
      return SampleAt(here + offset.dy * row + offset.dx * pixel - before * unit);
    });
  } else {
    fill([&](Offset offset, ptrdiff_t before) {
      return Fetch(history, place, begin, offset, before);
    });
  }
  return near;
}

}  // namespace lmzip
