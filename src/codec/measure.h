// What content costs as a frame, without making the frame.
#pragma once

#include <span>

#include "codec/codec_context.h"
#include "coder/cost_of.h"

namespace lmzip {

/// The cost of `content` as `header` says, whose kind, raw_bytes (all of the content: no copies)
/// and geometry count. It agrees with the size of the code to 0.1 % and 16 bytes. `costs`: empty, or
/// [content.size()], for what every byte costs, split; without, the sum is only of the result. The
/// cost of a token stands at its first byte, and zeros behind it. `segments`: what a mixer is told of
/// the content. Integers: the same everywhere.
/// The model is one of the context. The caller has leased the memory that encoding takes.
CostSum MeasureFrame(CodecContext& context, LoadedModel& model, const FrameHeader& header,
                     ByteView content, std::span<SymbolCost> costs, WorkClock& clock,
                     const std::vector<TypedSegment>& segments = {});

}  // namespace lmzip
