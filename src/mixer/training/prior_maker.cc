#include "mixer/training/prior_maker.h"

#include <algorithm>
#include <bit>
#include <bitset>
#include <functional>
#include <numeric>

#include "base/bytes.h"
#include "base/check.h"
#include "coder/byte_tree.h"
#include "mixer/sets/general_set.h"
#include "mixer/history.h"
#include "mixer/mixer.h"
#include "mixer/prior.h"
#include "mixer/training/slot_census.h"

namespace lmzip {
namespace {

constexpr uint32_t kCellCap = 127;  // how much trained cells and rows resist a new file
constexpr int16_t kRowCap = 255;
// A counted slot's place must tell all the bits of the hash that choose a bucket of the prior.
constexpr int kFewestTableBits = 6 + std::bit_width(PriorLayout::kMaxBuckets - 1);
constexpr int kMostTableBits = 32;    // so that the census can number slots
constexpr size_t kPieceBytes = 8000;  // of counted text, in which a context counts once

/// What became of the bits at every point of a curve, for every prefix; without the network, then
/// with it.
class CurveCensus {
 public:
  CurveCensus() {
    for (size_t i = 0; i < means_.size(); ++i) {
      means_[i].p = int64_t{ProbabilityMap::kIdentity[i % ProbabilityMap::kPoints]} << 32;
    }
  }

  void Learn(bool network, uint32_t partial, int mixed, int bit) noexcept {
    const size_t curve = (network ? 256 : 0) + partial;
    Mean& mean = means_[curve * ProbabilityMap::kPoints + ProbabilityMap::NearestPoint(mixed)];
    mean.seen = std::min(mean.seen + 1, kMostSeen);
    mean.p += ((int64_t{bit} << 48) - mean.p) / (mean.seen + kTrust);
  }

  void Export(std::span<uint16_t> points) const noexcept {
    std::ranges::transform(means_, points.begin(), [](const Mean& mean) {
      return static_cast<uint16_t>(std::clamp<int64_t>(mean.p >> 32, 1, 65535));
    });
  }

 private:
  static constexpr int64_t kTrust = 60, kMostSeen = 5000;
  struct Mean {
    int64_t p = 0;  // 1/2^48
    int64_t seen = 0;
  };
  std::array<Mean, PriorLayout::kCurveCount * ProbabilityMap::kPoints> means_;
};

using ByteSet = std::bitset<256>;

/// The general set on one lane, without the mixer around it.
class Student {
 public:
  Student(const ContextSet::Options& options, std::span<const uint8_t> content)
      : history_(content, options.lanes), set_(options, history_) {}

  GeneralSet& set() { return set_; }

  /// content[begin, end) comes next, behind what came before.
  void Start(size_t begin, size_t end) {
    history_.StartSegment(0, begin, end);
    place_ = {.position = begin, .run_begin = 0};
    end_ = end;
    last_ = begin > 0 ? history_[begin - 1] : uint8_t{0};
    set_.StartLane(0, begin > 0 ? 0 : ModelSet::kNoLane, place_);
    if (begin < end) set_.Prepare(0, place_, last_);
  }

  /// Counts a byte's contexts where the byte before it is one of `before`.
  void Observe(const ByteSet& before, SlotCensus& census) {
    const uint8_t byte = history_[place_.position];
    set_.Observe(0, place_, byte, before[last_], census);
    Advance(byte, before[byte]);
  }

  /// Codes a byte; `visit(partial, bit)` sees every bit before it is learned.
  template <typename Visit>
  void Code(const ByteTree* network, Visit visit) {
    const uint8_t byte = history_[place_.position];
    set_.BeginByte(0, place_, network);
    for (int shift = 7; shift >= 0; --shift) {
      const int bit = byte >> shift & 1;
      visit((byte | 256u) >> (shift + 1), bit);
      if (shift == 0) {
        set_.EndByte(0, place_, byte);
        Advance(byte, true);
      }
      set_.Update(bit);
    }
  }

 private:
  void Advance(uint8_t byte, bool all_contexts) {
    last_ = byte;
    ++place_.position;
    history_.Advance(0);
    if (place_.position == end_) return;
    if (all_contexts) {
      set_.Prepare(0, place_, byte);
    } else {
      set_.PrepareMatches(0, place_, byte);
    }
  }

  History history_;
  GeneralSet set_;
  LanePlace place_;
  size_t end_ = 0;
  uint8_t last_ = 0;
};

void RunFrame(Student& student, std::span<const uint8_t> content,
              const std::vector<int16_t>* logits, CurveCensus& curves) {
  const bool network = logits != nullptr;
  ByteTree tree;
  student.Start(0, content.size());
  for (size_t i = 0; i < content.size(); ++i) {
    if (network) FillByteTree(&(*logits)[256 * i], tree);
    student.Code(network ? &tree : nullptr, [&](uint32_t partial, int bit) {
      curves.Learn(network, partial, student.set().mixed(), bit);
    });
  }
}

/// What may stand in the prior, and chooses from it.
class ContextChoice {
 public:
  explicit ContextChoice(size_t buckets) : candidates_(buckets) {}

  /// Takes what a pass found.
  void Add(const SlotTable& table, const SlotCensus& census) {
    std::vector<bool> listed(table.size());  // slots that a list of bytes covers
    AddByteLists(table, census, listed);
    for (size_t i = 0; i < table.size(); ++i) {
      if (!listed[i] && census.Worth(i) > 0) Add(i, PackedContext(table[i]), census.Worth(i));
    }
    for (Candidates& candidates : candidates_) KeepBest(candidates);
  }

  /// Fills the buckets with what is worth most for the place it takes.
  void Pack(std::span<uint8_t> packed) const {
    for (size_t b = 0; b < candidates_.size(); ++b) {
      BucketWriter writer;
      for (const Candidate& candidate : candidates_[b]) writer.Add(candidate.context);
      writer.Write(&packed[b * BucketLayout::kBytes]);
    }
  }

 private:
  struct Candidate {
    PackedContext context;
    int64_t density;  // worth for a nibble
  };
  using Candidates = std::vector<Candidate>;

  // No more contexts than this have room in a bucket.
  static constexpr size_t kMost = BucketLayout::kNibbles / (BucketLayout::kCheckNibbles + 1);

  // The best of each check: a bucket's second one would never be found.
  static void KeepBest(Candidates& candidates) {
    std::ranges::stable_sort(candidates, std::greater(), &Candidate::density);
    std::bitset<size_t{1} << BucketLayout::kCheckBits> seen;
    std::erase_if(candidates, [&](const Candidate& candidate) {
      const size_t check = candidate.context.check % seen.size();
      const bool second = seen[check];
      seen.set(check);
      return second;
    });
    if (candidates.size() > kMost) candidates.erase(candidates.begin() + kMost, candidates.end());
  }

  void Add(size_t slot, PackedContext context, int64_t worth) {
    const size_t bucket = PriorLayout::BucketOf(slot / 2, candidates_.size());
    candidates_[bucket].push_back({context, worth * 256 / static_cast<int64_t>(context.nibbles())});
  }

  // Contexts that few bytes followed, with what they know of the bytes' second nibbles.
  void AddByteLists(const SlotTable& table, const SlotCensus& census, std::vector<bool>& listed) {
    const std::vector<SlotCensus::Child> children = census.Children();
    for (auto begin = children.begin(), end = begin; begin != children.end(); begin = end) {
      end = std::find_if(begin, children.end(),
                         [&](const auto& child) { return child.parent != begin->parent; });
      AddByteList(table, census, {&*begin, static_cast<size_t>(end - begin)}, listed);
    }
  }

  void AddByteList(const SlotTable& table, const SlotCensus& census,
                   std::span<const SlotCensus::Child> children, std::vector<bool>& listed) {
    const uint32_t parent = children.front().parent;
    Followers bytes;
    int64_t worth = 0;
    for (const uint16_t first : NibblesOf(table[parent])) {
      const auto child = std::ranges::find(children, first >> 4, &SlotCensus::Child::first);
      if (child == children.end()) return;
      const Followers seconds = NibblesOf(table[child->slot]);
      if (seconds.empty()) return;
      for (const uint16_t second : seconds) {
        bytes.push_back(static_cast<uint16_t>((first >> 4) << 8 | second));
      }
      worth += std::max(0, census.Worth(child->slot));
    }
    if (worth <= 0 || bytes.empty() || bytes.size() > BucketLayout::kLongestByteList) return;
    Add(parent, PackedContext(table[parent].check, bytes), census.Worth(parent) + worth);
    listed[parent] = true;
    for (const SlotCensus::Child& child : children) listed[child.slot] = true;
  }

  std::vector<Candidates> candidates_;  // of every bucket
};

// The values of bytes by passes, so that about as many bytes stand behind those of each.
std::vector<ByteSet> PassesOver(std::span<const uint8_t> content, int passes) {
  std::array<size_t, 256> counts{};
  for (const uint8_t byte : content) ++counts[byte];
  std::array<uint8_t, 256> bytes;
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  std::ranges::stable_sort(bytes, std::greater(), [&](uint8_t byte) { return counts[byte]; });
  std::vector<ByteSet> sets(static_cast<size_t>(passes));
  std::vector<size_t> sizes(sets.size());
  for (const uint8_t byte : bytes) {
    const auto smallest = std::ranges::min_element(sizes);
    *smallest += counts[byte];
    sets[static_cast<size_t>(smallest - sizes.begin())].set(byte);
  }
  return sets;
}

void CountPass(const PriorRecipe& recipe, std::span<const uint8_t> content, const ByteSet& before,
               ContextChoice& choice) {
  Student student({.size = content.size(), .table_bits = recipe.table_bits}, content);
  const SlotTable& table = student.set().slot_table();
  SlotCensus census(table);
  size_t begin = 0;
  for (const auto& document : recipe.counted) {
    student.Start(begin, begin + document.size());
    for (size_t i = 0; i < document.size(); ++i) {
      if (i % kPieceBytes == 0) census.StartPiece();
      student.Observe(before, census);
    }
    begin += document.size();
  }
  choice.Add(table, census);
}

void CountSlots(const PriorRecipe& recipe, std::span<uint8_t> packed) {
  LMZIP_CHECK(recipe.table_bits >= kFewestTableBits && recipe.table_bits <= kMostTableBits);
  LMZIP_CHECK(recipe.passes >= 1 && recipe.passes <= 256);
  std::vector<uint8_t> content;
  for (const auto& document : recipe.counted) {
    content.insert(content.end(), document.begin(), document.end());
  }
  ContextChoice choice(recipe.buckets);
  for (const ByteSet& before : PassesOver(content, recipe.passes)) {
    CountPass(recipe, content, before, choice);
  }
  choice.Pack(packed);
}

template <typename T>
std::span<T> Part(std::vector<uint8_t>& blob, size_t begin, size_t count) {
  return {reinterpret_cast<T*>(blob.data() + begin), count};
}

// Everything but the buckets and the curves.
void Export(GeneralSet& set, std::vector<uint8_t>& blob) {
  std::ranges::copy(set.context_bank().cells(),
                    Part<Cell>(blob, PriorLayout::kCells, PriorLayout::kCellCount).begin());
  auto cells = Part<Cell>(blob, PriorLayout::kMatchCells, PriorLayout::kMatchCellCount);
  for (MatchPredictor& predictor : set.match_predictors()) {
    std::ranges::copy(predictor.cells(), cells.begin());
    cells = cells.subspan(MatchPredictor::kCells);
  }
  set.weight_sets().Export(Part<int16_t>(blob, PriorLayout::kRows, kAllRows * kInputs),
                         Part<int16_t>(blob, PriorLayout::kFinalRowsBegin, kAllFinalRows * kSets));
}

std::span<uint16_t> Curves(std::vector<uint8_t>& blob) {
  return Part<uint16_t>(blob, PriorLayout::kCurves,
                        PriorLayout::kCurveCount * ProbabilityMap::kPoints);
}

// Makes everything but the buckets what it is before any training.
void ResetTrained(std::vector<uint8_t>& blob) {
  const History nothing({}, 1);
  GeneralSet fresh({}, nothing);
  std::fill(blob.begin() + PriorLayout::kCells, blob.begin() + PriorLayout::kBucketsBegin, 0);
  Export(fresh, blob);
  CurveCensus().Export(Curves(blob));
}

void TrainOn(std::span<const uint8_t> sample, const std::vector<int16_t>* logits,
             CurveCensus& curves, std::vector<uint8_t>& blob) {
  const Prior prior(blob);
  Student student({.size = sample.size(), .prior = &prior}, sample);
  RunFrame(student, sample, logits, curves);
  Export(student.set(), blob);
}

void CapCounts(std::vector<uint8_t>& blob) {
  for (Cell& cell : Part<Cell>(blob, PriorLayout::kCells,
                               PriorLayout::kCellCount + PriorLayout::kMatchCellCount)) {
    cell = cell.Capped(kCellCap);
  }
  const auto rows = Part<int16_t>(blob, PriorLayout::kRows, kAllRows * kInputs);
  for (size_t i = kInputs - 1; i < rows.size(); i += kInputs)
    rows[i] = std::min<int16_t>(rows[i], kRowCap);
}

}  // namespace

std::vector<uint8_t> CountPrior(const PriorRecipe& recipe) {
  LMZIP_CHECK(kLittleEndian);  // numbers are written as they lie in memory
  std::vector<uint8_t> blob(PriorLayout::kBucketsBegin + BucketLayout::kBytes * recipe.buckets);
  std::ranges::copy(PriorLayout::kMagic, blob.begin());
  StoreLe(PriorLayout::kVersion, &blob[8]);
  StoreLe(recipe.buckets, &blob[12]);
  CountSlots(recipe, std::span(blob).subspan(PriorLayout::kBucketsBegin));
  ResetTrained(blob);
  return blob;
}

std::vector<uint8_t> TrainPrior(const PriorRecipe& recipe, std::vector<uint8_t> prior) {
  LMZIP_CHECK(kLittleEndian);
  const Prior valid(prior);  // or it is refused
  ResetTrained(prior);
  CurveCensus curves;
  for (const auto& sample : recipe.samples) {
    TrainOn(sample, nullptr, curves, prior);
    if (recipe.logits) {
      const std::vector<int16_t> logits = recipe.logits(sample);
      TrainOn(sample, &logits, curves, prior);
    }
  }
  curves.Export(Curves(prior));
  CapCounts(prior);
  return prior;
}

std::vector<uint8_t> MakePrior(const PriorRecipe& recipe) {
  return TrainPrior(recipe, CountPrior(recipe));
}

}  // namespace lmzip
