#include "chunker/far_copies.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "chunker/copy_finder.h"
#include "format/format.h"

namespace lmzip {
namespace {

constexpr uint64_t kBlock = BlockIndex::kBytes;
static_assert(kMinFarCopyBytes >= kBlock);

// What content itself repeats a mixer codes for less than a copy costs, unless it is as long as
// this.
constexpr uint64_t kLongBytes = kLeastRepeatBytes;
// Blocks of a period of so few bytes stand everywhere, and mean nothing.
constexpr uint64_t kShortPeriod = 8;
// Of so many bytes of content one copy is taken, on average, before only long ones are: it bounds
// the memory of lists.
constexpr uint64_t kBytesPerCopy = 256;
// Behind a copy so many bytes are compared with what followed its source.
constexpr uint64_t kAgainBytes = 256;

// A copy from a new distance is so much longer than one from a distance that was used lately.
constexpr uint64_t kNewDistanceBytes = 64;

// Changes from byte to byte that a copy stands for at least, and one from a new distance.
constexpr uint64_t kLeastChanges = 16, kLeastNewChanges = 64;

// What is shorter than this is copied from a new distance once: as residue, it costs less again.
constexpr uint64_t kOnceBytes = 1024;

// What the stream has must be so much longer than what references have: that is always at hand.
constexpr uint64_t kStreamBytes = 256;

// Those that are compared, and those that are left while they are.
constexpr uint64_t kListsAtOnce = 4;

// With near copies.
uint64_t MostCopies(uint64_t raw_bytes) {
  return raw_bytes / kBytesPerCopy + raw_bytes / kLongBytes + raw_bytes / kLeastRunBytes + 3;
}

size_t EqualBytes(ByteView a, ByteView b) {
  const size_t most = std::min(a.size(), b.size());
  const auto end = a.begin() + static_cast<ptrdiff_t>(most);
  return static_cast<size_t>(std::mismatch(a.begin(), end, b.begin()).first - a.begin());
}

size_t EqualBytesAtEnd(ByteView a, ByteView b) {
  const size_t most = std::min(a.size(), b.size());
  size_t equal = 0;
  while (equal < most && a[a.size() - 1 - equal] == b[b.size() - 1 - equal]) ++equal;
  return equal;
}

// Whether `least` bytes are not those before them: others cost a mixer next to nothing.
bool Changes(ByteView content, uint64_t least) {
  uint64_t changes = 0;
  for (size_t i = 1; i < content.size(); ++i) {
    if (content[i] != content[i - 1] && ++changes == least) return true;
  }
  return false;
}

bool HasShortPeriod(const uint8_t* block) {
  for (uint64_t period = 1; period <= kShortPeriod; ++period) {
    if (std::memcmp(block, block + period, kBlock - period) == 0) return true;
  }
  return false;
}

/// One frame's search.
class Search {
 public:
  /// `before` may be null.
  Search(const ContentWindow& window, const BlockIndex& index, const BlockIndex* before,
         ByteView content)
      : window_(window),
        index_(index),
        before_(before),
        content_(content),
        residue_(content.size()) {
    copies_.reserve(MostCopies(content.size()));
  }

  std::vector<Copy> Run(std::span<const Copy> near) {
    for (const Copy& copy : near) {
      const uint64_t begin = searched_ + copy.gap;
      SearchTo(begin);
      Take({.begin = begin, .length = copy.length, .distance = copy.distance});
      searched_ = end_;
    }
    SearchTo(content_.size());
    LeaveResidue();
    return std::move(copies_);
  }

 private:
  struct Match {
    uint64_t begin = 0, length = 0, distance = 0;
    uint64_t end() const { return begin + length; }
  };

  // Looks for copies up to `limit`, where something else begins.
  void SearchTo(uint64_t limit) {
    limit_ = limit;
    for (uint64_t at = searched_; at + kBlock <= limit;) at = SearchFrom(at);
    searched_ = limit;
  }

  // Up to the next copy, or to what the content repeats of itself; returns where to go on.
  uint64_t SearchFrom(uint64_t at) {
    for (BlockIndex::Hash hash(&content_[at]);; ++at) {
      const Match match = BestAt(at, hash);
      if (match.length >= LeastBytes()) {
        if (!Changes(content_.subspan(match.begin, match.length), kLeastChanges)) {
          const uint64_t next = std::max(at + 1, match.end() - (kBlock - 1));
          AddResidue(at, next);
          return next;
        }
        const uint64_t known = match.length < kLongBytes ? KnownBytes(at, hash) : 0;
        if (known < match.end() - at - (match.end() - at) / 4) {
          Take(match);
          return end_;
        }
        AddResidue(at, at + known);
        return at + known;
      }
      AddResidue(at, at + 1);
      if (at + kBlock >= limit_) return limit_;
      hash.Move(content_[at], content_[at + kBlock]);
    }
  }

  // The best copy that has content_[at] in it, or begins shortly behind it; of length 0 where there
  // is none. A distance that was used lately costs less than what a longer copy saves.
  Match BestAt(uint64_t at, const BlockIndex::Hash& hash) const {
    Match best;
    if (at - end_ < kAgainBytes) best = RecentAt(at, last_distance_);
    if (best.length >= kMinFarCopyBytes) return best;
    const auto look = [&](uint64_t source, uint64_t longer) {
      if (HasShortPeriod(&content_[at])) return;
      const Match match = Extended(at, source);
      if (match.length > best.length + longer) best = match;
    };
    if (before_) {
      before_->Find(hash, window_.begin(), [&](uint64_t source) { look(source, 0); });
    }
    const uint64_t longer = best.length > 0 ? kStreamBytes : 0;
    index_.Find(hash, window_.end(), [&](uint64_t source) { look(source, longer); });
    if (best.length == 0) return best;
    for (const uint64_t distance : {last_distance_, recent_[0], recent_[1]}) {
      for (uint64_t ahead = 0; ahead < kBlock && at + ahead + kBlock <= limit_; ++ahead) {
        const Match match = RecentAt(at + ahead, distance);
        if (match.length >= kMinFarCopyBytes) {
          if (match.length + kNewDistanceBytes >= best.length) return match;
          break;
        }
      }
    }
    return Changes(content_.subspan(best.begin, best.length), kLeastNewChanges) ? best : Match();
  }

  bool IsNew(uint64_t distance) const {
    return distance != last_distance_ && distance != recent_[0] && distance != recent_[1];
  }

  // A copy from that distance that has content_[at] in it.
  Match RecentAt(uint64_t at, uint64_t distance) const {
    const uint64_t position = window_.end() + at;
    if (distance <= at || distance > position) return {};
    return Extended(at, position - distance);
  }

  // What is equal around content_[at] and `source` in the window.
  Match Extended(uint64_t at, uint64_t source) const {
    const ByteView ahead = content_.subspan(at, limit_ - at);
    size_t forward = 0;
    for (ByteView piece; forward < ahead.size();) {
      piece = window_.From(source + forward);
      const size_t equal = EqualBytes(ahead.subspan(forward), piece);
      forward += equal;
      if (piece.empty() || equal < piece.size()) break;
    }
    if (forward < kBlock) return {};
    const ByteView behind = content_.subspan(end_, at - end_);
    size_t back = 0;
    for (ByteView piece; back < behind.size();) {
      piece = window_.Before(source - back);
      const size_t equal = EqualBytesAtEnd(behind.first(behind.size() - back), piece);
      back += equal;
      if (piece.empty() || equal < piece.size()) break;
    }
    return {.begin = at - back,
            .length = back + forward,
            .distance = window_.end() + at - source};
  }

  // How long what stands at `at` is what the residue has already.
  uint64_t KnownBytes(uint64_t at, const BlockIndex::Hash& hash) const {
    uint64_t known = 0;
    residue_.Find(hash, at, [&](uint64_t source) {
      const auto equal = EqualBytes(content_.subspan(at, limit_ - at), content_.subspan(source));
      known = std::max<uint64_t>(known, equal);
    });
    return known >= kBlock ? known : 0;
  }

  // content_[begin, end) becomes residue: its blocks are remembered.
  void AddResidue(uint64_t begin, uint64_t end) {
    for (uint64_t at = (begin + kBlock - 1) / kBlock * kBlock; at < end; at += kBlock) {
      if (at + kBlock <= content_.size()) residue_.Add(content_.subspan(at, kBlock), at);
    }
  }

  uint64_t LeastBytes() const {
    return copies_.size() < content_.size() / kBytesPerCopy ? kMinFarCopyBytes : kLongBytes;
  }

  void Take(const Match& match) {
    copies_.push_back(
        {.gap = match.begin - end_, .length = match.length, .distance = match.distance});
    end_ = match.end();
    if (match.distance == last_distance_) return;
    if (IsNew(match.distance) && match.length < kOnceBytes) AddResidue(match.begin, match.end());
    if (match.distance != recent_[0]) recent_[1] = recent_[0];
    recent_[0] = std::exchange(last_distance_, match.distance);
  }

  void LeaveResidue() {
    if (CopiedBytes(copies_) < content_.size() || copies_.empty()) return;
    Copy& first = copies_.front();
    ++first.gap;
    if (--first.length < kMinFarCopyBytes) copies_ = LongCopies(copies_, kMinFarCopyBytes);
  }

  const ContentWindow& window_;
  const BlockIndex& index_;
  const BlockIndex* const before_;
  const ByteView content_;
  BlockIndex residue_;  // and what was copied once
  std::vector<Copy> copies_;
  uint64_t end_ = 0;       // of the last copy
  uint64_t searched_ = 0;  // content that is looked through
  uint64_t limit_ = 0;     // of what is being looked through
  uint64_t last_distance_ = 0;
  uint64_t recent_[2] = {};  // the two before it
};

}  // namespace

int BlockIndex::BitsFor(uint64_t window_bytes) {
  return std::clamp(static_cast<int>(std::bit_width(window_bytes / (kBytes * kWays))), 4, 28);
}

// Numbers of twice as many blocks as the window has: what is forgotten does not look like what is
// new.
BlockIndex::BlockIndex(uint64_t window_bytes)
    : bits_(BitsFor(window_bytes)),
      number_bits_(std::min(static_cast<int>(std::bit_width(window_bytes / kBytes)) + 1, 32)),
      entries_(kWays << bits_) {}

uint32_t BlockIndex::TagOf(const Hash& hash) const {
  const uint64_t bits = hash.Bits(bits_ + 32 - number_bits_);
  return static_cast<uint32_t>(bits << number_bits_);
}

void BlockIndex::Add(ByteView content, uint64_t position) {
  const uint64_t number_mask = (uint64_t{1} << number_bits_) - 1;
  for (uint64_t at = (kBytes - position % kBytes) % kBytes; at + kBytes <= content.size();
       at += kBytes) {
    const Hash hash(&content[at]);
    uint32_t* const set = &entries_[hash.Bits(bits_) * kWays];
    std::copy_backward(set, set + kWays - 1, set + kWays);
    set[0] = TagOf(hash) | static_cast<uint32_t>((position + at) / kBytes & number_mask);
  }
}

template <typename Visit>
void BlockIndex::Find(const Hash& hash, uint64_t end, Visit visit) const {
  const uint32_t* const set = &entries_[hash.Bits(bits_) * kWays];
  const uint64_t last = end / kBytes;  // blocks from here on have not been added
  const uint64_t number_mask = (uint64_t{1} << number_bits_) - 1;
  const uint32_t tag = TagOf(hash);
  for (size_t way = 0; way < kWays && set[way] != 0; ++way) {
    if ((set[way] & ~number_mask) != tag) continue;
    const uint64_t behind = (last - set[way]) & number_mask;
    if (behind <= last) visit((last - behind) * kBytes);
  }
}

uint64_t BlockIndex::MemoryBytes(uint64_t window_bytes) {
  return MappedBytes((kWays << BitsFor(window_bytes)) * sizeof(uint32_t));
}

std::vector<Copy> FarCopies::Find(ByteView content, std::span<const Copy> near) const {
  return Search(window_, *index_, index_before_.get(), content).Run(near);
}

void FarCopies::Append(ByteView content) {
  if (index_ && window_bytes_ > 0) index_->Add(content, window_.end());
  window_.Append(content);
}

void FarCopies::MakeIndex() {
  index_.emplace(window_bytes_);
  uint64_t at = window_.end() - std::min(window_.position(), window_bytes_);
  for (ByteView piece; !(piece = window_.From(at)).empty(); at += piece.size())
    index_->Add(piece, at);
}

uint64_t FarCopies::SearchBytes(uint64_t raw_bytes) {
  return BlockIndex::MemoryBytes(raw_bytes) + kListsAtOnce * sizeof(Copy) * MostCopies(raw_bytes);
}

}  // namespace lmzip
