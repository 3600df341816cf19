#include "chunker/copy_list.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "coder/range_coder.h"
#include "format/format.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

/// A bit that learns: its probability of a one in 1/2^16, and how often it was seen.
class AdaptiveBit {
 public:
  uint32_t P1() const { return p_ << (kBitProbabilityBits - 16); }
  void Update(int bit) {
    const uint32_t step = kRate + seen_;
    p_ = bit ? p_ + (65535 - p_) / step : p_ - p_ / step;
    p_ = std::clamp(p_, kFloor, 65536 - kFloor);
    seen_ = std::min(seen_ + 1, kMostSeen);
  }

 private:
  static constexpr uint32_t kRate = 2, kMostSeen = 14, kFloor = 64;
  uint32_t p_ = 32768;
  uint32_t seen_ = 0;
};

/// Codes numbers by an Elias gamma code whose bits learn: the width in unary, then the digits below
/// the leading one, of which the first two learn.
class NumberModel {
 public:
  /// `bit(AdaptiveBit&, known)` codes a bit that learns, `raw(known)` one of a half.
  template <typename Bit, typename Raw>
  uint64_t Code(uint64_t known, Bit bit, Raw raw) {
    int width = 0;
    const int known_width = static_cast<int>(std::bit_width(known + 1)) - 1;
    while (width < kMaxWidth && bit(more_[static_cast<size_t>(width)], width < known_width))
      ++width;
    uint64_t value = 1;
    for (int i = width - 1; i >= 0; --i) {
      const int digit = static_cast<int>((known + 1) >> i & 1);
      const size_t place = static_cast<size_t>(width) * 4 + (value & 3);
      const bool learns = width - i <= kLearntDigits;
      value = value << 1 | static_cast<uint64_t>(learns ? bit(digits_[place], digit) : raw(digit));
    }
    return value - 1;
  }

 private:
  static constexpr int kMaxWidth = 27;  // numbers below 2^28
  static constexpr int kLearntDigits = 2;
  std::array<AdaptiveBit, kMaxWidth> more_;
  std::array<AdaptiveBit, (kMaxWidth + 1) * 4> digits_;
};

/// A copy's numbers, the same in both directions.
class CopyModel {
 public:
  template <typename Bit, typename Raw>
  Copy Code(const Copy& known, Bit bit, Raw raw) {
    Copy copy;
    copy.gap = gap_.Code(known.gap, bit, raw);
    copy.length = kMinCopyBytes + length_.Code(known.length - kMinCopyBytes, bit, raw);
    const bool again = bit(again_, known.distance == last_distance_);
    copy.distance = again ? last_distance_ : 1 + distance_.Code(known.distance - 1, bit, raw);
    last_distance_ = copy.distance;
    return copy;
  }

 private:
  NumberModel gap_, length_, distance_;
  AdaptiveBit again_;
  uint64_t last_distance_ = 1;
};

[[noreturn]] void Refuse(const char* why) {
  throw Error(ErrorCode::kCorrupt, std::string("refused list of copies: ") + why);
}

}  // namespace

uint64_t CopiedBytes(std::span<const Copy> copies) {
  uint64_t sum = 0;
  for (const Copy& copy : copies) sum += copy.length;
  return sum;
}

std::vector<Copy> LongCopies(std::span<const Copy> copies, uint64_t least) {
  std::vector<Copy> kept;
  uint64_t left = 0;  // of content behind the last one kept
  for (const Copy& copy : copies) {
    left += copy.gap;
    if (copy.length < least) {
      left += copy.length;
      continue;
    }
    kept.push_back({.gap = left, .length = copy.length, .distance = copy.distance});
    left = 0;
  }
  return kept;
}

Bytes Residue(ByteView content, std::span<const Copy> copies) {
  Bytes residue;
  for (const Copy& copy : copies) {
    residue.insert(residue.end(), content.begin(),
                   content.begin() + static_cast<ptrdiff_t>(copy.gap));
    content = content.subspan(copy.gap + copy.length);
  }
  residue.insert(residue.end(), content.begin(), content.end());
  return residue;
}

Bytes EncodeCopies(std::span<const Copy> copies) {
  CopyModel model;
  RangeEncoder encoder;
  const auto raw = [&](int known) {
    encoder.EncodeBit(known, 1u << (kBitProbabilityBits - 1));
    return known;
  };
  const auto bit = [&](AdaptiveBit& p, int known) {
    encoder.EncodeBit(known, p.P1());
    p.Update(known);
    return known;
  };
  for (const Copy& copy : copies) model.Code(copy, bit, raw);
  return encoder.Finish();
}

// The list ends where its copies stand for all bytes that are copied.
std::vector<Copy> DecodeCopies(ByteView code, uint64_t raw_bytes, uint64_t copied_bytes) {
  CopyModel model;
  RangeDecoder decoder(code);
  const auto raw = [&](int) { return decoder.DecodeBit(1u << (kBitProbabilityBits - 1)); };
  const auto bit = [&](AdaptiveBit& p, int) {
    const int found = decoder.DecodeBit(p.P1());
    p.Update(found);
    return found;
  };
  std::vector<Copy> copies;
  const uint64_t residue_bytes = raw_bytes - copied_bytes;
  uint64_t gaps = 0, copied = 0;
  while (copied < copied_bytes) {
    const Copy copy = model.Code(Copy{.length = kMinCopyBytes, .distance = 1}, bit, raw);
    gaps += copy.gap;
    if (gaps > residue_bytes) Refuse("more content than the frame has");
    if (copy.distance > gaps + copied) Refuse("a distance from before the frame");
    copied += copy.length;
    if (copied > copied_bytes) Refuse("more copies than the frame has");
    if (decoder.Overread()) Refuse("it ends before the copies");
    copies.push_back(copy);
  }
  return copies;
}

uint64_t CopyExpander::Advance(uint64_t residue_end) {
  while (!copies_.empty()) {
    const Copy& copy = copies_.front();
    const uint64_t take = std::min(copy.gap - gap_done_, residue_end - read_);
    TakeResidue(take);
    gap_done_ += take;
    if (gap_done_ < copy.gap) return written_;
    TakeCopy(copy);
    gap_done_ = 0;
    copies_ = copies_.subspan(1);
  }
  TakeResidue(residue_end - read_);
  return written_;
}

void CopyExpander::TakeResidue(uint64_t count) {
  if (count == 0) return;
  std::memcpy(&content_[written_], &residue_[read_], count);
  read_ += count;
  written_ += count;
}

// Source and destination may overlap: what was just written is copied on, in pieces that double.
void CopyExpander::TakeCopy(const Copy& copy) {
  LMZIP_CHECK(copy.distance <= written_ && copy.length <= content_.size() - written_);
  uint8_t* const to = &content_[written_];
  uint8_t* const from = to - copy.distance;
  for (uint64_t done = 0; done < copy.length;) {
    const uint64_t piece = std::min(copy.distance + done, copy.length - done);
    std::memcpy(to + done, from, piece);
    done += piece;
  }
  written_ += copy.length;
}

}  // namespace lmzip
