// Where the caller wants what is told of each byte.
#pragma once

#include <cstddef>
#include <span>

#include "lmzip/cost.h"

namespace lmzip {

/// Of the same bytes, each empty where it is not asked for.
struct CostPlaces {
  CostPlaces(std::span<SymbolCost> its_costs = {}, std::span<LikelyBytes> its_likely = {})
      : costs(its_costs), likely(its_likely) {}

  bool empty() const { return costs.empty() && likely.empty(); }
  CostPlaces first(size_t bytes) const {
    return {costs.first(costs.empty() ? 0 : bytes), likely.first(likely.empty() ? 0 : bytes)};
  }
  CostPlaces behind(size_t bytes) const {
    return {costs.subspan(costs.empty() ? 0 : bytes), likely.subspan(likely.empty() ? 0 : bytes)};
  }
  /// Whether there is room for so many bytes.
  bool hold(size_t bytes) const {
    return (costs.empty() || costs.size() >= bytes) && (likely.empty() || likely.size() >= bytes);
  }

  std::span<SymbolCost> costs;
  std::span<LikelyBytes> likely;
};

}  // namespace lmzip
