// The list of copies of a woven frame: their ends are told by what stood before other copies' ends.
#include <array>
#include <cstring>
#include <deque>
#include <optional>
#include <unordered_map>

#include "chunker/copy_coder.h"
#include "chunker/weaving.h"
#include "format/format.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

// How a place in a source is named: by the bytes before it, or by those behind it.
enum Sort : size_t { kBefore, kBehind };
constexpr size_t kSorts = 2;
constexpr uint64_t kNameBytes[kSorts] = {16, 8};
static_assert(kNameBytes[kBefore] <= kMinFarCopyBytes);

// The bytes, as a number.
struct Key {
  uint64_t high = 0, low = 0;

  void Move(uint8_t byte) {
    high = high << 8 | low >> 56;
    low = low << 8 | byte;
  }
  uint64_t Hash() const {
    return (low ^ (high * 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  }
  bool operator==(const Key&) const = default;
};

struct KeyHash {
  size_t operator()(const Key& key) const { return key.Hash() >> 16; }
};

/// What is known of places of the same name.
struct Anchor {
  AdaptiveBit ends;  // whether a copy ends there
  AdaptiveBit same_gap, moved;
  std::optional<uint64_t> gap;  // behind the last copy that ended there
  uint64_t met = 0;             // the copy on whose way this was last
  bool asked = true;            // then

  // One at which hardly a copy ends is not asked; while a copy passes, that does not change.
  bool IsAsked(uint64_t copy) {
    if (met != copy) asked = ends.P16() >= 1024;
    met = copy;
    return asked;
  }
};

class Anchors {
 public:
  /// Another copy comes.
  void BeginCopy() { ++copy_; }
  /// Null where there is none that is asked.
  Anchor* Find(const Key& key) {
    if (!marks_[key.Hash() >> kMarkShift]) return nullptr;
    const auto found = anchors_.find(key);
    return found != anchors_.end() && found->second.IsAsked(copy_) ? &found->second : nullptr;
  }
  /// A copy ends there: null when there are too many.
  Anchor* Learn(const Key& key) {
    if (anchors_.size() == kMaxAnchors && !anchors_.contains(key)) return nullptr;
    Anchor& anchor = anchors_[key];
    if (!anchor.IsAsked(copy_)) anchor = Anchor{.met = copy_};
    marks_[key.Hash() >> kMarkShift] = true;
    anchor.ends.Update(1);
    return &anchor;
  }

 private:
  static constexpr int kMarkBits = 20, kMarkShift = 64 - kMarkBits;
  uint64_t copy_ = 0;
  std::unordered_map<Key, Anchor, KeyHash> anchors_;
  std::vector<bool> marks_ = std::vector<bool>(size_t{1} << kMarkBits);  // of keys' hashes
};

class WovenModel {
 public:
  explicit WovenModel(const FrameSources& sources) : sources_(sources) {}

  /// The next copy, behind `at` bytes of content; it and those behind it have `left` bytes. Throws
  /// Error{kCorrupt}.
  template <typename Coder>
  Copy Code(const Copy& known, uint64_t at, uint64_t left, Coder& coder) {
    Copy copy;
    copy.gap = CodeGap(known.gap, coder);
    copy.distance = CodeDistance(known.distance, coder);
    const uint64_t begin = at + copy.gap;
    const uint64_t before = copy.distance - std::min(copy.distance, begin);
    if (copy.distance == 0 || !sources_.far.Allow(before, kMinFarCopyBytes)) {
      RefuseCopies("a distance out of reach");
    }
    copy.length = CodeLength(known.length, begin, copy.distance, left, coder);
    return copy;
  }

 private:
  template <typename Coder>
  uint64_t CodeGap(uint64_t known, Coder& coder) {
    uint64_t gap = 0;
    if (anchor_ && anchor_->gap && coder.Learn(anchor_->same_gap, known == *anchor_->gap)) {
      gap = *anchor_->gap;
    } else {
      gap = gap_.Code(known, coder);
    }
    if (anchor_) anchor_->gap = gap;
    return gap;
  }

  // That of the copy before, one of those before it, as far from that before as it was from the one
  // before, or a new one.
  template <typename Coder>
  uint64_t CodeDistance(uint64_t known, Coder& coder) {
    AdaptiveBit& moved = anchor_ ? anchor_->moved : moved_;
    if (!coder.Learn(moved, known != last_distance_)) return last_distance_;
    size_t place = 0;
    while (place < recent_.size() && coder.Learn(older_[place], known != recent_[place])) ++place;
    uint64_t distance = last_distance_ + move_;
    if (place < recent_.size()) {
      distance = recent_[place];
      recent_.erase(recent_.begin() + static_cast<ptrdiff_t>(place));
    } else if (move_ == 0 || coder.Learn(otherwise_, known != distance)) {
      distance = last_distance_ + Unzigzag(distance_.Code(Zigzag(known - last_distance_), coder));
    }
    recent_.push_front(last_distance_);
    if (recent_.size() > older_.size()) recent_.pop_back();
    move_ = distance - last_distance_;
    last_distance_ = distance;
    return distance;
  }

  template <typename Coder>
  uint64_t CodeLength(uint64_t known, uint64_t begin, uint64_t distance, uint64_t left,
                      Coder& coder) {
    anchor_ = nullptr;
    for (Anchors& anchors : anchors_) anchors.BeginCopy();
    if (distance <= begin) return CodePlainLength(known, coder);
    const uint64_t source = sources_.frame_begin() + begin - distance;
    const uint64_t limit = std::min(sources_.EndBehind(source), source + left);
    if (source + kMinFarCopyBytes > limit) return CodePlainLength(known, coder);
    for (const Sort sort : {kBefore, kBehind}) {
      const uint64_t end = CodeEnd(sort, source, limit, source + known, coder);
      if (end == 0) continue;
      if (sort == kBehind) LearnEnd(kBefore, source, limit, end);
      return end - source;
    }
    const uint64_t length = CodePlainLength(known, coder);
    if (length > left) RefuseCopies("more copies than the frame has");
    Anchor* const before = LearnEnd(kBefore, source, limit, source + length);
    LearnEnd(kBehind, source, limit, source + length);
    anchor_ = before;
    return length;
  }

  template <typename Coder>
  uint64_t CodePlainLength(uint64_t known, Coder& coder) {
    return kMinFarCopyBytes + length_.Code(known - kMinFarCopyBytes, coder);
  }

  // Whether the copy ends at an anchor of this sort, and at which; 0: it does not.
  template <typename Coder>
  uint64_t CodeEnd(Sort sort, uint64_t source, uint64_t limit, uint64_t known_end, Coder& coder) {
    const bool can = Coder::kKnows && known_end <= LastNamed(sort, source, limit) &&
                     anchors_[sort].Find(NameOf(sort, known_end));
    const bool does = coder.Learn(ends_there_[sort][last_ended_[sort]], can);
    last_ended_[sort] = does;
    if (!does) return 0;
    uint64_t end = 0;
    ForEachEnd(sort, source, LastNamed(sort, source, limit), [&](uint64_t at, const Key& name) {
      Anchor* const anchor = anchors_[sort].Find(name);
      if (!anchor || !coder.Learn(anchor->ends, at == known_end)) return false;
      end = at;
      anchor_ = anchor;
      return true;
    });
    if (end == 0) RefuseCopies("a copy ends nowhere");
    return end;
  }

  // The copy does not end before `end`; null where that has no name.
  Anchor* LearnEnd(Sort sort, uint64_t source, uint64_t limit, uint64_t end) {
    const uint64_t last = LastNamed(sort, source, limit);
    ForEachEnd(sort, source, std::min(end - 1, last), [&](uint64_t, const Key& name) {
      if (Anchor* const anchor = anchors_[sort].Find(name)) anchor->ends.Update(0);
      return false;
    });
    return end <= last ? anchors_[sort].Learn(NameOf(sort, end)) : nullptr;
  }

  // The last place that a copy may end at and that has a name.
  uint64_t LastNamed(Sort sort, uint64_t source, uint64_t limit) const {
    if (sort == kBefore) return limit;
    const uint64_t end = sources_.EndBehind(source);
    return std::min(limit, end - std::min(end, kNameBytes[kBehind]));
  }

  // Calls visit(end, name) for all ends that a copy from `source` may have, up to `last`, until it
  // is true.
  template <typename Visit>
  void ForEachEnd(Sort sort, uint64_t source, uint64_t last, Visit visit) const {
    const uint64_t behind = sort == kBehind ? kNameBytes[kBehind] : 0;
    const uint64_t first = source + kMinFarCopyBytes;
    if (last < first) return;
    Key name;
    uint64_t at = first + behind - kNameBytes[sort];
    for (ByteView piece; at < last + behind; at += piece.size()) {
      piece = sources_.window.From(at);
      if (piece.empty()) sources_.RefuseLost();
      piece = piece.first(std::min<uint64_t>(piece.size(), last + behind - at));
      for (size_t i = 0; i < piece.size(); ++i) {
        name.Move(piece[i]);
        if (sort == kBehind) name.high = 0;
        const uint64_t end = at + i + 1 - behind;
        if (end >= first && visit(end, name)) return;
      }
    }
  }

  Key NameOf(Sort sort, uint64_t end) const {
    std::array<uint8_t, kNameBytes[kBefore]> room;
    const auto bytes = std::span(room).first(kNameBytes[sort]);
    sources_.Read(sort == kBefore ? end - bytes.size() : end, bytes);
    Key name;
    for (const uint8_t byte : bytes) name.Move(byte);
    return name;
  }

  const FrameSources sources_;
  std::array<Anchors, kSorts> anchors_;
  Anchor* anchor_ = nullptr;  // at which the last copy ended; null where nobody knows
  NumberModel<27> gap_, length_;
  NumberModel<43> distance_;
  AdaptiveBit moved_, otherwise_;
  std::array<AdaptiveBit, 3> older_;
  std::array<std::array<AdaptiveBit, 2>, kSorts> ends_there_;
  std::array<size_t, kSorts> last_ended_{};
  uint64_t last_distance_ = 1;
  uint64_t move_ = 0;            // to it, from the one before
  std::deque<uint64_t> recent_;  // before it, the latest first
};

}  // namespace

Bytes EncodeWovenCopies(std::span<const Copy> copies, const FrameSources& sources) {
  WovenModel model(sources);
  CopyWriter writer;
  uint64_t at = 0, left = CopiedBytes(copies);
  for (const Copy& copy : copies) {
    model.Code(copy, at, left, writer);
    at += copy.gap + copy.length;
    left -= copy.length;
  }
  return writer.Finish();
}

std::vector<Copy> DecodeWovenCopies(ByteView code, uint64_t raw_bytes, uint64_t copied_bytes,
                                    const FrameSources& sources) {
  WovenModel model(sources);
  CopyReader reader(code);
  CopyLimits limits(raw_bytes, copied_bytes, sources.far);
  std::vector<Copy> copies;
  while (limits.left() > 0) {
    const Copy any{.length = kMinFarCopyBytes, .distance = 1};
    const Copy copy = model.Code(any, limits.at(), limits.left(), reader);
    limits.Take(copy);
    if (reader.overread()) RefuseCopies("it ends before the copies");
    copies.push_back(copy);
  }
  return copies;
}

}  // namespace lmzip
