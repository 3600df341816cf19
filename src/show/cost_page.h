// What bytes cost, as a page for a browser.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "lmzip/lmzip.h"

namespace lmzip {

/// What the methods of frames are called, each once, separated by commas.
std::string MethodsOf(const CostReport& report);

/// Of larger content a page does not tell which bytes were likely: it would open slowly.
inline constexpr size_t kMostLikelyBytes = 512 << 10;

/// One page that needs nothing beside it. costs: [content.size()]; likely: the same, or empty.
/// `name` is shown.
void WriteCostPage(const std::string& name, std::string_view content,
                   std::span<const SymbolCost> costs, std::span<const LikelyBytes> likely,
                   const CostReport& report, std::ostream& out);

}  // namespace lmzip
