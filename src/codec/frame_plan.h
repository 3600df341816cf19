// What frames take of --memory: the one place that knows.
#pragma once

#include <span>

#include "format/headers.h"

namespace lmzip {

/// What a model takes for a lane of a frame; nothing where that is a device's memory, not ours.
struct LaneMemory {
  uint64_t state_bytes = 0;  // of its stream in a predictor
  uint64_t piece_bytes = 0;  // logits of a piece, as encoders run the model
  uint64_t row_bytes = 0;    // logits of one symbol, as decoders do
};

/// Where an encoder looks for what a frame repeats.
enum class CopySearch { kNone, kNear, kFar };

/// An encoder's frames, from their reading to their writing: content, copies, tokens, code, mixer,
/// logits, lanes and, with `verify`, the decoding of what was coded. All numbers are upper bounds.
class EncodingPlan {
 public:
  /// `prime_bytes`: what a mixer learns first.
  EncodingPlan(const LaneMemory& model, uint64_t prime_bytes, bool verify)
      : model_(model), prime_bytes_(prime_bytes), verify_(verify) {}

  /// Of `header` kind, raw_bytes, copies and geometry count; `kinds`: of what the frame codes.
  uint64_t FrameBytes(const FrameHeader& header, const KindBytes& kinds) const;
  /// Until a frame's kind is chosen, which of `possible` it becomes: with the samples that are
  /// coded and the codes that are kept on the way where there is a choice, and with the search
  /// where the encoder looks for copies. REQUIRES: all are of the same content; there is one.
  uint64_t UndecidedBytes(std::span<const FrameHeader> possible, const KindBytes& kinds,
                          CopySearch search) const;
  /// How much content may be read into a buffer that grows while it has `bytes`.
  static uint64_t ReadableBytes(uint64_t bytes) { return bytes / 3 * 2; }

 private:
  LaneMemory model_;
  uint64_t prime_bytes_;
  bool verify_;
};

/// Likewise of decoding; with `keep_payload` the payload stays in the reader, too.
uint64_t DecodingBytes(const FrameHeader& header, const KindBytes& kinds, const LaneMemory& model,
                       uint64_t prime_bytes, bool keep_payload);

/// How far recovery may look ahead where there are `total` bytes for everything.
uint64_t LookaheadBytes(uint64_t total);

}  // namespace lmzip
