#include "lmzip/choose_reference.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "base/bytes.h"

namespace lmzip {
namespace {

constexpr size_t kGramBytes = 8;
constexpr int kTableBits = 21;
constexpr uint32_t kMostSamples = 255;  // in which a gram counts
constexpr uint64_t kPieceShare = 16;    // of the reference, at most, is a piece
constexpr uint64_t kLeastPieceBytes = 256, kMostPieceBytes = 4096;
constexpr uint64_t kPieceCost = 16;  // bytes beside its own: where a piece begins nothing is known

size_t PlaceOf(const uint8_t* gram) {
  return static_cast<size_t>(LoadLe<uint64_t>(gram) * 0x9E3779B97F4A7C15u >> (64 - kTableBits));
}

template <typename Visit>
void ForGrams(ByteView bytes, Visit visit) {
  for (size_t at = 0; at + kGramBytes <= bytes.size(); ++at) visit(PlaceOf(&bytes[at]));
}

// By the place of a gram: in how many samples beside one it is.
std::vector<uint32_t> WorthOfGrams(std::span<const Bytes> samples) {
  std::vector<uint32_t> counts(size_t{1} << kTableBits);
  std::vector<uint32_t> last(counts.size());  // sample that had the gram, plus 1
  uint32_t number = 0;
  for (const Bytes& sample : samples) {
    ++number;
    ForGrams(sample, [&](size_t place) {
      if (std::exchange(last[place], number) != number) ++counts[place];
    });
  }
  for (uint32_t& count : counts) count = std::min(count, kMostSamples) - std::min(count, 1u);
  return counts;
}

struct Candidate {
  ReferencePiece piece;
  ByteView bytes;
  uint64_t score = 0;  // at most, as it was counted last

  bool operator<(const Candidate& other) const {
    if (score != other.score) return score < other.score;
    return std::pair(piece.sample, piece.begin) > std::pair(other.piece.sample, other.piece.begin);
  }
};

// How much of what is left becomes the next piece.
uint64_t PieceBytes(ByteView rest, uint64_t most) {
  if (rest.size() <= most) return rest.size();
  const ByteView second_half = rest.subspan(most / 2, most - most / 2);
  const auto end = std::find(second_half.rbegin(), second_half.rend(), uint8_t{'\n'});
  return most - static_cast<uint64_t>(end == second_half.rend() ? 0 : end - second_half.rbegin());
}

class Choice {
 public:
  Choice(std::span<const Bytes> samples, uint64_t size)
      : size_(size), worth_(WorthOfGrams(samples)) {
    const uint64_t most = std::clamp(size / kPieceShare, kLeastPieceBytes, kMostPieceBytes);
    for (size_t i = 0; i < samples.size(); ++i) AddPieces(samples[i], i, most);
  }

  std::vector<ReferencePiece> Make() {
    std::vector<ReferencePiece> taken;
    for (uint64_t left = size_; left > 0 && !candidates_.empty(); left -= taken.back().bytes) {
      taken.push_back(TakeBest());
      taken.back().bytes = std::min(left, taken.back().bytes);
    }
    std::ranges::reverse(taken);
    return taken;
  }

 private:
  void AddPieces(ByteView sample, size_t index, uint64_t most) {
    for (uint64_t begin = 0, bytes = 0; begin < sample.size(); begin += bytes) {
      bytes = PieceBytes(sample.subspan(begin), most);
      const ByteView piece = sample.subspan(begin, bytes);
      candidates_.push({{index, begin, bytes}, piece, Score(piece)});
    }
  }

  // Scores only fall: the first one that is as it was is the best.
  ReferencePiece TakeBest() {
    for (;;) {
      Candidate best = candidates_.top();
      candidates_.pop();
      const uint64_t score = Score(best.bytes);
      if (score == best.score) {
        ForGrams(best.bytes, [&](size_t place) { worth_[place] = 0; });
        return best.piece;
      }
      best.score = score;
      candidates_.push(best);
    }
  }

  // For each byte, in 1/256.
  uint64_t Score(ByteView bytes) const {
    uint64_t sum = 0;
    ForGrams(bytes, [&](size_t place) { sum += worth_[place]; });
    return sum * 256 / (bytes.size() + kPieceCost);
  }

  const uint64_t size_;
  std::vector<uint32_t> worth_;
  std::priority_queue<Candidate> candidates_;
};

}  // namespace

std::vector<ReferencePiece> ChooseReference(std::span<const std::vector<uint8_t>> samples,
                                            uint64_t size) {
  return Choice(samples, size).Make();
}

}  // namespace lmzip
