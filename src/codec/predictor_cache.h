// The predictors that a worker has no work for.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "codec/lane_batch.h"

namespace lmzip {

/// Not thread-safe.
class PredictorCache {
 public:
  /// A predictor of the network that has `lanes`; without one when there is none.
  OwnedPredictor Take(const Network& network, int lanes) {
    const auto found = std::ranges::find_if(kept_, [&](const OwnedPredictor& kept) {
      return kept.network == &network && kept.lanes() >= lanes;
    });
    if (found == kept_.end()) return {};
    OwnedPredictor taken = std::move(*found);
    kept_.erase(found);
    return taken;
  }

  /// Makes sure that Keep() can keep one more than there are.
  void MakeRoom(size_t in_use) { kept_.reserve(kept_.size() + in_use + 1); }
  void Keep(OwnedPredictor predictor) noexcept { kept_.push_back(std::move(predictor)); }

  /// Drops the one that was used longest ago, again and again until the others take no more than
  /// `bytes`.
  void TrimTo(uint64_t bytes) noexcept {
    uint64_t sum = 0;
    for (const OwnedPredictor& kept : kept_) sum += kept.bytes;
    while (sum > bytes) {
      sum -= kept_.front().bytes;
      kept_.erase(kept_.begin());
    }
  }

 private:
  std::vector<OwnedPredictor> kept_;  // in the order of their last use
};

}  // namespace lmzip
