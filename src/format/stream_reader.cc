#include "format/stream_reader.h"

#include <algorithm>
#include <utility>

namespace lmzip {
namespace {

constexpr size_t kScanWindowBytes = size_t{1} << 16;
constexpr size_t kStepBytes = size_t{64} << 10;  // payloads grow with what is there
// Payloads are read again for what may stand inside, up to this many times the input in all: frames
// nested in frames would make it a square.
constexpr uint64_t kReadAgainShare = 4;

}  // namespace

std::optional<FrameInfo> StreamReader::Next() {
  for (;;) {
    if (!in_stream_) {
      if (streams_ > 0 && !assumed_) SkipPadding();
      if (streams_ > 0 && source_.Peek(1).empty()) return std::nullopt;
      frame_.offset = source_.offset();
      ReadStreamHeader();
    }
    frame_.index = frames_;
    if (stream_header_.only_frame) {
      in_stream_ = false;
      if (stream_header_.only_frame->raw_bytes > 0) return ContentFrame(*stream_header_.only_frame);
      ReadPayloadOfNothing();
      continue;
    }
    frame_.offset = source_.offset();
    const FrameHeader header = ReadFrameHeader();
    if (header.is_end()) {
      ReadEnd();
      continue;
    }
    CheckReach(header);
    if (!header.is_skippable()) return ContentFrame(header);
    PassOver(header.payload_bytes());
  }
}

// The frame whose header was read last.
FrameInfo StreamReader::ContentFrame(const FrameHeader& header) {
  frame_.header = header;
  frame_.payload_offset = source_.offset();
  ++frames_;
  frame_.stream = streams_ - 1;
  frame_.raw_offset = raw_bytes_;
  frame_.position = position_;
  frame_.found = resynchronized_;
  resynchronized_ = false;
  raw_bytes_ += header.raw_bytes;
  position_ += header.raw_bytes;
  return frame_;
}

// Behind damage a frame with far copies tells where it is.
void StreamReader::CheckReach(const FrameHeader& header) try {
  if (!header.has_far_copies()) return;
  if (!position_is_known_) position_ = header.position;
  position_is_known_ = true;
  if (header.position != position_) {
    throw Error(ErrorCode::kCorrupt, "refused frame header: it is at " +
                                         std::to_string(position_) + " of its stream, not at " +
                                         std::to_string(header.position));
  }
  const uint64_t window = stream_is_known_ ? stream_header_.window_bytes : kMaxWindowBytes;
  if (header.reach > std::min(window, position_)) {
    throw Error(ErrorCode::kCorrupt, "refused frame header: copies from " +
                                         std::to_string(header.reach) +
                                         " bytes before the frame, beyond the stream's window");
  }
  if (header.reach == 0 && stream_is_known_ && stream_header_.references.empty()) {
    throw Error(ErrorCode::kCorrupt, "refused frame header: far copies from nowhere");
  }
} catch (const Error& e) {
  throw AtFrame(e);
}

FramePayload StreamReader::ReadPayload() {
  if (keep_payload_) source_.Mark();
  const FrameHeader& header = frame_.header;
  Bytes check_bytes(header.unit_count() * kCheckBytes);
  if (source_.Read(check_bytes) < check_bytes.size()) {
    throw AtFrame(Error(ErrorCode::kTruncated, "the input ends inside this frame"));
  }
  FramePayload payload;
  for (size_t i = 0; i < header.unit_count(); ++i) {
    payload.checks.push_back(LoadLe<uint32_t>(&check_bytes[i * kCheckBytes]));
  }
  ReadData(payload.data);
  if (stream_header_.only_frame) {
    payload.checks[0] ^= ShortFormCheck(Written(stream_header_), payload.data);
  }
  if (check_) check_->AddFrame(header.raw_bytes, payload.checks, payload.data);
  return payload;
}

// As much of the frame's data as there is, in memory that grows with it.
void StreamReader::ReadData(Bytes& data) {
  const uint64_t wanted = frame_.header.data_bytes;
  while (data.size() < wanted) {
    const size_t have = data.size();
    data.resize(std::min<uint64_t>(wanted, std::max(kStepBytes, 2 * have)));
    const size_t got = source_.Read(std::span(data).subspan(have));
    if (got == data.size() - have) continue;
    data.resize(have + got);
    data.shrink_to_fit();
    return;
  }
}

ByteView StreamReader::PeekSegments() {
  const FrameHeader& header = frame_.header;
  if (!header.has_segments()) return {};
  const size_t checks = header.unit_count() * kCheckBytes, list = header.segments_bytes;
  const ByteView bytes = source_.Peek(checks + list);
  return bytes.size() < checks + list ? ByteView{} : bytes.subspan(checks);
}

void StreamReader::SkipPayload() {
  check_.reset();
  PassOver(frame_.header.payload_bytes());
}

ByteView StreamReader::DamagedStreamHeader() {
  if (in_stream_ || source_.offset() != expected_header_) return {};
  return source_.Peek(kMaxStreamHeaderBytes);
}

std::optional<FramePayload> StreamReader::PeekPayload(const StreamHeader& header) {
  const Bytes written = Written(header);
  const uint64_t data_bytes = header.only_frame->data_bytes;
  const size_t size = written.size() + kCheckBytes + data_bytes;
  const ByteView bytes = source_.Peek(size);
  if (bytes.size() < size) return std::nullopt;
  const ByteView data = bytes.last(data_bytes);
  const auto check = LoadLe<uint32_t>(&bytes[written.size()]);
  return FramePayload{.checks = {check ^ ShortFormCheck(written, data)},
                      .data = Bytes(data.begin(), data.end())};
}

bool StreamReader::Resynchronize(bool inside_payload, uint64_t lookahead) {
  check_.reset();
  if (inside_payload) ReadAgain();
  for (size_t at = source_.offset() == expected_header_ ? 1 : 0;; at = 0) {
    constexpr size_t kPeekBytes = kScanWindowBytes + kMaxStreamHeaderBytes;
    ByteView bytes = source_.Peek(kPeekBytes);
    const bool last = bytes.size() < kPeekBytes;
    const size_t window = last ? bytes.size() : kScanWindowBytes;
    for (; at < window; ++at) {
      const bool stream = IsStreamHeader(bytes.subspan(at));
      const bool frame =
          !stream && LooksLikeContentFrame(bytes.subspan(at)) && IsFrameAt(at, lookahead);
      bytes = source_.Peek(kPeekBytes);  // after looking farther ahead
      if (!stream && !frame) continue;
      source_.Consume(at);
      StandAt(stream);
      return true;
    }
    source_.Consume(window);
    if (last) return false;
  }
}

// Before a header that was found, of a stream or of a frame.
void StreamReader::StandAt(bool stream) {
  resynchronized_ = true;
  position_is_known_ = false;
  if (!stream && !in_stream_) {
    stream_header_ = StreamHeader{};
    stream_is_known_ = false;
    ++streams_;
  }
  in_stream_ = !stream;
}

void StreamReader::ReadAgain() {
  const uint64_t bytes = source_.BytesSinceMark();
  if (read_again_ + bytes > kReadAgainShare * source_.offset()) return;
  read_again_ += bytes;
  source_.Rewind();
  if (bytes > 0 && !stream_header_.only_frame) in_stream_ = true;  // of the frame read last
}

// A content frame header whose payload is all there and is followed by something known.
bool StreamReader::IsFrameAt(size_t ahead, uint64_t lookahead) {
  size_t used = 0;
  const auto header =
      TryFrameHeader(source_.Peek(ahead + kMaxFrameHeaderBytes).subspan(ahead), used);
  if (!header) return false;
  const uint64_t end = used + header->payload_bytes();
  const bool beyond = end > lookahead;
  const ByteView all = source_.Peek(ahead + (beyond ? lookahead : end + kMaxStreamHeaderBytes));
  if (all.size() < ahead + (beyond ? lookahead : end)) return false;
  if (beyond) return true;  // the checks of its units tell
  const ByteView next = all.subspan(ahead + end);
  return next.empty() || TryFrameHeader(next, used) || IsStreamHeader(next);
}

bool StreamReader::IsStreamHeader(ByteView bytes) {
  if (!StartsWithMagic(bytes)) return false;
  ++parses_;
  size_t used;
  try {
    ParseStreamHeader(bytes, used);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::optional<FrameHeader> StreamReader::TryFrameHeader(ByteView bytes, size_t& used) {
  ++parses_;
  try {
    return ParseFrameHeader(bytes, used);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void StreamReader::ReadStreamHeader() try {
  size_t used = 0;
  expected_header_ = source_.offset();
  const ByteView bytes = source_.Peek(kMaxStreamHeaderBytes);
  if (bytes.empty() && expected_header_ == 0) {
    throw Error(ErrorCode::kTruncated, "the input is empty; an lmzip stream is not");
  }
  if (assumed_) {
    stream_header_ = *std::exchange(assumed_, std::nullopt);
    used = Written(stream_header_).size();
  } else {
    ++parses_;
    stream_header_ = ParseStreamHeader(bytes, used);
  }
  stream_is_known_ = true;
  position_ = streams_ == 0 ? first_position_ : 0;
  position_is_known_ = true;
  source_.Consume(used);
  in_stream_ = true;
  check_.reset();
  if (!stream_header_.only_frame) check_.emplace();
  ++streams_;
} catch (const Error& e) {
  const bool trailing = e.code() == ErrorCode::kBadMagic && streams_ > 0;
  throw Error(trailing ? ErrorCode::kCorrupt : e.code(),
              "byte " + std::to_string(source_.offset()) + ": " +
                  (trailing ? "trailing bytes that are no lmzip stream" : e.what()));
}

FrameHeader StreamReader::ReadFrameHeader() try {
  size_t used = 0;
  expected_header_ = source_.offset();
  const ByteView bytes = source_.Peek(kMaxFrameHeaderBytes);
  if (bytes.empty()) {
    throw Error(ErrorCode::kTruncated, "the input ends here; the stream's end is missing");
  }
  ++parses_;
  const FrameHeader header = ParseFrameHeader(bytes, used);
  source_.Consume(used);
  return header;
} catch (const Error& e) {
  throw AtFrame(e);
}

// A stream in the short form without content: only its check.
void StreamReader::ReadPayloadOfNothing() {
  Bytes check(kCheckBytes);
  if (source_.Read(check) < check.size()) {
    throw Error(ErrorCode::kTruncated, Where(frame_.offset) + ": the input ends inside this frame");
  }
  const uint32_t header_check = ShortFormCheck(Written(stream_header_), {});
  if ((LoadLe<uint32_t>(check.data()) ^ header_check) == UnitCheck({})) return;
  throw Error(ErrorCode::kCorrupt, Where(frame_.offset) + ": the check of the stream fails");
}

void StreamReader::ReadEnd() {
  Bytes check(kCheckBytes);
  if (source_.Read(check) < check.size()) {
    throw Error(ErrorCode::kTruncated,
                Where(frame_.offset) + ": the input ends inside the end frame");
  }
  in_stream_ = false;
  if (!check_ || check_->Value() == LoadLe<uint32_t>(check.data())) return;
  throw Error(ErrorCode::kCorrupt, Where(frame_.offset) + ": the check of the whole stream fails");
}

void StreamReader::SkipPadding() {
  for (;;) {
    const ByteView bytes = source_.Peek(kMaxStreamHeaderBytes);
    const auto end = std::find_if(bytes.begin(), bytes.end(), [](uint8_t b) { return b != 0; });
    const auto zeros = static_cast<size_t>(end - bytes.begin());
    const bool all = zeros == bytes.size();
    source_.Consume(zeros);
    if (!all || zeros == 0) return;
  }
}

void StreamReader::PassOver(uint64_t count) {
  if (source_.Skip(count) < count) {
    throw AtFrame(Error(ErrorCode::kTruncated, "the input ends inside this frame"));
  }
}

std::string StreamReader::Where(uint64_t offset) const {
  return "frame " + std::to_string(frame_.index) + " at byte " + std::to_string(offset);
}

Error StreamReader::AtFrame(const Error& error) const {
  return Error(error.code(), Where(frame_.offset) + ": " + error.what());
}

}  // namespace lmzip
