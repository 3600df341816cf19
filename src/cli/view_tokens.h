// Costs of tokens, from those of bytes.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "lmzip/cost.h"

namespace lmzip {

/// Bytes of the token that begins `costs`, in which a token's cost stands at its first byte and
/// zeros behind it. A byte, where there are no tokens; a long repetition. REQUIRES: `costs` not
/// empty.
size_t TokenBytes(std::span<const SymbolCost> costs);

/// Spreads the cost of each token evenly over its bytes, the rest to its first.
void SpreadTokens(std::span<SymbolCost> costs);

/// A line a token: where, how long, its text and its bits. `costs`: [content.size()], not spread.
void WriteTokens(std::string_view content, std::span<const SymbolCost> costs, std::ostream& out);

}  // namespace lmzip
