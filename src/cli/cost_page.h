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

/// One page that needs nothing beside it. costs: [content.size()]. `name` is shown.
void WriteCostPage(const std::string& name, std::string_view content,
                   std::span<const SymbolCost> costs, const CostReport& report, std::ostream& out);

}  // namespace lmzip
