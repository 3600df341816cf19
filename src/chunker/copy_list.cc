#include "chunker/copy_list.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "chunker/copy_coder.h"
#include "format/format.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

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

}  // namespace

void RefuseCopies(const char* why) {
  throw Error(ErrorCode::kCorrupt, std::string("refused list of copies: ") + why);
}

void CopyLimits::Take(const Copy& copy) {
  gaps_ += copy.gap;
  if (gaps_ > raw_bytes_ - copied_bytes_) RefuseCopies("more content than the frame has");
  const uint64_t before = copy.distance - std::min(copy.distance, at());
  if (copy.distance == 0 || !far_.Allow(before, copy.length)) {
    RefuseCopies("a distance out of reach");
  }
  copied_ += copy.length;
  if (copied_ > copied_bytes_) RefuseCopies("more copies than the frame has");
}

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

uint64_t ContentBytes(std::span<const Copy> copies, uint64_t coded_end,
                      std::span<const uint32_t> given) {
  uint64_t bytes = 0;
  for (size_t i = 0; i <= copies.size(); ++i) {
    coded_end -= std::min<uint64_t>(coded_end, given.empty() ? 0 : given[i]);
    if (i == copies.size() || copies[i].gap > coded_end) break;
    coded_end -= copies[i].gap;
    bytes += copies[i].gap + copies[i].length;
  }
  return bytes + coded_end;
}

namespace {

// Those of which keep(copy, where it begins) is true; the others' content becomes residue.
template <typename Keep>
std::vector<Copy> Kept(std::span<const Copy> copies, Keep keep) {
  std::vector<Copy> kept;
  uint64_t at = 0, end = 0;  // of the last one kept
  for (const Copy& copy : copies) {
    at += copy.gap;
    if (keep(copy, at)) {
      kept.push_back({.gap = at - end, .length = copy.length, .distance = copy.distance});
      end = at + copy.length;
    }
    at += copy.length;
  }
  return kept;
}

}  // namespace

std::vector<Copy> LongCopies(std::span<const Copy> copies, uint64_t least) {
  return Kept(copies, [least](const Copy& copy, uint64_t) { return copy.length >= least; });
}

std::vector<Copy> CopiesBesideStream(std::span<const Copy> copies, uint64_t position) {
  return Kept(copies, [position](const Copy& copy, uint64_t at) {
    return copy.distance <= at || copy.distance - at > position;
  });
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
  CopyLimits limits(raw_bytes, copied_bytes, far);
  while (limits.left() > 0) {
    const Copy copy = model.Code(Copy{.length = kMinCopyBytes, .distance = 1}, reader);
    limits.Take(copy);
    if (reader.overread()) RefuseCopies("it ends before the copies");
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

uint64_t CopyExpander::Advance(uint64_t coded_end, const ContentWindow* window) {
  for (; next_ < copies_.size(); ++next_) {
    const Copy& copy = copies_[next_];
    if (!TakeGap(copy.gap, coded_end)) return written_;
    TakeCopy(copy, window);
    gap_done_ = given_done_ = 0;
  }
  TakeGap(content_.size() - written_ + gap_done_, coded_end);
  return written_;
}

// False where not all of it is there. What is given before it is passed over.
bool CopyExpander::TakeGap(uint64_t gap, uint64_t coded_end) {
  const uint64_t given = given_.empty() ? 0 : given_[next_];
  const uint64_t pass = std::min(given - given_done_, coded_end - read_);
  read_ += pass;
  given_done_ += pass;
  const uint64_t take = std::min(gap - gap_done_, coded_end - read_);
  TakeResidue(take);
  gap_done_ += take;
  return given_done_ == given && gap_done_ == gap;
}

void CopyExpander::TakeResidue(uint64_t count) {
  if (count == 0) return;
  std::memcpy(&content_[written_], &coded_[read_], count);
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
