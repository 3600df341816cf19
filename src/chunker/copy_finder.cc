#include "chunker/copy_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "chunker/rolling_hash.h"
#include "format/format.h"

namespace lmzip {
namespace {

constexpr uint64_t kLongestPeriod = 32;  // of a run
constexpr uint64_t kBlockBytes = 64;     // positions that are divisible by it are remembered
static_assert(kLeastRunBytes >= kMinCopyBytes && kLeastRepeatBytes >= 2 * kBlockBytes);

int TableBits(uint64_t raw_bytes) {
  return std::clamp(static_cast<int>(std::bit_width(raw_bytes / kBlockBytes)) + 1, 8, 21);
}

class CopyFinder {
 public:
  explicit CopyFinder(ByteView content)
      : content_(content), bits_(TableBits(content.size())), table_(size_t{1} << bits_) {}

  std::vector<Copy> Find() {
    while (end_ + kBlockBytes <= content_.size() && FindNext()) {
    }
    return std::move(copies_);
  }

 private:
  struct Repeat {
    uint64_t begin = 0, length = 0, distance = 0;
  };

  // The next copy behind the last; false when there is none.
  bool FindNext() {
    uint64_t at = end_;
    RollingHash<kBlockBytes> hash(&content_[at]);
    for (;; ++at) {
      uint32_t& entry = table_[hash.Bits(bits_)];
      if (entry != 0 && TakeRepeat(at, entry - 1)) return true;
      if (at % kBlockBytes == 0) entry = static_cast<uint32_t>(at) + 1;
      if (at + kBlockBytes >= content_.size()) return false;
      hash.Move(content_[at], content_[at + kBlockBytes]);
    }
  }

  // Whether what stands at `at` repeats `source` at such length that it became a copy.
  bool TakeRepeat(uint64_t at, uint64_t source) {
    if (at < known_end_ && at - source == known_distance_) return false;
    if (std::memcmp(&content_[at], &content_[source], kBlockBytes) != 0) return false;
    Repeat repeat = Extended(at, source);
    known_end_ = repeat.begin + repeat.length;
    known_distance_ = repeat.distance;
    if (repeat.length < kLeastRunBytes) return false;
    AsRun(repeat);
    const bool run = repeat.distance <= kLongestPeriod;
    if (repeat.length < (run ? kLeastRunBytes : kLeastRepeatBytes)) return false;
    copies_.push_back(
        {.gap = repeat.begin - end_, .length = repeat.length, .distance = repeat.distance});
    end_ = repeat.begin + repeat.length;
    return true;
  }

  Repeat Extended(uint64_t at, uint64_t source) const {
    const auto begin = content_.begin(), end = content_.end();
    const auto forward = std::mismatch(begin + static_cast<ptrdiff_t>(at), end,
                                       begin + static_cast<ptrdiff_t>(source));
    uint64_t back = 0;
    const uint64_t room = std::min(at - end_, source);
    while (back < room && content_[at - back - 1] == content_[source - back - 1]) ++back;
    return {.begin = at - back,
            .length = back + static_cast<uint64_t>(forward.first - begin) - at,
            .distance = at - source};
  }

  // Gives a repeat of a short period that distance, and its first period to the residue; its last
  // one stays whole, so that what the residue goes on with follows what it would have followed.
  void AsRun(Repeat& repeat) const {
    const uint8_t* const bytes = &content_[repeat.begin];
    for (uint64_t period = 1; period <= kLongestPeriod; ++period) {
      if (std::memcmp(bytes + period, bytes, repeat.length - period) != 0) continue;
      const uint64_t length = (repeat.length - period) / period * period;
      repeat = {.begin = repeat.begin + period, .length = length, .distance = period};
      return;
    }
  }

  const ByteView content_;
  const int bits_;
  std::vector<uint32_t> table_;  // block begins by hash, plus 1; 0: none
  std::vector<Copy> copies_;
  uint64_t end_ = 0;  // of the last copy
  // A repeat that was looked at: it is not looked at again from each of its positions.
  uint64_t known_end_ = 0, known_distance_ = 0;
};

}  // namespace

std::vector<Copy> FindCopies(ByteView content) { return CopyFinder(content).Find(); }

uint64_t CopyFinderMemory(uint64_t raw_bytes) {
  return sizeof(uint32_t) * (uint64_t{1} << TableBits(raw_bytes)) +
         sizeof(Copy) * 2 * (raw_bytes / kLeastRunBytes);
}

}  // namespace lmzip
