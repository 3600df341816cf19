// Priors with random parameters, as small as their form allows.
#pragma once

#include "mixer/prior.h"
#include "support/random_bytes.h"

namespace lmzip::testing {

/// 64 bytes with contexts of every kind and random checks.
inline void RandomBucket(Random& random, uint8_t* bucket) {
  BucketWriter writer;
  for (int i = 0; i < 40; ++i) {
    const auto check = static_cast<uint16_t>(random());
    if (Below(random, 3) == 0) {
      Followers bytes(1 + Below(random, BucketLayout::kLongestByteList));
      for (uint16_t& follower : bytes) follower = static_cast<uint16_t>(Below(random, 1 << 12));
      writer.Add(PackedContext(check, bytes));
    } else {
      Slot slot{.check = check, .nodes = {}};
      for (uint64_t seen = 1 + Below(random, 9); seen > 0; --seen) {
        for (uint32_t nibble = static_cast<uint32_t>(random()) & 15, prefix = 1; prefix < 16;) {
          const int bit = static_cast<int>(nibble >> (prefix < 2   ? 3
                                                      : prefix < 4 ? 2
                                                                   : prefix < 8)) &
                          1;
          slot.nodes[prefix - 1].Update(bit);
          prefix = 2 * prefix + static_cast<uint32_t>(bit);
        }
      }
      writer.Add(PackedContext(slot));
    }
  }
  writer.Write(bucket);
}

/// A prior of `buckets` buckets, sound in every respect, 720 kB and more.
inline Bytes RandomPrior(uint32_t buckets, uint64_t seed) {
  Random random(seed);
  Bytes blob(PriorLayout::kMagic.begin(), PriorLayout::kMagic.end());
  AppendLe(PriorLayout::kVersion, blob);
  AppendLe(buckets, blob);
  blob.resize(PriorLayout::kCells);
  for (size_t i = 0; i < PriorLayout::kCellCount + PriorLayout::kMatchCellCount; ++i) {
    AppendLe(Cell(1 + static_cast<uint32_t>(Below(random, 65535)),
                  static_cast<uint32_t>(Below(random, 128)))
                 .state(),
             blob);
  }
  for (size_t i = 0; i < PriorLayout::kCurveCount; ++i) {
    for (uint16_t point : ProbabilityMap::kIdentity) AppendLe(point, blob);
  }
  for (size_t i = 0; i < kAllRows; ++i) {
    const bool trained = Below(random, 2) == 0;
    for (size_t place = 0; place + 1 < kInputs; ++place) {
      AppendLe(static_cast<int16_t>(trained ? Below(random, 2000) : 0), blob);
    }
    AppendLe(static_cast<int16_t>(trained ? 1 + Below(random, 255) : 0), blob);
  }
  for (size_t i = 0; i < kAllFinalRows * kSets; ++i) {
    AppendLe(static_cast<int16_t>(Below(random, 1400)), blob);
  }
  blob.resize(PriorLayout::kBucketsBegin + buckets * BucketLayout::kBytes);
  for (uint32_t i = 0; i < buckets; ++i) {
    RandomBucket(random, &blob[PriorLayout::kBucketsBegin + i * BucketLayout::kBytes]);
  }
  return blob;
}

}  // namespace lmzip::testing
