#include "mixer/prior.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "lmzip/error.h"
#include "mixer/logistic.h"

namespace lmzip {
namespace {

static_assert(PriorLayout::kBucketsBegin % 64 == 0);

template <typename T>
std::span<const T> View(std::span<const uint8_t> blob, size_t begin, size_t count) {
  return {reinterpret_cast<const T*>(blob.data() + begin), count};
}

template <typename T>
void SwapAll(std::span<uint8_t> blob, size_t begin, size_t end) {
  for (size_t at = begin; at < end; at += sizeof(T)) SwapOnBigEndian(&blob[at], sizeof(T));
}

// All numbers but the header's and the buckets', which are read byte by byte. Not called on
// little-endian machines.
[[maybe_unused]] void TakeHostOrder(std::span<uint8_t> blob) noexcept {
  SwapAll<uint32_t>(blob, PriorLayout::kCells, PriorLayout::kCurves);
  SwapAll<uint16_t>(blob, PriorLayout::kCurves, PriorLayout::kBucketsBegin);
}

}  // namespace

Prior::Prior(std::span<const uint8_t> blob) {
  if (blob.size() < PriorLayout::kBucketsBegin ||
      !std::equal(PriorLayout::kMagic.begin(), PriorLayout::kMagic.end(), blob.begin())) {
    throw Error(ErrorCode::kModelLoad, "the model's prior is damaged");
  }
  const auto version = LoadLe<uint32_t>(&blob[8]), buckets = LoadLe<uint32_t>(&blob[12]);
  if (version != PriorLayout::kVersion) {
    throw Error(ErrorCode::kModelLoad, "the model's prior has version " + std::to_string(version) +
                                           ", expected " + std::to_string(PriorLayout::kVersion));
  }
  if (buckets < 1 || buckets > PriorLayout::kMaxBuckets ||
      blob.size() != PriorLayout::kBucketsBegin + buckets * BucketLayout::kBytes) {
    throw Error(ErrorCode::kModelLoad, "the model's prior has a wrong size");
  }
  if (!kLittleEndian || reinterpret_cast<uintptr_t>(blob.data()) % alignof(uint64_t) != 0) {
    copy_.resize((blob.size() + 7) / 8);
    const std::span copy(reinterpret_cast<uint8_t*>(copy_.data()), blob.size());
    std::ranges::copy(blob, copy.begin());
    if constexpr (!kLittleEndian) TakeHostOrder(copy);
    blob = copy;
  }
  cells_ = View<Cell>(blob, PriorLayout::kCells, PriorLayout::kCellCount);
  match_cells_ = View<Cell>(blob, PriorLayout::kMatchCells, PriorLayout::kMatchCellCount);
  curves_ = View<ProbabilityMap::Curve>(blob, PriorLayout::kCurves, PriorLayout::kCurveCount);
  weights_ = {View<int16_t>(blob, PriorLayout::kRows, 0).data(),
              View<int16_t>(blob, PriorLayout::kFinalRowsBegin, 0).data()};
  buckets_ = blob.data() + PriorLayout::kBucketsBegin;
  bucket_count_ = buckets;
}

}  // namespace lmzip
