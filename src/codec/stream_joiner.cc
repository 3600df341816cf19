#include "lmzip/stream_joiner.h"

#include <optional>
#include <string>

#include "format/stream_reader.h"
#include "format/stream_writer.h"

namespace lmzip {

class StreamJoiner::Impl {
 public:
  explicit Impl(ByteSink& sink) : sink_(sink) {}

  void Add(ByteSource& part) {
    StreamReader reader(part);
    reader.BeginAt(report_.raw_bytes);
    auto frame = reader.Next();
    Begin(reader.stream_header());
    if (!frame && only_) WriteOnly(reader.stream_header(), {.checks = {UnitCheck({})}, .data = {}});
    for (; frame; frame = reader.Next()) {
      if (frame->stream > 0) throw Error(ErrorCode::kUsage, "a part is one stream, not several");
      const FramePayload payload = reader.ReadPayload();
      if (payload.data.size() < frame->header.data_bytes) continue;  // Next() says so
      if (only_) {
        WriteOnly(reader.stream_header(), payload);
      } else {
        writer_->WriteFrame(frame->header, payload.checks, payload.data);
      }
      report_.raw_bytes += frame->header.raw_bytes;
      ++report_.frames;
    }
  }

  EncodeReport Finish() {
    if (!writer_ && !only_) throw Error(ErrorCode::kUsage, "a stream has at least one part");
    if (writer_) {
      writer_->Finish();
      report_.coded_bytes = writer_->bytes_written();
    }
    return report_;
  }

 private:
  // With a part's header, which all have.
  void Begin(const StreamHeader& header) {
    const Bytes written = Written(header);
    const bool first = header_.empty();
    if (!first) {
      if (!only_ && written == header_) return;
      throw Error(ErrorCode::kUsage,
                  "a part of another stream, made with another model or other options");
    }
    header_ = written;
    only_ = header.only_frame.has_value();
    if (!only_) writer_.emplace(sink_, header);
  }

  // A stream in the short form, which is its only part.
  void WriteOnly(const StreamHeader& header, const FramePayload& payload) {
    report_.coded_bytes = WriteShortStream(sink_, header, payload.checks[0], payload.data);
  }

  ByteSink& sink_;
  Bytes header_;  // of the first part
  bool only_ = false;
  std::optional<StreamWriter> writer_;
  EncodeReport report_;
};

StreamJoiner::StreamJoiner(ByteSink& sink) : impl_(std::make_unique<Impl>(sink)) {}
StreamJoiner::~StreamJoiner() = default;
StreamJoiner::StreamJoiner(StreamJoiner&&) noexcept = default;
StreamJoiner& StreamJoiner::operator=(StreamJoiner&&) noexcept = default;

void StreamJoiner::Add(ByteSource& part) { impl_->Add(part); }
EncodeReport StreamJoiner::Finish() { return impl_->Finish(); }

}  // namespace lmzip
