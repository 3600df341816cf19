// Limits, tensor layout and identity of family exact-1 (EXACT.md 2 and 7).
// Functions here throw std::invalid_argument saying what is out of bounds.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "model/exact1.h"

namespace lmzip {

inline constexpr char kExact1Family[] = "exact-1";

enum class TensorType { kInt8, kInt16, kInt32, kFloat32 };
const char* TypeName(TensorType type);
size_t TypeBytes(TensorType type);

struct TensorLayout {
  std::string name;
  TensorType type;
  std::vector<uint32_t> shape;

  size_t bytes() const;
};

/// Checks every size against the family's limits.
void CheckShape(const Exact1Shape& shape);

/// All tensors of a model of this shape. REQUIRES: CheckShape() passed.
std::vector<TensorLayout> Exact1Layout(const Exact1Shape& shape);

/// The SHA-256 of what decides bytes; independent of the archive's form.
Sha256Digest CanonicalId(const Exact1Shape& shape, const std::vector<TensorLayout>& layout,
                         const std::map<std::string, ByteView>& tensors, ByteView tokenizer,
                         ByteView token_table, ByteView prior);

/// Views of `tensors`, after checking every value against the family's ranges.
/// REQUIRES: each tensor has its layout's size and is aligned to its type.
Exact1Weights BindWeights(const Exact1Shape& shape, const std::map<std::string, ByteView>& tensors);

}  // namespace lmzip
