// The embedding of exact-1 (EXACT.md 4.1): what enters the first layer.
#pragma once

#include <array>
#include <cstdint>

#include "model/exact1.h"

namespace lmzip {

/// The newest last.
using LastTokens = std::array<int32_t, kMaxTableOrder>;

/// A row of each table.
using TableRows = std::array<const int8_t*, kMaxTableOrder>;

/// The tables' rows for `last_tokens`. Starts to load them: they lie anywhere in the tables, so it
/// pays to find the rows of a whole batch before they are used.
TableRows FindTableRows(const Exact1Weights& weights, const LastTokens& last_tokens);

/// x: [width].
void Embed(const Exact1Weights& weights, int32_t token, const TableRows& rows, int32_t* x);

}  // namespace lmzip
