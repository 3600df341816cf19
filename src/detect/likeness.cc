#include "detect/likeness.h"

#include <cstdlib>

namespace lmzip::detect {
namespace {

// The sum of distances between bytes that far from each other.
uint64_t Distance(ByteView bytes, uint64_t from, uint64_t back) {
  uint64_t sum = 0;
  for (uint64_t i = from; i < bytes.size(); ++i) {
    sum += static_cast<uint64_t>(std::abs(int{bytes[i]} - int{bytes[i - back]}));
  }
  return sum;
}

}  // namespace

bool HasLikeRows(ByteView bytes, uint64_t row_bytes) {
  // A place in no relation to the row.
  const uint64_t elsewhere = row_bytes + row_bytes / 2 + 1;
  if (bytes.size() < 2 * row_bytes) return false;
  const uint64_t above = Distance(bytes, elsewhere, row_bytes);
  const uint64_t other = Distance(bytes, elsewhere, elsewhere);
  return above < other - other / 4;
}

}  // namespace lmzip::detect
