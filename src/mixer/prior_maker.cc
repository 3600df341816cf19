#include "mixer/prior_maker.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "coder/byte_tree.h"
#include "mixer/frame_mixer.h"
#include "mixer/prior.h"

namespace lmzip {
namespace {

constexpr uint32_t kCellCap = 127;  // how much trained cells and rows resist a new file
constexpr int16_t kRowCap = 255;

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

// How many groups every slot of the counting table was seen in.
class SlotCensus {
 public:
  explicit SlotCensus(const SlotTable& table)
      : table_(table), groups_(table.size()), fingerprints_(table.size()) {}

  void EndGroup() {
    for (size_t i = 0; i < table_.size(); ++i) {
      const Slot& slot = table_[i];
      if (slot.nodes[0].empty()) continue;
      const uint64_t fingerprint = Fingerprint(slot);
      if (fingerprint == fingerprints_[i]) continue;
      if (static_cast<uint16_t>(fingerprints_[i]) != slot.check) groups_[i] = 0;
      ++groups_[i];
      fingerprints_[i] = fingerprint;
    }
  }

  uint8_t groups(size_t i) const { return groups_[i]; }

 private:
  // The check below, what the nodes hold above.
  static uint64_t Fingerprint(const Slot& slot) {
    uint64_t hash = 0;
    for (const Node& node : slot.nodes) hash = (hash ^ node.state()) * 0x9E3779B97F4A7C15u;
    return hash << 16 | slot.check;
  }

  const SlotTable& table_;
  std::vector<uint8_t> groups_;
  std::vector<uint64_t> fingerprints_;
};

// Packs the slots seen in the most groups into the blob's buckets.
void ChooseSlots(const SlotTable& table, const SlotCensus& census, std::span<uint8_t> packed) {
  const size_t buckets = packed.size() / PriorLayout::kSlotBytes / PriorLayout::kSlotsInBucket;
  std::vector<std::vector<uint32_t>> chosen(buckets);
  for (size_t i = 0; i < table.size(); ++i) {
    if (census.groups(i) > 0) chosen[i / 2 % buckets].push_back(static_cast<uint32_t>(i));
  }
  for (size_t b = 0; b < buckets; ++b) {
    const auto score = [&](uint32_t i) {
      return census.groups(i) * 16u + table[i].nodes[0].count();
    };
    std::ranges::stable_sort(chosen[b],
                             [&](uint32_t x, uint32_t y) { return score(x) > score(y); });
    const size_t count = std::min(chosen[b].size(), PriorLayout::kSlotsInBucket);
    for (size_t i = 0; i < count; ++i) {
      PackSlot(table[chosen[b][i]],
               &packed[(b * PriorLayout::kSlotsInBucket + i) * PriorLayout::kSlotBytes]);
    }
  }
}

void CountSlots(const PriorRecipe& recipe, std::span<uint8_t> packed) {
  std::vector<uint8_t> content;
  for (const auto& group : recipe.groups) {
    for (const auto& document : group)
      content.insert(content.end(), document.begin(), document.end());
  }
  FrameMixer mixer({.table_bits = recipe.table_bits, .lanes = 1, .prior = nullptr}, content);
  SlotCensus census(mixer.table());
  size_t begin = 0;
  for (const auto& group : recipe.groups) {
    for (const auto& document : group) {
      mixer.StartSegment(0, begin, begin + document.size());
      for (uint8_t byte : document) mixer.Observe(0, byte);
      begin += document.size();
    }
    census.EndGroup();
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
  const size_t slot_bytes = PriorLayout::kSlotBytes << recipe.slot_bits;
  std::vector<uint8_t> blob(PriorLayout::kSlotsBegin + slot_bytes);
  std::ranges::copy(PriorLayout::kMagic, blob.begin());
  std::memcpy(&blob[8], &PriorLayout::kVersion, 4);
  std::memcpy(&blob[12], &recipe.slot_bits, 4);
  CountSlots(recipe, std::span(blob).subspan(PriorLayout::kSlotsBegin));

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
