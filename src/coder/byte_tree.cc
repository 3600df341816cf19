#include "coder/byte_tree.h"

#include "coder/exp2_table.h"

namespace lmzip {
namespace {

uint32_t Weight(uint32_t distance) noexcept {
  const uint32_t octaves = distance >> 8;
  return octaves >= 23 ? 1 : std::max<uint32_t>(1, kExp2[distance & 255] >> octaves);
}

}  // namespace

void FillByteTree(const int16_t* logits, ByteTree& tree) noexcept {
  const int32_t top = *std::max_element(logits, logits + 256);
  for (int b = 0; b < 256; ++b) {
    tree.node[256 + b] = Weight(static_cast<uint32_t>(top - logits[b]));
  }
  for (int i = 255; i >= 1; --i) tree.node[i] = tree.node[2 * i] + tree.node[2 * i + 1];
}

}  // namespace lmzip
