// Reads concatenated streams, frame by frame (FORMAT.md).
#pragma once

#include <optional>
#include <string>

#include "format/content_check.h"
#include "format/headers.h"
#include "format/peek_source.h"
#include "lmzip/error.h"

namespace lmzip {

/// A frame as it lies in the input.
struct FrameInfo {
  FrameHeader header;
  uint64_t offset = 0;  // of its header, in the input
  uint64_t payload_offset = 0;
  uint64_t index = 0;       // content frames before it, in the input
  uint64_t stream = 0;      // streams before its own
  uint64_t raw_offset = 0;  // content bytes of the frames before it, in the input
  uint64_t position = 0;    // likewise in its stream, as far as that is known
  bool found = false;       // by Resynchronize(): nothing but its check says that it is one
};

inline constexpr uint64_t kMaxLookaheadBytes = 2 * kMaxFrameBytes;

/// A content frame's payload.
struct FramePayload {
  std::vector<uint32_t> checks;  // one a unit of content
  Bytes data;                    // shorter than the header says when the input ends inside it
};

/// Usage: while (auto frame = reader.Next()) { ReadPayload() or SkipPayload() }. Errors carry the
/// position. After an error, Resynchronize() looks for the next frame that can be believed.
///
/// Whatever the input, work is at most a small multiple of its length, and memory that of the last
/// payload and of what is looked ahead at, as far as the input has so much.
class StreamReader {
 public:
  /// `source` must outlive this. `keep_payload`: the last payload stays in memory, for
  /// Resynchronize() to look inside.
  explicit StreamReader(ByteSource& source, bool keep_payload = false)
      : source_(source), keep_payload_(keep_payload) {}

  /// The first stream is a part of one: `position` bytes of content stand before its own.
  void BeginAt(uint64_t position) { first_position_ = position; }

  /// The next content frame, passing over skippable frames, ends of streams (which it checks) and
  /// headers of streams behind them; nullopt at the clean end of the input.
  /// Throws Error{kBadMagic, kTruncated, kCorrupt, kUnsupported, kIo}.
  std::optional<FrameInfo> Next();

  /// The payload of the frame that Next() returned last. Throws Error{kTruncated, kIo} when the
  /// input ends before the data; when it ends inside them, Next() will throw.
  FramePayload ReadPayload();

  /// Looks at the list of typed segments that begins the frame's data, before one of the two above;
  /// empty where there is none, or the input ends. Valid until the next call.
  ByteView PeekSegments();

  /// Passes over it; the end of its stream then goes unchecked. Throws Error{kTruncated, kIo}.
  void SkipPayload();

  /// The header of the stream that the last frame belongs to.
  const StreamHeader& stream_header() const { return stream_header_; }
  /// False when that header was not found: stream_header() is then empty.
  bool stream_is_known() const { return stream_is_known_; }
  /// Streams begun so far.
  uint64_t streams() const { return streams_; }
  uint64_t offset() const { return source_.offset(); }
  /// Content bytes of the frames so far.
  uint64_t raw_bytes() const { return raw_bytes_; }

  /// After an error: moves on to the next plausible header of a stream or content frame, behind the
  /// one that failed, and returns true, or to the end of the input and returns false. Where bytes
  /// of the last payload are missing it holds what follows it: `inside_payload` looks there too,
  /// unless too much was read again already. A frame found so belongs to a stream whose header may
  /// be unknown. A frame is believed when something known follows it, where that is within
  /// `lookahead` bytes.
  bool Resynchronize(bool inside_payload = false, uint64_t lookahead = kMaxLookaheadBytes);

  /// After an error in a stream's header: the bytes there. Nothing after other errors.
  ByteView DamagedStreamHeader();
  /// There, the payload of a stream with this header, in the short form, if all of it is there.
  std::optional<FramePayload> PeekPayload(const StreamHeader& header);
  /// There, goes on as if `header` stood there.
  void Assume(const StreamHeader& header) { assumed_ = header; }

  /// Bytes read, those read again counted again, and headers parsed.
  uint64_t work() const { return source_.offset() + read_again_ + parses_; }

 private:
  void ReadStreamHeader();
  void CheckReach(const FrameHeader& header);
  FrameInfo ContentFrame(const FrameHeader& header);
  void ReadPayloadOfNothing();
  void ReadEnd();
  void SkipPadding();
  FrameHeader ReadFrameHeader();
  bool IsFrameAt(size_t ahead, uint64_t lookahead);
  bool IsStreamHeader(ByteView bytes);
  std::optional<FrameHeader> TryFrameHeader(ByteView bytes, size_t& used);
  void ReadAgain();
  void StandAt(bool stream);
  void ReadData(Bytes& data);
  void PassOver(uint64_t count);
  std::string Where(uint64_t offset) const;
  Error AtFrame(const Error& error) const;

  PeekSource source_;
  const bool keep_payload_;
  StreamHeader stream_header_;
  bool stream_is_known_ = false;
  std::optional<StreamHeader> assumed_;  // instead of the header that comes
  bool in_stream_ = false;
  bool resynchronized_ = false;       // and no frame since
  uint64_t position_ = 0;             // content of the stream so far
  uint64_t first_position_ = 0;       // where it begins in the first stream
  bool position_is_known_ = true;     // no frame of the stream was lost
  std::optional<StreamCheck> check_;  // while every frame of this stream was read whole
  FrameInfo frame_;
  uint64_t expected_header_ = 0;  // offset of the last header that was looked for
  uint64_t streams_ = 0;
  uint64_t frames_ = 0;
  uint64_t raw_bytes_ = 0;
  uint64_t read_again_ = 0;
  uint64_t parses_ = 0;
};

}  // namespace lmzip
