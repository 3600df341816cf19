#include "detect/guesses.h"

#include <algorithm>
#include <map>
#include <span>

#include "detect/genome.h"
#include "detect/machine_code.h"
#include "detect/records.h"
#include "detect/rows.h"
#include "detect/samples.h"

namespace lmzip::detect {
namespace {

constexpr uint64_t kBlockBytes = 8192;   // what is classed as one
constexpr uint64_t kWindowBytes = 2560;  // what is looked at of it
constexpr uint64_t kFineBytes = 1024;    // how exactly the ends of what is found are placed
constexpr uint64_t kMinGuessBytes = 2 * kBlockBytes;  // less is not worth it
constexpr uint64_t kMinTableBytes = 3 * kBlockBytes;
constexpr uint32_t kMinBilevelRow = 16;
constexpr uint64_t kMaxHoles = 4;  // blocks in a row that are unlike what is before and behind

// One part of the content in which nothing is found yet.
class Gap {
 public:
  Gap(ByteView content, uint64_t begin, uint64_t end, Finder& finder)
      : content_(content), begin_(begin), end_(end), finder_(finder) {}

  using Look = uint64_t (Gap::*)(uint64_t at);

  void Guess(Look look) {
    for (uint64_t at = begin_; at + kMinGuessBytes <= end_;) {
      at = std::max(at + kBlockBytes, (this->*look)(at));
    }
  }

  // Each returns the end of what was found at `at`, `at` if nothing was.
  uint64_t Samples(uint64_t at) {
    const ByteView window = Window(at);
    if (!MayBeSamples(window)) return at;
    const auto first = GuessSamples({&window, 1});
    if (!first) return at;
    uint64_t end = EndOf(at, [&](uint64_t block) { return GoesOnAs(*first, Window(block)); });
    if (end < at + kMinGuessBytes) return at;
    const auto guess = GuessSamples(Spread(at, end));
    if (!guess) return at;
    const uint64_t begin = FineBegin(*guess, at);
    end = FineEnd(*guess, begin, end);
    AddSamples(*guess, begin, end);
    return end;
  }

  uint64_t Code(uint64_t at) {
    const CodeGuess guess = CodeAt(at);
    if (guess.machine == Machine::kUnknown) return at;
    const uint64_t end = EndOf(at, [&](uint64_t block) {
      return CodeAt(block) == guess ? Likeness::kLike : Likeness::kUnlike;
    });
    if (end < at + kMinGuessBytes) return at;
    TypedSegment segment{.kind = DataKind::kProgram};
    segment.machine = guess.machine;
    AddFrom(at + (guess.step + guess.phase - at % guess.step) % guess.step, end, segment);
    return end;
  }

  uint64_t Bits(uint64_t at) {
    if (CompareBits(at) != Likeness::kLike) return at;
    std::map<uint32_t, uint64_t> votes;  // of blocks, by bytes of a row
    const uint64_t end = EndOf(at, [&](uint64_t block) {
      ++votes[GuessRecordBytes(Window(block, kBlockBytes))];
      return CompareBits(block);
    });
    TypedSegment segment{.kind = DataKind::kPicture};
    segment.bits = 1;
    segment.row_bytes = Elected(votes, kMinBilevelRow);
    if (end < at + kMinTableBytes || segment.row_bytes == 0) return at;
    while (at >= begin_ + kBlockBytes && CompareBits(at - kBlockBytes) != Likeness::kUnlike) {
      at -= kBlockBytes;
    }
    AddFrom(at, end, segment);
    return end;
  }

  uint64_t Records(uint64_t at) {
    const uint32_t record = GuessRecordBytes(Window(at, kBlockBytes));
    if (record == 0) return at;
    std::map<uint32_t, uint64_t> votes;
    const uint64_t end = EndOf(at, [&](uint64_t block) {
      const uint32_t next = GuessRecordBytes(Window(block, kBlockBytes));
      if (next > 0) ++votes[next];
      const bool is_like = next > 0 && (next % record == 0 || record % next == 0);
      return is_like ? Likeness::kLike : Likeness::kUnlike;
    });
    if (end < at + kMinTableBytes) return at;
    TypedSegment segment{.kind = DataKind::kTable};
    segment.row_bytes = Elected(votes, 2);
    AddFrom(at, end, segment);
    return end;
  }

 private:
  ByteView Window(uint64_t at, uint64_t bytes = kWindowBytes) const {
    const uint64_t from = std::min(at + PhaseOf(at), end_);
    return content_.subspan(from, std::min(bytes, end_ - from));
  }

  // How far windows begin behind where they are asked for.
  static uint64_t PhaseOf(uint64_t at) { return (kPhases - at % kPhases) % kPhases; }

  // Its phase counts from the content's begin.
  CodeGuess CodeAt(uint64_t block) const {
    CodeGuess guess = GuessMachine(Window(block));
    guess.phase = static_cast<uint32_t>((block + PhaseOf(block) + guess.phase) % guess.step);
    return guess;
  }

  Likeness CompareBits(uint64_t at) const {
    const ByteView window = Window(at);
    if (LooksBilevel(window)) return Likeness::kLike;
    return IsNearlyBlank(window) ? Likeness::kBlank : Likeness::kUnlike;
  }

  void AddFrom(uint64_t at, uint64_t end, TypedSegment segment) {
    segment.begin = at;
    segment.length = end - at;
    finder_.AddGuess(segment);
  }

  // The shortest with half of the most votes: multiples get some, too.
  static uint32_t Elected(const std::map<uint32_t, uint64_t>& votes, uint32_t least) {
    uint64_t most = 0;
    for (const auto& [record, count] : votes) most = record >= least ? std::max(most, count) : most;
    for (const auto& [record, count] : votes) {
      if (record >= least && 2 * count >= most) return record;
    }
    return 0;
  }

  // The first block that, with those behind it, is of another form; `at` where too few are of it.
  template <typename Compare>
  uint64_t EndOf(uint64_t at, Compare compare) const {
    uint64_t end = at, like = 0;
    for (uint64_t block = at; block + kFineBytes <= end_; block += kBlockBytes) {
      if (block - end > kMaxHoles * kBlockBytes) break;
      const Likeness likeness = compare(block);
      if (likeness != Likeness::kUnlike) end = std::min(block + kBlockBytes, end_);
      like += likeness == Likeness::kLike;
    }
    constexpr uint64_t kLeastLike = 8;  // one in so many
    return like >= 2 && like >= (end - at) / kBlockBytes / kLeastLike ? end : at;
  }

  std::vector<ByteView> Spread(uint64_t begin, uint64_t end) const {
    constexpr uint64_t kWindows = 12;
    std::vector<ByteView> windows;
    const uint64_t step = std::max((end - begin) / kWindows, kBlockBytes);
    for (uint64_t at = begin; at + kWindowBytes <= end; at += step) windows.push_back(Window(at));
    return windows;
  }

  bool IsLike(const SampleForm& guess, uint64_t at) const {
    return GoesOnAs(guess, Window(at, kFineBytes)) != Likeness::kUnlike;
  }

  // What is left beside is too little to tell.
  uint64_t FineBegin(const SampleForm& guess, uint64_t begin) const {
    const uint64_t least = std::max(begin_, finder_.EndBefore(begin));
    while (begin >= least + kFineBytes && IsLike(guess, begin - kFineBytes)) begin -= kFineBytes;
    return begin;
  }
  uint64_t FineEnd(const SampleForm& guess, uint64_t begin, uint64_t end) const {
    while (end + kFineBytes <= end_ && IsLike(guess, end)) end += kFineBytes;
    if (end + kFineBytes > end_) return end_;
    while (end > begin + kFineBytes && !IsLike(guess, end - kFineBytes)) end -= kFineBytes;
    return end;
  }

  void AddSamples(const SampleForm& guess, uint64_t begin, uint64_t end) {
    TypedSegment segment = guess.form;
    const uint64_t width = segment.sample_bytes();
    const auto in_phase = [&](uint64_t at) {
      return at + (width + guess.phase - at % width) % width;
    };
    segment.begin = in_phase(begin);
    if (segment.begin >= end) return;
    segment.length = end - segment.begin;
    segment.row_bytes = GuessRowBytes(content_.subspan(segment.begin, segment.length), segment);
    if (segment.row_bytes > 0) {
      segment.kind = DataKind::kPicture;
      segment.begin = in_phase(BeginOfPicture(segment));
      segment.length = end - segment.begin;
    }
    finder_.AddGuess(segment);
  }

  // What is little between two parts of a picture, too wild to tell, belongs to them.
  uint64_t BeginOfPicture(const TypedSegment& picture) const {
    const FoundSegment* before = finder_.Before(picture.begin);
    if (before == nullptr || !before->guessed || before->segment.end() < begin_)
      return picture.begin;
    TypedSegment form = picture;
    form.begin = before->segment.begin;
    form.length = before->segment.length;
    const bool is_one =
        form == before->segment && picture.begin - form.end() < (form.length + picture.length) / 8;
    return is_one ? form.end() : picture.begin;
  }

  ByteView content_;
  uint64_t begin_, end_;
  Finder& finder_;
};

// In all that nothing is found in yet; what is found in a member of a container ends with it.
void GuessInGaps(ByteView content, Gap::Look look, std::span<const uint64_t> borders,
                 Finder& finder) {
  std::vector<std::pair<uint64_t, uint64_t>> gaps;
  uint64_t begin = 0;
  const auto add_gaps_to = [&](uint64_t end) {
    auto border = std::upper_bound(borders.begin(), borders.end(), begin);
    for (; border != borders.end() && *border < end; ++border) {
      gaps.push_back({begin, *border});
      begin = *border;
    }
    if (begin < end) gaps.push_back({begin, end});
  };
  for (const FoundSegment& one : finder.found()) {
    add_gaps_to(one.segment.begin);
    begin = one.segment.end();
  }
  add_gaps_to(content.size());
  for (const auto& [from, to] : gaps) Gap(content, from, to, finder).Guess(look);
}

}  // namespace

void GuessSegments(ByteView content, Finder& finder) {
  FindGenomes(content, finder);
  std::vector<uint64_t> borders = finder.borders();
  std::sort(borders.begin(), borders.end());
  // Most telling first: samples are tables, too.
  for (const Gap::Look look : {&Gap::Samples, &Gap::Code, &Gap::Bits, &Gap::Records}) {
    GuessInGaps(content, look, borders, finder);
  }
}

}  // namespace lmzip::detect
