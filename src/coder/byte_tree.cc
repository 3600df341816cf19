#include "coder/byte_tree.h"

#include "coder/frequency_kernels.h"

namespace lmzip {

void FillByteTree(const int16_t* logits, ByteTree& tree, Isa isa) noexcept {
  FrequencyKernelsFor(isa).fill_tree(logits, tree.node.data());
}

}  // namespace lmzip
