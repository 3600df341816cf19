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

template <typename T>
std::span<const T> View(std::span<const uint8_t> blob, size_t begin, size_t count) {
  return {reinterpret_cast<const T*>(blob.data() + begin), count};
}

}  // namespace

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
      blob.size() != PriorLayout::kBucketsBegin + buckets * BucketLayout::kBytes) {
    throw Error(ErrorCode::kModelLoad, "the model's prior has a wrong size");
  }
  if (reinterpret_cast<uintptr_t>(blob.data()) % alignof(uint64_t) != 0) {
    copy_.resize((blob.size() + 7) / 8);
    std::memcpy(copy_.data(), blob.data(), blob.size());
    blob = {reinterpret_cast<const uint8_t*>(copy_.data()), blob.size()};
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
