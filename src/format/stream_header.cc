// Stream headers in both forms (FORMAT.md 2).
#include <algorithm>

#include "base/check.h"
#include "format/header_parts.h"

namespace lmzip {
namespace {

size_t VarintBytes(uint64_t value) {
  Bytes bytes;
  AppendVarint(value, bytes);
  return bytes.size();
}

// Varints, unless these would take more bytes than two u16.
bool HasWideLengths(const FrameHeader& frame) {
  return VarintBytes(frame.raw_bytes) + VarintBytes(frame.data_bytes) > 2 * sizeof(uint16_t);
}

void AppendShortForm(const StreamHeader& header, const FrameHeader& frame, Bytes& out) {
  if (!frame.is_coded()) {
    AppendVarint(frame.raw_bytes, out);
    return;
  }
  const bool wide = HasWideLengths(frame);
  out.push_back(static_cast<uint8_t>((frame.has_segments() ? kShortFormSegments : 0) |
                                     (wide ? kShortFormWideLengths : 0) | header.mixer_version));
  const auto& id = header.model_id.bytes;
  out.insert(out.end(), id.begin(), id.begin() + kShortFormIdBytes);
  for (uint64_t length : {frame.raw_bytes, frame.data_bytes}) {
    if (wide) {
      AppendLe(static_cast<uint16_t>(length), out);
    } else {
      AppendVarint(length, out);
    }
  }
  if (frame.has_segments()) AppendVarint(frame.segments_bytes, out);
}

void TakeModelId(size_t size, HeaderCursor& cursor, StreamHeader& header) {
  header.model_id.size = size;
  std::ranges::copy(cursor.Take(size), header.model_id.bytes.begin());
}

void TakeMixerVersion(uint8_t byte, StreamHeader& header) {
  header.mixer_version = byte;
  if (header.mixer_version <= kMaxMixerVersion) return;
  throw Error(ErrorCode::kUnsupported, "version or flags " + std::to_string(int{byte}) +
                                           " of the mixer (damaged, or made by a newer lmzip)");
}

void TakeShortForm(int kind, HeaderCursor& cursor, StreamHeader& header) {
  FrameHeader frame{.geometry = {.lanes_log2 = 0, .segment_log2 = kShortFormSegmentLog2}};
  SetKind(static_cast<uint8_t>(kind), frame);
  bool wide = false, segments = false;
  if (frame.is_coded()) {
    const uint8_t byte = cursor.TakeByte();
    wide = (byte & kShortFormWideLengths) != 0;
    segments = (byte & kShortFormSegments) != 0;
    TakeMixerVersion(byte & ~(kShortFormWideLengths | kShortFormSegments), header);
    TakeModelId(kShortFormIdBytes, cursor, header);
  }
  const auto take_length = [&]() -> uint64_t {
    return wide ? LoadLe<uint16_t>(cursor.Take(sizeof(uint16_t)).data()) : cursor.TakeVarint();
  };
  frame.raw_bytes = take_length();
  frame.data_bytes = frame.is_coded() ? take_length() : frame.raw_bytes;
  if (segments) frame.segments_bytes = cursor.TakeVarint();
  cursor.TakeCheck<uint8_t>();
  if (frame.raw_bytes > 0 || frame.is_coded()) CheckLimits(frame);
  if (segments != frame.has_segments() || (segments && !frame.uses_mixer()) ||
      !FitsShortForm(frame) || wide != (frame.is_coded() && HasWideLengths(frame))) {
    throw Error(ErrorCode::kCorrupt, "refused stream header: lengths of " +
                                         std::to_string(frame.raw_bytes) + " and " +
                                         std::to_string(frame.data_bytes) + " bytes");
  }
  header.only_frame = frame;
}

void TakeLongForm(int flags, HeaderCursor& cursor, StreamHeader& header) {
  TakeMixerVersion(cursor.TakeByte(), header);
  TakeModelId(header.model_id.bytes.size(), cursor, header);
  if (flags & kFlagFingerprint) {
    const uint64_t size = cursor.TakeVarint();
    if (size == 0 || size > kMaxFingerprintBytes) {
      throw Error(ErrorCode::kCorrupt,
                  "damaged stream header (fingerprint of " + std::to_string(size) + " bytes)");
    }
    const ByteView text = cursor.Take(size);
    header.fingerprint.assign(text.begin(), text.end());
  }
  if (flags & kFlagWindow) {
    header.window_bytes = cursor.TakeVarint();
    if (header.window_bytes == 0 || header.window_bytes > kMaxWindowBytes) {
      throw Error(ErrorCode::kCorrupt, "damaged stream header (window of " +
                                           std::to_string(header.window_bytes) + " bytes)");
    }
  }
  cursor.TakeCheck<uint16_t>();
}

void TakeMagic(ByteView bytes, HeaderCursor& cursor) {
  const size_t count = std::min(bytes.size(), kMagic.size());
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(count), kMagic.begin())) {
    throw Error(ErrorCode::kBadMagic, "not an lmzip stream");
  }
  cursor.Take(kMagic.size());
}

[[noreturn]] void Unsupported(int version, int flags) {
  throw Error(
      ErrorCode::kUnsupported,
      "stream version " + std::to_string(version) + ", flags " + std::to_string(flags) +
          (version > 0 && version < kFormatVersion ? " (made by an older lmzip"
                                                   : " (damaged, or made by a newer lmzip") +
          "; this one reads version " + std::to_string(kFormatVersion) + ")");
}

}  // namespace

bool FitsShortForm(const FrameHeader& header) {
  if (header.raw_bytes > kMaxShortFormBytes || header.has_copies()) return false;
  return header.kind == FrameKind::kStored ||
         (header.is_coded() && header.geometry.lanes_log2 == 0 &&
          header.geometry.segment_bytes() >= header.raw_bytes);
}

void AppendStreamHeader(const StreamHeader& header, Bytes& out) {
  LMZIP_CHECK(header.fingerprint.size() <= kMaxFingerprintBytes);
  LMZIP_CHECK(header.mixer_version >= 0 && header.mixer_version <= kMaxMixerVersion);
  const size_t start = out.size();
  const bool pinned = !header.fingerprint.empty();
  out.insert(out.end(), kMagic.begin(), kMagic.end());
  if (header.only_frame) {
    const FrameHeader& frame = *header.only_frame;
    LMZIP_CHECK(FitsShortForm(frame) && !pinned && header.window_bytes == 0);
    out.push_back(static_cast<uint8_t>(kFormatVersion << 4 | kFlagShort | int(frame.kind)));
    AppendShortForm(header, frame, out);
    AppendHeaderCheck<uint8_t>(start, out);
    return;
  }
  out.push_back(static_cast<uint8_t>(kFormatVersion << 4 | (pinned ? kFlagFingerprint : 0) |
                                     (header.window_bytes > 0 ? kFlagWindow : 0)));
  out.push_back(static_cast<uint8_t>(header.mixer_version));
  out.insert(out.end(), header.model_id.bytes.begin(), header.model_id.bytes.end());
  if (pinned) {
    AppendVarint(header.fingerprint.size(), out);
    out.insert(out.end(), header.fingerprint.begin(), header.fingerprint.end());
  }
  if (header.window_bytes > 0) AppendVarint(header.window_bytes, out);
  AppendHeaderCheck<uint16_t>(start, out);
}

size_t ShortHeaderBytes(const FrameHeader& only_frame) {
  Bytes bytes;
  AppendStreamHeader({.only_frame = only_frame}, bytes);
  return bytes.size();
}

bool StartsWithMagic(ByteView bytes) noexcept {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

StreamHeader ParseStreamHeader(ByteView bytes, size_t& used) {
  HeaderCursor cursor(bytes, "stream header");
  TakeMagic(bytes, cursor);
  const uint8_t byte = cursor.TakeByte();
  const int version = byte >> 4;
  const int flags = byte & 15;
  const bool short_form = (flags & kFlagShort) != 0;
  if (version != kFormatVersion || flags == kFlagShort ||
      (!short_form && (flags & ~(kFlagFingerprint | kFlagWindow)) != 0)) {
    Unsupported(version, flags);
  }
  StreamHeader header;
  if (short_form) {
    TakeShortForm(flags & kShortFormKindMask, cursor, header);
  } else {
    TakeLongForm(flags, cursor, header);
  }
  used = cursor.position();
  return header;
}

}  // namespace lmzip
