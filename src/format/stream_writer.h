// Writes one stream: header, frames, end (FORMAT.md).
#pragma once

#include "format/content_check.h"
#include "format/headers.h"
#include "lmzip/io.h"

namespace lmzip {

class StreamWriter {
 public:
  /// Writes the stream header. `sink` must outlive this.
  StreamWriter(ByteSink& sink, const StreamHeader& header);

  /// Writes a content frame. REQUIRES: `checks` are its content's unit checks, `data` has
  /// header.data_bytes.
  void WriteFrame(const FrameHeader& header, std::span<const uint32_t> checks, ByteView data);

  /// Ends the stream: without this it counts as truncated.
  void Finish();

  uint64_t bytes_written() const { return bytes_written_; }

 private:
  void Write(ByteView bytes);

  ByteSink& sink_;
  StreamCheck check_;
  uint64_t bytes_written_ = 0;
};

/// Writes a whole stream in the short form: header.only_frame with its `data` and its content's
/// check. Returns the bytes written.
uint64_t WriteShortStream(ByteSink& sink, const StreamHeader& header, uint32_t content_check,
                          ByteView data);

}  // namespace lmzip
