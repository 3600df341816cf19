#include "format/stream_writer.h"

#include "base/check.h"

namespace lmzip {

StreamWriter::StreamWriter(ByteSink& sink, const StreamHeader& header) : sink_(sink) {
  Write(Written(header));
}

void StreamWriter::WriteFrame(const FrameHeader& header, std::span<const uint32_t> checks,
                              ByteView data) {
  LMZIP_CHECK(checks.size() == header.unit_count() && data.size() == header.data_bytes);
  Bytes bytes;
  AppendFrameHeader(header, bytes);
  for (uint32_t check : checks) AppendLe(check, bytes);
  Write(bytes);
  Write(data);
  check_.AddFrame(header.raw_bytes, checks, data);
}

void StreamWriter::Finish() {
  Bytes bytes;
  AppendFrameHeader(FrameHeader{}, bytes);
  AppendLe(check_.Value(), bytes);
  Write(bytes);
}

void StreamWriter::Write(ByteView bytes) {
  sink_.Write(bytes);
  bytes_written_ += bytes.size();
}

uint64_t WriteShortStream(ByteSink& sink, const StreamHeader& header, uint32_t content_check,
                          ByteView data) {
  LMZIP_CHECK(header.only_frame && data.size() == header.only_frame->data_bytes);
  Bytes bytes = Written(header);
  AppendLe(content_check ^ ShortFormCheck(bytes, data), bytes);
  sink.Write(bytes);
  sink.Write(data);
  return bytes.size() + data.size();
}

}  // namespace lmzip
