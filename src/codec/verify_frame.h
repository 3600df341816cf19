// Whether what an encoder made of a frame decodes.
#pragma once

#include "codec/codec_context.h"
#include "codec/frame_choice.h"

namespace lmzip {

/// Decodes `data`, what `frame` was coded to by `references`, which may be null, and compares.
/// Throws Error{kModelLoad} where a pinned model does not repeat itself, std::logic_error for other
/// failures, which are bugs.
void VerifyFrame(CodecContext& context, const FrameContent& frame, std::span<const uint32_t> checks,
                 ByteView data, const References* references, WorkClock& clock,
                 FrameProgress& progress);

}  // namespace lmzip
