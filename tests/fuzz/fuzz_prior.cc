// Priors: blobs that are sound but for what the recipe changes are refused with Error{kModelLoad}
// or mixed with, whatever their numbers are; any 64 bytes are a bucket, which says what MIXER.md 10
// says.
#include "base/check.h"
#include "coder/range_coder.h"
#include "fuzz/recipe.h"
#include "lmzip/error.h"
#include "mixer/mixer.h"
#include "support/mixer_lanes.h"
#include "support/random_prior.h"

namespace {

using namespace lmzip;
using namespace lmzip::fuzz;

constexpr uint32_t kBuckets = 4;
constexpr size_t kMaxContent = 40;

/// Reads a bucket as MIXER.md 10 puts it, nibble by nibble.
class PlainBucket {
 public:
  PlainBucket(ByteView bytes, uint16_t check) : bytes_(bytes) {
    size_t contexts = 0, nibbles = BucketLayout::kKinds;
    for (size_t k = 0; k < BucketLayout::kKinds; ++k) {
      contexts += Number(k, 1);
      nibbles += Number(k, 1) * (BucketLayout::kCheckNibbles + BucketLayout::kBodyNibbles[k]);
    }
    if (nibbles > BucketLayout::kNibbles) return;
    size_t at = BucketLayout::kKinds, body = at + BucketLayout::kCheckNibbles * contexts;
    for (size_t k = 0; k < BucketLayout::kKinds; ++k) {
      for (size_t i = 0; i < Number(k, 1); ++i) {
        if (!found_ && Number(at, 3) == (check & 4095u)) {
          found_ = true;
          kind_ = k;
          body_ = body;
        }
        at += BucketLayout::kCheckNibbles;
        body += BucketLayout::kBodyNibbles[k];
      }
    }
  }

  bool has_bytes() const { return found_ && kind_ >= BucketLayout::kByteLists; }

  /// The nodes of the context as one of a nibble.
  Slot NibbleSlot() const {
    Slot slot;
    if (!found_) return slot;
    if (kind_ == BucketLayout::kNodes) {
      for (size_t n = 0; n < slot.nodes.size(); ++n) {
        uint32_t code = 0;
        for (size_t bit = 7 * n + 7; bit-- > 7 * n;) {
          code = 2 * code + (Number(body_ + bit / 4, 1) >> (bit % 4) & 1);
        }
        slot.nodes[n] = NodeCode::Decode(code);
      }
      return slot;
    }
    std::vector<std::pair<uint32_t, uint32_t>> seen;  // nibble, class
    if (has_bytes()) {
      for (size_t i = 0; i <= kind_ - BucketLayout::kByteLists; ++i) {
        seen.emplace_back(Number(body_ + 3 * i + 2, 1), Number(body_ + 3 * i, 1));
      }
    } else {
      for (size_t i = 0; i <= kind_; ++i) {
        seen.emplace_back(Number(body_ + 2 * i + 1, 1), Number(body_ + 2 * i, 1));
      }
    }
    return OfList(seen);
  }

  /// The nodes of the second nibble after `first`. REQUIRES: has_bytes().
  Slot SecondSlot(uint32_t first) const {
    std::vector<std::pair<uint32_t, uint32_t>> seen;
    for (size_t i = 0; i <= kind_ - BucketLayout::kByteLists; ++i) {
      if (Number(body_ + 3 * i + 2, 1) != first) continue;
      seen.emplace_back(Number(body_ + 3 * i + 1, 1), Number(body_ + 3 * i, 1));
    }
    return OfList(seen);
  }

 private:
  uint32_t Number(size_t nibble, size_t count) const {
    uint32_t value = 0;
    for (size_t i = nibble + count; i-- > nibble;) {
      value = 16 * value + (bytes_[i / 2] >> (i % 2 * 4) & 15u);
    }
    return value;
  }

  static Slot OfList(const std::vector<std::pair<uint32_t, uint32_t>>& seen) {
    constexpr uint32_t kWeights[] = {8,   11,  16,  23,  32,  45,  64,   91,
                                     128, 181, 256, 362, 512, 724, 1024, 1448};
    Slot slot;
    for (uint32_t prefix = 1, depth = 0; prefix < 16; ++prefix) {
      if (prefix == uint32_t{2} << depth) ++depth;
      uint32_t w[2] = {0, 0};
      for (const auto& [nibble, weight_class] : seen) {
        if ((16 | nibble) >> (4 - depth) != prefix) continue;
        w[nibble >> (3 - depth) & 1] += kWeights[weight_class];
      }
      const uint32_t sum = w[0] + w[1];
      if (sum == 0) continue;
      slot.nodes[prefix - 1] = Node::FromParts(4096 * (w[1] + 4) / (sum + 8), sum < 40    ? 12
                                                                              : sum < 112 ? 13
                                                                                          : 14);
    }
    return slot;
  }

  ByteView bytes_;
  bool found_ = false;
  size_t kind_ = 0;
  size_t body_ = 0;
};

bool SameNodes(const Slot& a, const Slot& b) {
  return std::ranges::equal(a.nodes, b.nodes, {}, &Node::state, &Node::state);
}

void CheckBucket(Recipe& recipe) {
  Bytes bucket(BucketLayout::kBytes);
  if (recipe.OneIn(2)) {
    lmzip::testing::Random random(recipe.Byte());
    lmzip::testing::RandomBucket(random, bucket.data());
    for (uint64_t i = recipe.Below(4); i > 0; --i) recipe.OneOf(bucket) = recipe.Byte();
  } else {
    for (uint8_t& byte : bucket) byte = recipe.Byte();
  }
  const uint32_t first = recipe.Byte() & 15u;
  for (size_t at = BucketLayout::kKinds; at + 3 < BucketLayout::kNibbles; at += 3) {
    // What stands where a check may stand, or another.
    const auto changed = static_cast<uint32_t>(recipe.Below(4)) << 16;
    const uint32_t bits = bucket[at / 2] | bucket[at / 2 + 1] << 8 | changed;
    const auto check = static_cast<uint16_t>(bits >> (at % 2 * 4));
    const PlainBucket plain(bucket, check);
    Slot slot, second;
    FillFromBucket(bucket.data(), check, slot);
    LMZIP_CHECK(SameNodes(slot, plain.NibbleSlot()));
    const bool filled = FillFromBytes(bucket.data(), check, first, second);
    LMZIP_CHECK(filled == plain.has_bytes());
    LMZIP_CHECK(SameNodes(second, filled ? plain.SecondSlot(first) : Slot()));
  }
}

/// A sound blob with room behind it, of which every change is taken back.
class ChangedBlob {
 public:
  ChangedBlob() : size_(SizeOf(kBuckets)) {}
  ~ChangedBlob() {
    for (; !changes_.empty(); changes_.pop_back())
      Blob()[changes_.back().first] = changes_.back().second;
  }

  void Set(size_t at, uint8_t value) {
    changes_.emplace_back(at, Blob()[at]);
    Blob()[at] = value;
  }
  void SetSize(size_t size) { size_ = std::min(size, Blob().size()); }
  ByteView view() const { return ByteView(Blob()).first(size_); }
  static size_t SizeOf(uint32_t buckets) {
    return PriorLayout::kBucketsBegin + buckets * BucketLayout::kBytes;
  }

 private:
  static Bytes& Blob() {
    static Bytes blob = lmzip::testing::RandomPrior(2 * kBuckets, 1);
    static const bool fewer = (blob[12] = kBuckets, true);
    static_cast<void>(fewer);
    return blob;
  }

  size_t size_;
  std::vector<std::pair<size_t, uint8_t>> changes_;
};

// Overwrites numbers of one part, some of them again and again.
void ChangePart(Recipe& recipe, ChangedBlob& blob) {
  constexpr size_t kParts[] = {PriorLayout::kCells,          PriorLayout::kMatchCells,
                               PriorLayout::kCurves,         PriorLayout::kRows,
                               PriorLayout::kFinalRowsBegin, PriorLayout::kBucketsBegin};
  const size_t part = recipe.Below(std::size(kParts));
  const size_t end = part + 1 < std::size(kParts) ? kParts[part + 1] : blob.view().size();
  size_t at = kParts[part] + recipe.Below((end - kParts[part]) / 2) * 2;
  const uint64_t step = 2 * (1 + recipe.Below(1024));
  const auto value = static_cast<uint16_t>(recipe.Below(1 << 16));
  for (uint64_t count = 1 + AnyNumber(recipe, 9); count > 0 && at < end; --count, at += step) {
    blob.Set(at, static_cast<uint8_t>(value));
    blob.Set(at + 1, static_cast<uint8_t>(value >> 8));
  }
}

void ChangeHeader(Recipe& recipe, ChangedBlob& blob) {
  if (recipe.OneIn(2)) blob.Set(recipe.Below(64), recipe.Byte());
  if (recipe.OneIn(2)) blob.SetSize(ChangedBlob::SizeOf(kBuckets) - 64 + recipe.Below(256));
  if (recipe.OneIn(8)) blob.SetSize(recipe.Below(80));
}

// Codes content with the prior: every probability is one.
void Mix(Recipe& recipe, const Prior& prior) {
  const bool network = recipe.OneIn(2);
  ByteTree tree;
  std::array<int16_t, 256> logits{};
  for (size_t i = 0; i < 8; ++i)
    logits[recipe.Byte()] = static_cast<int16_t>(recipe.Below(1 << 16));
  FillByteTree(logits.data(), tree);
  const Bytes content = MakeContent(recipe, kMaxContent);
  const int lanes = recipe.OneIn(4) ? 4 : 1;
  Mixer mixer({.lanes = lanes, .prior = &prior},
              content);
  const auto code = [&](int lane, size_t position) {
    mixer.BeginByte(lane, network ? &tree : nullptr);
    for (int shift = 7; shift >= 0; --shift) {
      LMZIP_CHECK(mixer.P() >= 1 && mixer.P() < (1u << kBitProbabilityBits));
      mixer.Update(content[position] >> shift & 1);
    }
  };
  lmzip::testing::CodeInLanes(mixer, content.size(), {.lanes = lanes, .segment = 16}, code);
}

void CheckBlob(Recipe& recipe) {
  ChangedBlob blob;
  for (uint64_t i = recipe.Below(5); i > 0; --i) ChangePart(recipe, blob);
  const bool sound = !recipe.OneIn(4);
  if (!sound) ChangeHeader(recipe, blob);
  try {
    const Prior prior(blob.view());
    Mix(recipe, prior);
  } catch (const Error& e) {
    LMZIP_CHECK(e.code() == ErrorCode::kModelLoad && !sound);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Recipe recipe(ByteView(data, size));
  if (recipe.OneIn(2)) {
    CheckBucket(recipe);
  } else {
    CheckBlob(recipe);
  }
  return 0;
}
