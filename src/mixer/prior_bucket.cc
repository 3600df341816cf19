#include "mixer/prior_bucket.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "mixer/logistic.h"

namespace lmzip {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr int kLogisticClasses = 42;
constexpr int kLogisticStep = 100;
constexpr int kLogisticMiddle = 2050;  // of the lowest class, negated
constexpr int kCodeBits = 7;
constexpr size_t kLowCodes = 9;  // in the first 64 bits of a body

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

void FillFromList(const uint8_t* list, size_t length, Slot& slot) noexcept {
  Sums sums{};
  for (size_t i = 0; i < length; ++i) {
    const uint32_t weight = kWeights[list[i] & 15];
    for (uint32_t prefix = 1, shift = 4; shift-- > 0;) {
      const uint32_t bit = list[i] >> (4 + shift) & 1;
      sums[prefix][bit] += weight;
      prefix = 2 * prefix + bit;
    }
  }
  for (size_t prefix = 1; prefix < sums.size(); ++prefix) {
    const uint32_t seen = sums[prefix][0] + sums[prefix][1];
    if (seen == 0) continue;
    const uint32_t p = 4096 * (sums[prefix][1] + kPriorWeight) / (seen + 2 * kPriorWeight);
    slot.nodes[prefix - 1] = Node::FromParts(p, CountOfWeight(seen));
  }
}

void FillFromCodes(const uint8_t* body, Slot& slot) noexcept {
  uint64_t low, high = 0;
  std::memcpy(&low, body, 8);
  std::memcpy(&high, body + 8, BucketLayout::kBodyBytes.back() - 8);
  const auto take = [](uint64_t& codes) {
    const uint32_t code = static_cast<uint32_t>(codes & 127);
    codes >>= kCodeBits;
    return NodeCode::Decode(code);
  };
  for (size_t n = 0; n < kLowCodes; ++n) slot.nodes[n] = take(low);
  for (size_t n = kLowCodes; n < slot.nodes.size(); ++n) slot.nodes[n] = take(high);
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

// Every nibble that was seen with its weight's class; empty when there are too many for a list.
std::vector<uint8_t> ListOf(const Slot& slot) {
  std::array<int64_t, 32> seen{};  // by prefix
  seen[1] = Occurrences(slot);
  std::vector<uint8_t> list;
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
      list.push_back(static_cast<uint8_t>(nibble << 4 | WeightClass(weight)));
    }
  }
  if (list.size() > BucketLayout::kLongestList) list.clear();
  return list;
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

PackedContext::PackedContext(const Slot& slot) : check(slot.check) {
  const std::vector<uint8_t> list = ListOf(slot);
  if (!list.empty()) {
    kind = list.size() - 1;
    std::ranges::copy(list, body.begin());
    return;
  }
  kind = BucketLayout::kKinds - 1;
  std::array<uint64_t, 2> codes{};
  for (size_t n = 0; n < slot.nodes.size(); ++n) {
    const uint64_t code = NodeCode::Encode(slot.nodes[n]);
    codes[n >= kLowCodes] |= code << (kCodeBits * (n % kLowCodes));
  }
  std::memcpy(&body[0], &codes[0], 8);
  std::memcpy(&body[8], &codes[1], body.size() - 8);
}

bool BucketWriter::Add(const PackedContext& context) {
  std::vector<PackedContext>& kind = contexts_[context.kind];
  if (used_ + context.bytes() > BucketLayout::kBytes) return false;
  if (kind.size() == BucketLayout::kMostOfAKind) return false;
  kind.push_back(context);
  used_ += context.bytes();
  return true;
}

void BucketWriter::Write(uint8_t* bucket) const noexcept {
  std::fill_n(bucket, BucketLayout::kBytes, uint8_t{0});
  uint8_t* at = bucket + BucketLayout::kHeaderBytes;
  for (size_t k = 0; k < contexts_.size(); ++k) {
    bucket[k / 2] = static_cast<uint8_t>(bucket[k / 2] | contexts_[k].size() << (k % 2 * 4));
    for (const PackedContext& context : contexts_[k]) {
      *at++ = static_cast<uint8_t>(context.check);
      *at++ = static_cast<uint8_t>(context.check >> 8);
    }
  }
  for (size_t k = 0; k < contexts_.size(); ++k) {
    for (const PackedContext& context : contexts_[k]) {
      at = std::copy_n(context.body.begin(), BucketLayout::kBodyBytes[k], at);
    }
  }
}

void FillFromBucket(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept {
  std::array<size_t, BucketLayout::kKinds> counts;
  size_t contexts = 0, bytes = BucketLayout::kHeaderBytes;
  for (size_t k = 0; k < counts.size(); ++k) {
    counts[k] = bucket[k / 2] >> (k % 2 * 4) & 15;
    contexts += counts[k];
    bytes += counts[k] * (BucketLayout::kCheckBytes + BucketLayout::kBodyBytes[k]);
  }
  if (bytes > BucketLayout::kBytes) return;
  const uint8_t* body = bucket + BucketLayout::kHeaderBytes;
  size_t i = 0;
  while (i < contexts && (body[2 * i] | body[2 * i + 1] << 8) != check) ++i;
  if (i == contexts) return;
  body += BucketLayout::kCheckBytes * contexts;
  size_t kind = 0;
  for (; i >= counts[kind]; i -= counts[kind++])
    body += counts[kind] * BucketLayout::kBodyBytes[kind];
  body += i * BucketLayout::kBodyBytes[kind];
  if (kind == BucketLayout::kKinds - 1) {
    FillFromCodes(body, slot);
  } else {
    FillFromList(body, kind + 1, slot);
  }
}

}  // namespace lmzip
