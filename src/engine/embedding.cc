#include "engine/embedding.h"

#include <bit>
#include <cstddef>

#include "base/prefetch.h"

namespace lmzip {
namespace {

uint32_t RowOf(const LastTokens& last_tokens, const NgramTable& table) {
  uint32_t h = static_cast<uint32_t>(table.order);
  for (int i = kMaxTableOrder - table.order; i < kMaxTableOrder; ++i) {
    h = ((h ^ (h >> 15)) + static_cast<uint32_t>(last_tokens[i]) + 1) * 0x2C1B3C6Du;
  }
  return h >> (32 - std::countr_zero(table.rows));
}

}  // namespace

TableRows FindTableRows(const Exact1Weights& weights, const LastTokens& last_tokens) {
  TableRows rows = {};
  for (size_t i = 0; i < weights.tables.size(); ++i) {
    const NgramTable& table = weights.shape.tables[i];
    rows[i] = weights.tables[i] + size_t{RowOf(last_tokens, table)} * table.width;
    PrefetchRange(rows[i], table.width);
  }
  return rows;
}

void Embed(const Exact1Weights& weights, int32_t token, const TableRows& rows, int32_t* x) {
  const int width = weights.shape.width;
  const int16_t* embedding = weights.embedding + size_t{1} * token * width;
  for (int i = 0; i < width; ++i) x[i] = embedding[i];
  for (size_t i = 0; i < weights.tables.size(); ++i) {
    const int columns = weights.shape.tables[i].width;
    for (int j = 0; j < columns; ++j) x[j] += rows[i][j] * 4;
    x += columns;
  }
}

}  // namespace lmzip
