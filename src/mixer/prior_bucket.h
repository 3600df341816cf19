// 64 bytes of a prior's contexts (MIXER.md, "The prior").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mixer/slot_table.h"

namespace lmzip {

/// How a bucket keeps contexts, in units of four bits ("nibbles"): those that few bytes followed as
/// a list of these bytes, both nibbles of a byte at once; those of one nibble that few nibbles
/// followed as a list of these; the others by the codes of all their nodes.
struct BucketLayout {
  static constexpr size_t kBytes = 64;
  static constexpr size_t kNibbles = 2 * kBytes;
  static constexpr size_t kKinds = 9;  // lists of 1 to 5 nibbles, all nodes, lists of 1 to 3 bytes
  static constexpr size_t kLongestList = 5, kLongestByteList = 3;
  static constexpr size_t kNodes = 5,
                          kByteLists = 6;     // the first kinds that are not nibbles' lists
  static constexpr size_t kMostOfAKind = 15;  // a nibble for every kind: how many there are
  static constexpr int kCheckBits = 12;
  static constexpr size_t kCheckNibbles = kCheckBits / 4;
  static constexpr std::array<uint8_t, kKinds> kBodyNibbles = {2, 4, 6, 8, 10, 27, 3, 6, 9};
};

/// A node's history in 7 bits: 0 for none, else 1 + 42 * count class + logistic class.
class NodeCode {
 public:
  static constexpr uint32_t kCodes = 127;
  static uint32_t Encode(Node node) noexcept;
  static Node Decode(uint32_t code) noexcept;
};

/// What followed a context, a byte or a nibble: the class of its weight below, the value above.
using Followers = std::vector<uint16_t>;

/// What followed the context of a slot, nibbles; empty when they are too many for a list.
Followers NibblesOf(const Slot& slot);

/// A context as a bucket keeps it.
struct PackedContext {
  uint16_t check = 0;
  size_t kind = 0;
  std::array<uint8_t, BucketLayout::kBodyNibbles[BucketLayout::kNodes]> body{};  // nibbles

  /// A context of one nibble. REQUIRES: the slot's first node is not empty.
  explicit PackedContext(const Slot& slot);
  /// A context of a byte. REQUIRES: 1 to kLongestByteList bytes.
  PackedContext(uint16_t slot_check, const Followers& bytes);

  /// What it takes of a bucket.
  size_t nibbles() const noexcept {
    return BucketLayout::kCheckNibbles + BucketLayout::kBodyNibbles[kind];
  }
};

/// Collects contexts for a bucket.
class BucketWriter {
 public:
  /// False when there is no room.
  bool Add(const PackedContext& context);
  /// Writes BucketLayout::kBytes.
  void Write(uint8_t* bucket) const noexcept;

 private:
  std::array<std::vector<PackedContext>, BucketLayout::kKinds> contexts_;
  size_t used_ = BucketLayout::kKinds;  // nibbles
};

/// Gives `slot` the history of the context with this check, of which 12 bits count, if the bucket
/// of BucketLayout::kBytes has it; any bytes are a bucket.
void FillFromBucket(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept;

/// Gives `slot` what followed the context's first nibble, if the bucket has a list of bytes of the
/// context with this check; false when it has none.
bool FillFromBytes(const uint8_t* bucket, uint16_t check, uint32_t first, Slot& slot) noexcept;

}  // namespace lmzip
