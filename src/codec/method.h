// What the encoder decides before it codes a frame: geometry and method.
#pragma once

#include <functional>

#include "base/bytes.h"
#include "format/headers.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// The number of bytes that `content` takes when coded as `header` says.
using CostFunction = std::function<uint64_t(FrameHeader header, ByteView content)>;

/// The geometry of a frame: a rule of its length and kind, unless the options say otherwise.
Geometry ChooseGeometry(FrameKind kind, uint64_t raw_bytes, const EncodeOptions& options);

/// The kind of a frame. Method::kAuto decides by coding samples of `content` with `cost`.
/// `model_kind`: kModel or kTokens, of frames of the model alone. Throws Error{kUsage} for a method
/// that the model does not have.
FrameKind ChooseKind(ByteView content, FrameKind model_kind, const EncodeOptions& options,
                     const CostFunction& cost);

/// Memory of the mixer of a frame, at most.
uint64_t MixerMemory(uint64_t raw_bytes);

/// Throws Error{kUsage} when an option is out of range.
void CheckOptions(const EncodeOptions& options);

}  // namespace lmzip
