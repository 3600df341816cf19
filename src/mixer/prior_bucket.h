// 64 bytes of a prior's contexts (MIXER.md, "The prior").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mixer/slot_table.h"

namespace lmzip {

/// How a bucket keeps contexts: one that has seen few nibbles as a list of them, a byte each; the
/// others by the codes of all their nodes.
struct BucketLayout {
  static constexpr size_t kBytes = 64;
  static constexpr size_t kKinds = 6;  // lists of 1 to 5 nibbles, all nodes
  static constexpr size_t kLongestList = 5;
  static constexpr size_t kHeaderBytes = 3;  // a nibble for every kind: how many there are
  static constexpr size_t kMostOfAKind = 15;
  static constexpr size_t kCheckBytes = 2;
  static constexpr std::array<uint8_t, kKinds> kBodyBytes = {1, 2, 3, 4, 5, 14};
};

/// A node's history in 7 bits: 0 for none, else 1 + 42 * count class + logistic class.
class NodeCode {
 public:
  static constexpr uint32_t kCodes = 127;
  static uint32_t Encode(Node node) noexcept;
  static Node Decode(uint32_t code) noexcept;
};

/// A context as a bucket keeps it.
struct PackedContext {
  uint16_t check = 0;
  size_t kind = 0;
  std::array<uint8_t, BucketLayout::kBodyBytes.back()> body{};

  /// REQUIRES: the slot's first node is not empty.
  explicit PackedContext(const Slot& slot);

  /// What it takes of a bucket.
  size_t bytes() const noexcept {
    return BucketLayout::kCheckBytes + BucketLayout::kBodyBytes[kind];
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
  size_t used_ = BucketLayout::kHeaderBytes;
};

/// Gives `slot` the history of its check's context, if the bucket of BucketLayout::kBytes has it;
/// any bytes are a bucket.
void FillFromBucket(const uint8_t* bucket, uint16_t check, Slot& slot) noexcept;

}  // namespace lmzip
