// What a frame in flight takes of --memory: the one place that knows.
#pragma once

#include "format/headers.h"

namespace lmzip {

/// What a model takes for a lane of a frame; nothing where that is a device's memory, not ours.
struct LaneMemory {
  uint64_t state_bytes = 0;  // of its stream in a predictor
  uint64_t piece_bytes = 0;  // logits of a piece, as encoders run the model
  uint64_t row_bytes = 0;    // logits of one symbol, as decoders do
};

/// At most, from the frame's reading to its writing: content, tokens, code, mixer, logits, lanes and,
/// with `verify`, the decoding of what was coded. Of `header` kind, raw_bytes and geometry count.
uint64_t EncodingMemory(const FrameHeader& header, const LaneMemory& model, bool verify);

/// Likewise of decoding; with `keep_payload` the payload stays in the reader, too.
uint64_t DecodingMemory(const FrameHeader& header, const LaneMemory& model, bool keep_payload);

}  // namespace lmzip
