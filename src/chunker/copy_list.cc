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

constexpr uint32_t kHalf = 1u << (kBitProbabilityBits - 1);

/// Codes bits that are known: with the probability that was learned, or a half.
class CopyWriter {
 public:
  int Raw(int bit) {
    encoder_.EncodeBit(bit, kHalf);
    return bit;
  }
  int Learn(AdaptiveBit& p, int bit) {
    encoder_.EncodeBit(bit, p.P1());
    p.Update(bit);
    return bit;
  }
  Bytes Finish() { return encoder_.Finish(); }

 private:
  RangeEncoder encoder_;
};

/// Finds them, whatever is said of them.
class CopyReader {
 public:
  explicit CopyReader(ByteView code) : decoder_(code) {}
  int Raw(int) { return decoder_.DecodeBit(kHalf); }
  int Learn(AdaptiveBit& p, int) {
    const int bit = decoder_.DecodeBit(p.P1());
    p.Update(bit);
    return bit;
  }
  bool overread() const { return decoder_.Overread(); }

 private:
  RangeDecoder decoder_;
};

/// Codes numbers by an Elias gamma code whose bits learn: the width in unary, then the digits below
/// the leading one, of which the first two learn.
template <int kMaxWidth>  // numbers below 2^(kMaxWidth + 1) - 1
class NumberModel {
 public:
  template <typename Coder>
  uint64_t Code(uint64_t known, Coder& coder) {
    int width = 0;
    const int known_width = static_cast<int>(std::bit_width(known + 1)) - 1;
    while (width < kMaxWidth &&
           coder.Learn(more_[static_cast<size_t>(width)], width < known_width)) {
      ++width;
    }
    uint64_t value = 1;
    for (int i = width - 1; i >= 0; --i) {
      const int digit = static_cast<int>((known + 1) >> i & 1);
      const size_t place = static_cast<size_t>(width) * 4 + (value & 3);
      const bool learns = width - i <= kLearntDigits;
      const int bit = learns ? coder.Learn(digits_[place], digit) : coder.Raw(digit);
      value = value << 1 | static_cast<uint64_t>(bit);
    }
    return value - 1;
  }

 private:
  static constexpr int kLearntDigits = 2;
  std::array<AdaptiveBit, kMaxWidth> more_;
  std::array<AdaptiveBit, (kMaxWidth + 1) * 4> digits_;
};

/// A copy's numbers, the same in both directions.
class CopyModel {
 public:
  template <typename Coder>
  Copy Code(const Copy& known, Coder& coder) {
    Copy copy;
    copy.gap = gap_.Code(known.gap, coder);
    copy.length = kMinCopyBytes + length_.Code(known.length - kMinCopyBytes, coder);
    const bool again = coder.Learn(again_, known.distance == last_distance_);
    copy.distance = again ? last_distance_ : 1 + distance_.Code(known.distance - 1, coder);
    last_distance_ = copy.distance;
    return copy;
  }

 private:
  NumberModel<27> gap_, length_, distance_;
  AdaptiveBit again_;
  uint64_t last_distance_ = 1;
};

// Differences as numbers: 0, -1, 1, -2, ...
uint64_t Zigzag(uint64_t difference) {
  return difference << 1 ^ (difference >> 63 ? ~uint64_t{0} : 0);
}
uint64_t Unzigzag(uint64_t number) { return number >> 1 ^ (number & 1 ? ~uint64_t{0} : 0); }

/// Likewise of a list with far copies. Where content was changed since, the same distance goes on
/// behind the change; where some was put in or taken out, one that differs by so much.
class FarCopyModel {
 public:
  template <typename Coder>
  Copy Code(const Copy& known, Coder& coder) {
    Copy copy;
    const uint64_t moved = moved_.Code(Zigzag(known.distance - last_distance_), coder);
    copy.distance = last_distance_ + Unzigzag(moved);
    last_distance_ = copy.distance;
    Lengths& lengths = lengths_[moved == 0];
    copy.gap = lengths.gap.Code(known.gap, coder);
    copy.length = kMinFarCopyBytes + lengths.length.Code(known.length - kMinFarCopyBytes, coder);
    return copy;
  }

 private:
  struct Lengths {
    NumberModel<27> gap, length;
  };
  NumberModel<43> moved_;
  Lengths lengths_[2];  // of copies with another distance than the one before; with the same
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

bool HasFarCopies(std::span<const Copy> copies) {
  uint64_t at = 0;
  return std::ranges::any_of(copies, [&](const Copy& copy) {
    const bool far = copy.distance > at + copy.gap;
    at += copy.gap + copy.length;
    return far;
  });
}

uint64_t ReachOf(std::span<const Copy> copies, uint64_t position) {
  uint64_t at = 0, reach = 0;
  for (const Copy& copy : copies) {
    at += copy.gap;
    const uint64_t before = copy.distance - std::min(copy.distance, at);
    const uint64_t in_references = before - std::min(before, position);
    if (copy.length > in_references) reach = std::max(reach, before - in_references);
    at += copy.length;
  }
  return reach;
}

uint64_t ContentBytes(std::span<const Copy> copies, uint64_t residue_end) {
  uint64_t bytes = residue_end;
  for (const Copy& copy : copies) {
    if (copy.gap > residue_end) break;
    residue_end -= copy.gap;
    bytes += copy.length;
  }
  return bytes;
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

namespace {

template <typename Model>
Bytes EncodeWith(std::span<const Copy> copies) {
  Model model;
  CopyWriter writer;
  for (const Copy& copy : copies) model.Code(copy, writer);
  return writer.Finish();
}

// The list ends where its copies stand for all bytes that are copied.
template <typename Model>
std::vector<Copy> DecodeWith(ByteView code, uint64_t raw_bytes, uint64_t copied_bytes,
                             const FarSources& far) {
  Model model;
  CopyReader reader(code);
  std::vector<Copy> copies;
  const uint64_t residue_bytes = raw_bytes - copied_bytes;
  uint64_t gaps = 0, copied = 0;
  while (copied < copied_bytes) {
    const Copy copy = model.Code(Copy{.length = kMinCopyBytes, .distance = 1}, reader);
    gaps += copy.gap;
    if (gaps > residue_bytes) Refuse("more content than the frame has");
    const uint64_t at = gaps + copied;
    if (copy.distance == 0 ||
        !far.Allow(copy.distance - std::min(copy.distance, at), copy.length)) {
      Refuse("a distance out of reach");
    }
    copied += copy.length;
    if (copied > copied_bytes) Refuse("more copies than the frame has");
    if (reader.overread()) Refuse("it ends before the copies");
    copies.push_back(copy);
  }
  return copies;
}

}  // namespace

Bytes EncodeCopies(std::span<const Copy> copies, bool far) {
  return far ? EncodeWith<FarCopyModel>(copies) : EncodeWith<CopyModel>(copies);
}

std::vector<Copy> DecodeCopies(ByteView code, uint64_t raw_bytes, uint64_t copied_bytes,
                               const std::optional<FarSources>& far) {
  return far ? DecodeWith<FarCopyModel>(code, raw_bytes, copied_bytes, *far)
             : DecodeWith<CopyModel>(code, raw_bytes, copied_bytes, {});
}

uint64_t CopyExpander::Advance(uint64_t residue_end, const ContentWindow* window) {
  while (!copies_.empty()) {
    const Copy& copy = copies_.front();
    const uint64_t take = std::min(copy.gap - gap_done_, residue_end - read_);
    TakeResidue(take);
    gap_done_ += take;
    if (gap_done_ < copy.gap) return written_;
    TakeCopy(copy, window);
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
void CopyExpander::TakeCopy(const Copy& copy, const ContentWindow* window) {
  LMZIP_CHECK(copy.length <= content_.size() - written_);
  LMZIP_CHECK(copy.distance <= written_ || window != nullptr);
  const uint64_t far = copy.distance > written_ ? TakeFar(copy, *window) : 0;
  if (far == copy.length) return;
  uint8_t* const to = &content_[written_];
  uint8_t* const from = to - copy.distance;
  const uint64_t length = copy.length - far;
  for (uint64_t done = 0; done < length;) {
    const uint64_t piece = std::min(copy.distance + done, length - done);
    std::memcpy(to + done, from, piece);
    done += piece;
  }
  written_ += length;
}

// As much of the copy as stands before the content; returns how much that is.
uint64_t CopyExpander::TakeFar(const Copy& copy, const ContentWindow& window) {
  const uint64_t back = copy.distance - written_;  // from the window's end to the copy's source
  const uint64_t far = std::min(copy.length, back);
  const auto to = content_.subspan(written_, far);
  const auto source_at = [&](uint64_t done) {
    return back > window.end() ? ByteView{} : window.From(window.end() - back + done);
  };
  uint64_t done = 0;
  for (ByteView source; done < far && !(source = source_at(done)).empty();) {
    const uint64_t piece = std::min<uint64_t>(source.size(), far - done);
    std::memcpy(&to[done], source.data(), piece);
    done += piece;
  }
  misses_sources_ |= done < far;
  std::ranges::fill(to.subspan(done), uint8_t{0});
  written_ += far;
  return far;
}

}  // namespace lmzip
