// Streams of one small frame in the long form, which the encoder gives to longer ones.
#pragma once

#include <stdexcept>

#include "format/stream_reader.h"
#include "format/stream_writer.h"
#include "lmzip/memory_io.h"
#include "support/damage.h"

namespace lmzip::testing {

inline constexpr size_t kStreamHeaderBytes = 15;  // without a fingerprint
inline constexpr size_t kEndBytes = 5;

/// The stream `file`, in the short form, with `id` for the model's: rewritten in the long form.
inline Bytes InLongForm(const Bytes& file, const ShortModelId& id = {}) {
  MemorySource source(file);
  StreamReader reader(source);
  const auto frame = reader.Next();
  StreamHeader header = reader.stream_header();
  if (!header.only_frame) throw std::logic_error("not in the short form");
  header.only_frame.reset();
  header.model_id = id;
  MemorySink sink;
  StreamWriter writer(sink, header);
  if (frame) {
    FrameHeader frame_header = frame->header;
    if (frame_header.is_tokens()) frame_header.byte_share = 0;
    const FramePayload payload = reader.ReadPayload();
    writer.WriteFrame(frame_header, payload.checks, payload.data);
  }
  writer.Finish();
  return sink.bytes();
}

}  // namespace lmzip::testing
