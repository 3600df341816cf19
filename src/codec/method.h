// What the encoder decides before it codes a frame: geometry and method.
#pragma once

#include <functional>
#include <vector>

#include "codec/typed_content.h"
#include "format/headers.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// The number of bytes that content takes when coded as `header` says.
using CostFunction = std::function<uint64_t(FrameHeader header, const TypedView& content)>;

/// The geometry of a frame: a rule of its length and kind, unless the options say otherwise.
Geometry ChooseGeometry(FrameKind kind, uint64_t raw_bytes, const EncodeOptions& options);

/// The largest content that ChooseKind() may hand to `cost` whole.
inline constexpr uint64_t kMostWhollyCosted = uint64_t{4} << 20;
/// The most that it picks out of a larger one at a time, to hand that over as a sample.
inline constexpr uint64_t kMostSampledBytes = uint64_t{512} << 10;

/// `count` pieces of `length` bytes from all over `size`; all of it where they would overlap.
std::vector<ByteRange> PiecesOf(uint64_t size, uint64_t length, size_t count);

/// The kind of a frame. Method::kAuto decides by coding samples of `content`, or all of it, with
/// `cost`: the mixer first, then the model.
/// `model_kind`: kModel or kTokens, of frames of the model alone. Throws Error{kUsage} for a method
/// that the model does not have.
FrameKind ChooseKind(const TypedView& content, FrameKind model_kind, const EncodeOptions& options,
                     const CostFunction& cost);

/// The kinds that ChooseKind() may choose, but for kStored, which takes the least memory.
std::vector<FrameKind> PossibleKinds(FrameKind model_kind, const EncodeOptions& options);

/// What options.data_kind says, without a place. Throws Error{kUsage} for what says nothing.
TypedSegment DataKindOf(const EncodeOptions& options);

/// Throws Error{kUsage} when an option is out of range.
void CheckOptions(const EncodeOptions& options);
/// Throws Error{kUsage} when frames do not begin or end where the part does.
void CheckPart(const ByteRange& part, const EncodeOptions& options);

}  // namespace lmzip
