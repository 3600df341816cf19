#include "mixer/prior.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <string>

#include "lmzip/error.h"
#include "mixer/logistic.h"

namespace lmzip {
namespace {

static_assert(std::endian::native == std::endian::little);
static_assert(PriorLayout::kBucketsBegin % 64 == 0);

constexpr int kLogisticClasses = 42;
constexpr int kLogisticStep = 100;
constexpr int kLogisticMiddle = 2050;  // of the lowest class, negated
constexpr int kCodeBits = 7;
constexpr size_t kLowCodes = 6;  // in the first 64 bits, above the check

constexpr int kStrengths = 15;  // of a single nibble's nodes: their logistic value, and the count
constexpr int kWeakest = 560, kStrengthStep = 60;  // that it comes from
constexpr uint32_t StrengthLevel(int strength) { return strength < 2 ? 0 : strength < 6 ? 1 : 2; }

const std::array<uint16_t, NodeCode::kCodes>& DecodedStates() {
  static const auto states = [] {
    std::array<uint16_t, NodeCode::kCodes> table{};
    for (uint32_t code = 1; code < NodeCode::kCodes; ++code) {
      const int logistic =
          static_cast<int>((code - 1) % kLogisticClasses) * kLogisticStep - kLogisticMiddle;
      const uint32_t p = static_cast<uint32_t>(Squash(logistic)) >> 4;
      const uint32_t count = Node::kTrained + (code - 1) / kLogisticClasses;
      table[code] = Node::FromParts(p, count).state();
    }
    return table;
  }();
  return states;
}

struct SingleStates {
  // By strength and by the bit that was seen.
  std::array<std::array<uint16_t, 2>, kStrengths + 1> states;
};

const SingleStates& DecodedSingles() {
  static const SingleStates singles = [] {
    SingleStates table{};
    for (int strength = 1; strength <= kStrengths; ++strength) {
      const int logistic = kWeakest + kStrengthStep * (strength - 1);
      const uint32_t count = Node::kTrained + StrengthLevel(strength);
      for (int bit = 0; bit < 2; ++bit) {
        const int p = Squash(bit != 0 ? logistic : -logistic);
        table.states[static_cast<size_t>(strength)][static_cast<size_t>(bit)] =
            Node::FromParts(static_cast<uint32_t>(p) >> 4, count).state();
      }
    }
    return table;
  }();
  return singles;
}

template <typename T>
std::span<const T> View(std::span<const uint8_t> blob, size_t begin, size_t count) {
  return {reinterpret_cast<const T*>(blob.data() + begin), count};
}

uint64_t Load64(const uint8_t* bytes) noexcept {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

uint32_t NodeCode::Encode(Node node) noexcept {
  if (node.empty()) return 0;
  const uint32_t level = node.count() < 3 ? 0 : node.count() < 6 ? 1 : 2;
  const int logistic = Stretch(node.P12() << 4);
  const int nearest = (logistic + kLogisticMiddle + kLogisticStep / 2) / kLogisticStep;
  return 1 + level * kLogisticClasses +
         static_cast<uint32_t>(std::clamp(nearest, 0, kLogisticClasses - 1));
}

Node NodeCode::Decode(uint32_t code) noexcept {
  return Node::FromState(DecodedStates()[std::min(code, kCodes - 1)]);
}

Prior::Prior(std::span<const uint8_t> blob) {
  uint32_t version = 0, buckets = 0;
  if (blob.size() < PriorLayout::kBucketsBegin ||
      !std::equal(PriorLayout::kMagic.begin(), PriorLayout::kMagic.end(), blob.begin())) {
    throw Error(ErrorCode::kModelLoad, "the model's prior is damaged");
  }
  std::memcpy(&version, &blob[8], 4);
  std::memcpy(&buckets, &blob[12], 4);
  if (version != PriorLayout::kVersion) {
    throw Error(ErrorCode::kModelLoad, "the model's prior has version " + std::to_string(version) +
                                           ", expected " + std::to_string(PriorLayout::kVersion));
  }
  if (buckets < 1 || buckets > PriorLayout::kMaxBuckets ||
      blob.size() != PriorLayout::kBucketsBegin + buckets * PriorLayout::kBucketBytes) {
    throw Error(ErrorCode::kModelLoad, "the model's prior has a wrong size");
  }
  if (reinterpret_cast<uintptr_t>(blob.data()) % alignof(uint64_t) != 0) {
    copy_.resize((blob.size() + 7) / 8);
    std::memcpy(copy_.data(), blob.data(), blob.size());
    blob = {reinterpret_cast<const uint8_t*>(copy_.data()), blob.size()};
  }
  cells_ = View<Cell>(blob, PriorLayout::kCells, PriorLayout::kCellCount);
  match_cells_ = View<Cell>(blob, PriorLayout::kMatchCells, PriorLayout::kMatchCellCount);
  map_points_ = View<uint16_t>(blob, PriorLayout::kMapPoints, PriorLayout::kMapPointCount);
  weights_ = {View<int16_t>(blob, PriorLayout::kRows, 0).data(),
              View<int16_t>(blob, PriorLayout::kFinalRowsBegin, 0).data()};
  buckets_ = blob.data() + PriorLayout::kBucketsBegin;
  bucket_count_ = buckets;
}

void Prior::FillSlot(uint64_t hash, Slot& slot) const noexcept {
  const uint8_t* bucket = Bucket(hash);
  const uint16_t check = static_cast<uint16_t>(hash >> 48);
  if (!FillFromSlots(bucket, check, slot)) FillFromSingles(bucket, check, slot);
}

bool Prior::FillFromSlots(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept {
  const uint8_t* packed = bucket;
  for (size_t i = 0; i < PriorLayout::kSlotsInBucket; ++i, packed += PriorLayout::kSlotBytes) {
    uint64_t low = Load64(packed);
    if ((low & 0xFFFF) != check || (low >> 16 & NodeCode::kCodes) == 0) continue;
    uint64_t high = Load64(packed + 8);
    low >>= 16;
    const auto& states = DecodedStates();
    const auto take = [&states](uint64_t& codes) {
      const uint64_t code = std::min<uint64_t>(codes & 127, NodeCode::kCodes - 1);
      codes >>= kCodeBits;
      return Node::FromState(states[code]);
    };
    for (size_t n = 0; n < kLowCodes; ++n) slot.nodes[n] = take(low);
    for (size_t n = kLowCodes; n < slot.nodes.size(); ++n) slot.nodes[n] = take(high);
    return true;
  }
  return false;
}

void Prior::FillFromSingles(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept {
  const uint8_t* packed = bucket + PriorLayout::kSinglesBegin;
  for (size_t i = 0; i < PriorLayout::kSinglesInBucket; ++i, packed += PriorLayout::kSingleBytes) {
    const size_t strength = packed[2] & 15;
    if ((packed[0] | packed[1] << 8) != check || strength == 0) continue;
    const auto& states = DecodedSingles().states[strength];
    for (size_t prefix = 1, shift = 4; shift-- > 0;) {
      const size_t bit = packed[2] >> (4 + shift) & 1;
      slot.nodes[prefix - 1] = Node::FromState(states[bit]);
      prefix = 2 * prefix + bit;
    }
    return;
  }
}

bool IsSingle(const Slot& slot) noexcept {
  return std::ranges::count_if(slot.nodes, [](const Node& node) { return !node.empty(); }) == 4;
}

void PackSingle(const Slot& slot, uint8_t* packed) noexcept {
  uint32_t prefix = 1;
  while (prefix < 16) prefix = 2 * prefix + (slot.nodes[prefix - 1].P12() >= 2048);
  const int logistic = std::abs(Stretch(slot.nodes[0].P12() << 4));
  const int strength = (logistic - kWeakest + kStrengthStep / 2) / kStrengthStep + 1;
  packed[0] = static_cast<uint8_t>(slot.check);
  packed[1] = static_cast<uint8_t>(slot.check >> 8);
  packed[2] = static_cast<uint8_t>((prefix & 15) << 4 | std::clamp(strength, 1, kStrengths));
}

void PackSlot(const Slot& slot, uint8_t* packed) noexcept {
  uint64_t low = slot.check, high = 0;
  for (size_t n = 0; n < slot.nodes.size(); ++n) {
    const uint64_t code = NodeCode::Encode(slot.nodes[n]);
    if (n < kLowCodes) {
      low |= code << (16 + kCodeBits * n);
    } else {
      high |= code << (kCodeBits * (n - kLowCodes));
    }
  }
  std::memcpy(packed, &low, sizeof low);
  std::memcpy(packed + sizeof low, &high, sizeof high);
}

}  // namespace lmzip
