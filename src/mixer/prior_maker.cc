#include "mixer/prior_maker.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "coder/byte_tree.h"
#include "mixer/frame_mixer.h"
#include "mixer/prior.h"
#include "mixer/slot_census.h"

namespace lmzip {
namespace {

constexpr uint32_t kCellCap = 127;  // how much trained cells and rows resist a new file
constexpr int16_t kRowCap = 255;
// A counted slot's place must tell all the bits of the hash that choose a bucket of the prior.
constexpr int kFewestTableBits = 6 + std::bit_width(PriorLayout::kMaxBuckets - 1);
constexpr size_t kPieceBytes = 8000;  // of counted text, in which a context counts once

void RunSegment(FrameMixer& mixer, std::span<const uint8_t> content, size_t begin, size_t end,
                const std::vector<int16_t>* logits) {
  ByteTree tree;
  mixer.StartSegment(0, begin, end);
  for (size_t i = begin; i < end; ++i) {
    if (logits != nullptr) FillByteTree(&(*logits)[256 * i], tree);
    mixer.BeginByte(0, logits != nullptr ? &tree : nullptr);
    for (int bit = 7; bit >= 0; --bit) mixer.Update(content[i] >> bit & 1);
  }
}

// Packs the slots that are worth most into the prior's buckets.
void ChooseSlots(const SlotTable& table, const SlotCensus& census, std::span<uint8_t> packed) {
  const size_t buckets = packed.size() / PriorLayout::kBucketBytes;
  std::vector<std::vector<uint32_t>> candidates(buckets);
  for (size_t i = 0; i < table.size(); ++i) {
    if (census.Worth(i) <= 0) continue;
    candidates[PriorLayout::BucketOf(i / 2, buckets)].push_back(static_cast<uint32_t>(i));
  }
  for (size_t b = 0; b < buckets; ++b) {
    std::ranges::stable_sort(
        candidates[b], [&](uint32_t x, uint32_t y) { return census.Worth(x) > census.Worth(y); });
    uint8_t* bucket = &packed[b * PriorLayout::kBucketBytes];
    size_t slots = 0, singles = 0;
    for (uint32_t i : candidates[b]) {
      const Slot& slot = table[i];
      if (IsSingle(slot) && singles < PriorLayout::kSinglesInBucket) {
        const size_t place = PriorLayout::kSinglesBegin + PriorLayout::kSingleBytes * singles++;
        PackSingle(slot, bucket + place);
      } else if (slots < PriorLayout::kSlotsInBucket) {
        PackSlot(slot, bucket + PriorLayout::kSlotBytes * slots++);
      }
    }
  }
}

void CountSlots(const PriorRecipe& recipe, std::span<uint8_t> packed) {
  LMZIP_CHECK(recipe.table_bits >= kFewestTableBits);
  std::vector<uint8_t> content;
  for (const auto& document : recipe.counted) {
    content.insert(content.end(), document.begin(), document.end());
  }
  FrameMixer mixer({.table_bits = recipe.table_bits, .lanes = 1, .prior = nullptr}, content);
  SlotCensus census(mixer.table());
  size_t begin = 0;
  for (const auto& document : recipe.counted) {
    mixer.StartSegment(0, begin, begin + document.size());
    for (size_t i = 0; i < document.size(); ++i) {
      if (i % kPieceBytes == 0) census.StartPiece();
      mixer.Observe(0, document[i], census);
    }
    begin += document.size();
  }
  ChooseSlots(mixer.table(), census, packed);
}

template <typename T>
std::span<T> Part(std::vector<uint8_t>& blob, size_t begin, size_t count) {
  return {reinterpret_cast<T*>(blob.data() + begin), count};
}

// Everything but the slots.
void Export(FrameMixer& mixer, std::vector<uint8_t>& blob) {
  std::ranges::copy(mixer.bank().cells(),
                    Part<Cell>(blob, PriorLayout::kCells, PriorLayout::kCellCount).begin());
  auto cells = Part<Cell>(blob, PriorLayout::kMatchCells, PriorLayout::kMatchCellCount);
  for (MatchPredictor& predictor : mixer.predictors()) {
    std::ranges::copy(predictor.cells(), cells.begin());
    cells = cells.subspan(MatchPredictor::kCells);
  }
  auto points = Part<uint16_t>(blob, PriorLayout::kMapPoints, PriorLayout::kMapPointCount);
  for (ProbabilityMap* map : mixer.network().maps()) {
    std::ranges::copy(map->points(), points.begin());
    points = points.subspan(map->points().size());
  }
  mixer.weights().Export(Part<int16_t>(blob, PriorLayout::kRows, kAllRows * kInputs),
                         Part<int16_t>(blob, PriorLayout::kFinalRowsBegin, kAllFinalRows * kSets));
}

void TrainOn(std::span<const uint8_t> sample, const std::vector<int16_t>* logits,
             std::vector<uint8_t>& blob) {
  const Prior prior(blob);
  FrameMixer mixer({.table_bits = MixerTableBits(sample.size()), .lanes = 1, .prior = &prior},
                   sample);
  RunSegment(mixer, sample, 0, sample.size(), logits);
  Export(mixer, blob);
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

std::vector<uint8_t> MakePrior(const PriorRecipe& recipe) {
  std::vector<uint8_t> blob(PriorLayout::kBucketsBegin +
                            PriorLayout::kBucketBytes * recipe.buckets);
  std::ranges::copy(PriorLayout::kMagic, blob.begin());
  std::memcpy(&blob[8], &PriorLayout::kVersion, 4);
  std::memcpy(&blob[12], &recipe.buckets, 4);
  CountSlots(recipe, std::span(blob).subspan(PriorLayout::kBucketsBegin));

  FrameMixer fresh({.table_bits = SlotTable::kMinBits, .lanes = 1, .prior = nullptr}, {});
  Export(fresh, blob);
  for (const auto& sample : recipe.samples) {
    TrainOn(sample, nullptr, blob);
    if (recipe.logits) {
      const std::vector<int16_t> logits = recipe.logits(sample);
      TrainOn(sample, &logits, blob);
    }
  }
  CapCounts(blob);
  return blob;
}

}  // namespace lmzip
