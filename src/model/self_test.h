// The fixed token sequence that shows whether an engine computes a model right (EXACT.md 8).
#pragma once

#include <string>

#include "model/predictor.h"

namespace lmzip {

/// SHA-256, in hex, of the int16 little-endian logits over the first `tokens` tokens of the
/// sequence, which one lane is fed at most `step` at a time. Equal for every step.
std::string SelfTestDigest(const Model& model, int tokens, int step);

}  // namespace lmzip
