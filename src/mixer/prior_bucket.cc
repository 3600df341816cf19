#include "mixer/prior_bucket.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "mixer/logistic.h"

namespace lmzip {
namespace {

constexpr int kLogisticClasses = 42;
constexpr int kLogisticStep = 100;
constexpr int kLogisticMiddle = 2050;  // of the lowest class, negated
constexpr int kCodeBits = 7;

// How often a nibble of a list was seen, in 1/16: 1/2 * 2^(class / 2).
constexpr std::array<uint32_t, 16> kWeights = {8,   11,  16,  23,  32,  45,  64,   91,
                                               128, 181, 256, 362, 512, 724, 1024, 1448};
constexpr uint32_t kPriorWeight = 4;                    // of either bit, before anything was seen
constexpr uint32_t kFewWeight = 40, kSomeWeight = 112;  // bounds of the count classes

uint32_t CountOfWeight(uint32_t weight) noexcept {
  return Node::kTrained + (weight >= kFewWeight) + (weight >= kSomeWeight);
}

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

// How often both bits were seen after every prefix of a nibble, 1/16.
using Sums = std::array<std::array<uint32_t, 2>, 16>;

void AddToSums(uint32_t nibble, uint32_t weight, Sums& sums) noexcept {
  for (uint32_t prefix = 1, shift = 4; shift-- > 0;) {
    const uint32_t bit = nibble >> shift & 1;
    sums[prefix][bit] += weight;
    prefix = 2 * prefix + bit;
  }
}

void FillFromSums(const Sums& sums, Slot& slot) noexcept {
  for (size_t prefix = 1; prefix < sums.size(); ++prefix) {
    const uint32_t seen = sums[prefix][0] + sums[prefix][1];
    if (seen == 0) continue;
    const uint32_t p = 4096 * (sums[prefix][1] + kPriorWeight) / (seen + 2 * kPriorWeight);
    slot.nodes[prefix - 1] = Node::FromParts(p, CountOfWeight(seen));
  }
}

// Up to 9 bits of a bucket from any bit on, or 12 from a nibble's first bit.
uint32_t Bits(const uint8_t* bucket, size_t begin, int count) noexcept {
  const uint32_t low = bucket[begin / 8];
  const uint32_t high = begin / 8 + 1 < BucketLayout::kBytes ? bucket[begin / 8 + 1] : 0u;
  return (low | high << 8) >> (begin % 8) & ((1u << count) - 1);
}

// Up to three nibbles, the first one lowest.
uint32_t Nibbles(const uint8_t* bucket, size_t at, int count) noexcept {
  return Bits(bucket, 4 * at, 4 * count);
}

void FillFromCodes(const uint8_t* bucket, size_t at, Slot& slot) noexcept {
  for (size_t n = 0; n < slot.nodes.size(); ++n) {
    slot.nodes[n] = NodeCode::Decode(Bits(bucket, 4 * at + kCodeBits * n, kCodeBits));
  }
}

// Where a bucket has a context's body.
struct Place {
  size_t kind = BucketLayout::kKinds;  // kKinds: nowhere
  size_t body = 0;                     // its first nibble
};

// Five checks lie in a word; a field of it is 0 where the check is the one sought.
constexpr size_t kChecksOfWord = 5;
constexpr uint64_t kFieldLows = 0x001001001001001u;
constexpr uint64_t kFieldHighs = kFieldLows << (BucketLayout::kCheckBits - 1);

constexpr size_t kMostContexts = (BucketLayout::kNibbles - BucketLayout::kKinds) /
                                 (BucketLayout::kCheckNibbles + BucketLayout::kBodyNibbles[0]);

uint64_t Word(const uint8_t* bucket, size_t nibble) noexcept {
  return LoadLe<uint64_t>(bucket + nibble / 2) >> (nibble % 2 * 4);
}

// Which of the bucket's contexts has the check, the first one; `contexts` if none has.
size_t FindCheck(const uint8_t* bucket, size_t contexts, uint16_t check) noexcept {
  const uint64_t sought = kFieldLows * (check & ((1u << BucketLayout::kCheckBits) - 1));
  size_t at = BucketLayout::kKinds;
  for (size_t i = 0; i < contexts; i += kChecksOfWord) {
    const uint64_t fields = Word(bucket, at) ^ sought;
    const uint64_t zeros = (fields - kFieldLows) & ~fields & kFieldHighs;  // the lowest is right
    if (zeros != 0) {
      const int field = std::countr_zero(zeros) / BucketLayout::kCheckBits;
      return std::min(i + static_cast<size_t>(field), contexts);
    }
    at += kChecksOfWord * BucketLayout::kCheckNibbles;
  }
  return contexts;
}
static_assert((BucketLayout::kKinds +
               (kMostContexts - 1) / kChecksOfWord * kChecksOfWord * BucketLayout::kCheckNibbles) /
                      2 +
                  sizeof(uint64_t) <=
              BucketLayout::kBytes);

Place FindContext(const uint8_t* bucket, uint16_t check) noexcept {
  // The kinds' counts side by side, those of even kinds and those of odd ones in a byte each.
  const uint64_t counts = Word(bucket, 0) & ((uint64_t{1} << 4 * BucketLayout::kKinds) - 1);
  constexpr uint64_t kLow = 0x0F0F0F0F0Fu;
  const uint64_t pairs = (counts & kLow) + (counts >> 4 & kLow);
  const size_t contexts = (pairs * 0x0101010101u >> 32) & 255;
  if (contexts > kMostContexts) return {};
  size_t i = FindCheck(bucket, contexts, check);
  if (i == contexts) return {};

  const size_t bodies = BucketLayout::kKinds + BucketLayout::kCheckNibbles * contexts;
  Place place;
  for (size_t k = 0, end = bodies; k < BucketLayout::kKinds; ++k) {
    const size_t count = counts >> 4 * k & 15, size = BucketLayout::kBodyNibbles[k];
    if (i < count && place.kind == BucketLayout::kKinds)
      place = {.kind = k, .body = end + i * size};
    i -= std::min(i, count);
    end += count * size;
    if (end > BucketLayout::kNibbles) return {};
  }
  return place;
}

// Packing: weights in 1/256.
constexpr int64_t kUnit = 256, kPriorUnits = kUnit / 16 * kPriorWeight;
constexpr int64_t kMostSeen = 90 * kUnit;
constexpr int64_t kSeenOnce = kUnit * 3 / 8;  // weights below this come from no occurrence

// How often a slot's context was seen, at least: by its first node's count, and by how sure every
// node is, for the share of the occurrences that came to it.
int64_t Occurrences(const Slot& slot) noexcept {
  std::array<int64_t, 32> share{};  // of a prefix, in 1/4096
  share[1] = 4096;
  int64_t most = kUnit * slot.nodes[0].count();
  for (size_t prefix = 1; prefix < 16; ++prefix) {
    const Node& node = slot.nodes[prefix - 1];
    if (node.empty() || share[prefix] == 0) continue;
    const int64_t one = 2 * node.P12() + 1, zero = 8192 - one;
    share[2 * prefix] = share[prefix] * zero / 8192;
    share[2 * prefix + 1] = share[prefix] * one / 8192;
    const int64_t rare = std::min(one, zero), often = std::max(one, zero);
    const int64_t seen = kPriorUnits * (often - rare) / rare;
    most = std::max(most, seen * 4096 / share[prefix]);
  }
  return std::min(most, kMostSeen);
}

// The class of kWeights that is nearest to `weight`.
uint8_t WeightClass(int64_t weight) noexcept {
  const int64_t scaled = weight / (kUnit / 16);
  uint8_t c = 0;
  while (c + 1u < kWeights.size() &&
         scaled * scaled > static_cast<int64_t>(kWeights[c]) * kWeights[c + 1u]) {
    ++c;
  }
  return c;
}

}  // namespace

Followers NibblesOf(const Slot& slot) {
  std::array<int64_t, 32> seen{};  // by prefix
  seen[1] = Occurrences(slot);
  Followers list;
  for (uint32_t prefix = 1; prefix < 16; ++prefix) {
    const Node& node = slot.nodes[prefix - 1];
    if (node.empty() || seen[prefix] == 0) continue;
    const int64_t one = 2 * node.P12() + 1;
    for (uint32_t bit = 0; bit < 2; ++bit) {
      const int64_t share = bit != 0 ? one : 8192 - one;
      const int64_t weight = share * (seen[prefix] + 2 * kPriorUnits) / 8192 - kPriorUnits;
      if (weight < kSeenOnce) continue;
      seen[2 * prefix + bit] = weight;
      if (prefix < 8) continue;
      const uint32_t nibble = (2 * prefix + bit) & 15;
      list.push_back(static_cast<uint16_t>(nibble << 4 | WeightClass(weight)));
    }
  }
  if (list.size() > BucketLayout::kLongestList) list.clear();
  return list;
}

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

PackedContext::PackedContext(const Slot& slot) : check(slot.check) {
  const Followers list = NibblesOf(slot);
  size_t at = 0;
  for (uint16_t follower : list) {
    body[at++] = follower & 15;
    body[at++] = static_cast<uint8_t>(follower >> 4);
  }
  kind = list.empty() ? BucketLayout::kNodes : list.size() - 1;
  if (!list.empty()) return;
  for (size_t n = 0; n < slot.nodes.size(); ++n) {
    const uint32_t code = NodeCode::Encode(slot.nodes[n]);
    for (size_t bit = 0; bit < kCodeBits; ++bit) {
      const size_t place = kCodeBits * n + bit;
      body[place / 4] = static_cast<uint8_t>(body[place / 4] | (code >> bit & 1) << (place % 4));
    }
  }
}

PackedContext::PackedContext(uint16_t slot_check, const Followers& bytes)
    : check(slot_check), kind(BucketLayout::kByteLists + bytes.size() - 1) {
  size_t at = 0;
  for (uint16_t follower : bytes) {
    for (int shift = 0; shift < 12; shift += 4) body[at++] = follower >> shift & 15;
  }
}

bool BucketWriter::Add(const PackedContext& context) {
  std::vector<PackedContext>& kind = contexts_[context.kind];
  if (used_ + context.nibbles() > BucketLayout::kNibbles) return false;
  if (kind.size() == BucketLayout::kMostOfAKind) return false;
  kind.push_back(context);
  used_ += context.nibbles();
  return true;
}

void BucketWriter::Write(uint8_t* bucket) const noexcept {
  std::fill_n(bucket, BucketLayout::kBytes, uint8_t{0});
  size_t at = 0;
  const auto put = [&](uint32_t nibble) {
    bucket[at / 2] = static_cast<uint8_t>(bucket[at / 2] | (nibble & 15) << (at % 2 * 4));
    ++at;
  };
  for (const auto& kind : contexts_) put(static_cast<uint32_t>(kind.size()));
  for (const auto& kind : contexts_) {
    for (const PackedContext& context : kind) {
      for (int shift = 0; shift < BucketLayout::kCheckBits; shift += 4) put(context.check >> shift);
    }
  }
  for (size_t k = 0; k < contexts_.size(); ++k) {
    for (const PackedContext& context : contexts_[k]) {
      for (size_t i = 0; i < BucketLayout::kBodyNibbles[k]; ++i) put(context.body[i]);
    }
  }
}

void FillFromBucket(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept {
  const auto [kind, body] = FindContext(bucket, check);
  if (kind == BucketLayout::kKinds) return;
  if (kind == BucketLayout::kNodes) return FillFromCodes(bucket, body, slot);
  Sums sums{};
  if (kind < BucketLayout::kNodes) {
    for (size_t i = 0; i <= kind; ++i) {
      AddToSums(Nibbles(bucket, body + 2 * i + 1, 1), kWeights[Nibbles(bucket, body + 2 * i, 1)],
                sums);
    }
  } else {
    for (size_t i = 0; i <= kind - BucketLayout::kByteLists; ++i) {
      const uint32_t follower = Nibbles(bucket, body + 3 * i, 3);
      AddToSums(follower >> 8, kWeights[follower & 15], sums);
    }
  }
  FillFromSums(sums, slot);
}

bool FillFromBytes(const uint8_t* bucket, uint16_t check, uint32_t first, Slot& slot) noexcept {
  const auto [kind, body] = FindContext(bucket, check);
  if (kind < BucketLayout::kByteLists || kind == BucketLayout::kKinds) return false;
  Sums sums{};
  for (size_t i = 0; i <= kind - BucketLayout::kByteLists; ++i) {
    const uint32_t follower = Nibbles(bucket, body + 3 * i, 3);
    if (follower >> 8 == first) AddToSums(follower >> 4 & 15, kWeights[follower & 15], sums);
  }
  FillFromSums(sums, slot);
  return true;
}

}  // namespace lmzip
