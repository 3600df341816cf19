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
  if (header.reference_check) {
    AppendLe(*header.reference_check, out);
  } else {
    const auto& id = header.model_id.bytes;
    out.insert(out.end(), id.begin(), id.begin() + kShortFormIdBytes);
  }
  for (uint64_t length : {frame.raw_bytes, frame.data_bytes}) {
    if (wide) {
      AppendLe(static_cast<uint16_t>(length), out);
    } else {
      AppendVarint(length, out);
    }
  }
  if (frame.has_segments()) AppendVarint(frame.segments_bytes, out);
}

void AppendReferences(std::span<const ReferenceId> references, Bytes& out) {
  if (references.empty()) return;
  LMZIP_CHECK(references.size() <= kMaxReferences);
  out.push_back(static_cast<uint8_t>(references.size()));
  for (const ReferenceId& id : references) {
    AppendVarint(id.bytes, out);
    AppendLe(id.hash, out);
  }
}

template <typename Number>
std::string HexNumber(Number number) {
  Bytes bytes;
  AppendLe(number, bytes);
  std::ranges::reverse(bytes);
  return Hex(bytes);
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
  const bool primed = kind >= static_cast<int>(FrameKind::kMixed) + kShortFormPrimed;
  SetKind(static_cast<uint8_t>(kind - (primed ? kShortFormPrimed : 0)), frame);
  bool wide = false, segments = false;
  if (frame.is_coded()) {
    const uint8_t byte = cursor.TakeByte();
    wide = (byte & kShortFormWideLengths) != 0;
    segments = (byte & kShortFormSegments) != 0;
    TakeMixerVersion(byte & ~(kShortFormWideLengths | kShortFormSegments), header);
    if (primed) {
      header.reference_check = LoadLe<uint32_t>(cursor.Take(sizeof(uint32_t)).data());
    } else {
      TakeModelId(kShortFormIdBytes, cursor, header);
    }
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

void TakeReferences(HeaderCursor& cursor, StreamHeader& header) {
  const size_t count = cursor.TakeByte();
  for (size_t i = 0; i < std::min(count, kMaxReferences); ++i) {
    const uint64_t bytes = cursor.TakeVarint();
    header.references.push_back({bytes, LoadLe<uint64_t>(cursor.Take(sizeof(uint64_t)).data())});
  }
  const bool sound = std::ranges::all_of(header.references, [](const ReferenceId& id) {
    return id.bytes > 0 && id.bytes <= kMaxReferenceBytes;
  });
  if (sound && count > 0 && count <= kMaxReferences) return;
  throw Error(ErrorCode::kCorrupt,
              "damaged stream header (" + std::to_string(count) + " references)");
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
  if (flags & kFlagReferences) TakeReferences(cursor, header);
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

uint32_t ReferenceCheck(const ShortModelId& model, std::span<const ReferenceId> references) {
  Bytes bytes(model.bytes.begin(), model.bytes.end());
  for (const ReferenceId& id : references) {
    AppendLe(id.bytes, bytes);
    AppendLe(id.hash, bytes);
  }
  return static_cast<uint32_t>(Xxh3(bytes));
}

std::string Describe(const ReferenceId& id) {
  return std::to_string(id.bytes) + " bytes with XXH3 " + HexNumber(id.hash);
}

std::string CheckText(uint32_t check) { return HexNumber(check); }

uint64_t StreamHeader::reference_bytes() const {
  uint64_t bytes = 0;
  for (const ReferenceId& id : references) bytes += id.bytes;
  return bytes;
}

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
    LMZIP_CHECK(header.references.empty() && (!header.reference_check || frame.uses_mixer()));
    const int kind = int(frame.kind) + (header.reference_check ? kShortFormPrimed : 0);
    out.push_back(static_cast<uint8_t>(kFormatVersion << 4 | kFlagShort | kind));
    AppendShortForm(header, frame, out);
    AppendHeaderCheck<uint8_t>(start, out);
    return;
  }
  out.push_back(static_cast<uint8_t>(kFormatVersion << 4 | (pinned ? kFlagFingerprint : 0) |
                                     (header.window_bytes > 0 ? kFlagWindow : 0) |
                                     (header.references.empty() ? 0 : kFlagReferences)));
  out.push_back(static_cast<uint8_t>(header.mixer_version));
  out.insert(out.end(), header.model_id.bytes.begin(), header.model_id.bytes.end());
  if (pinned) {
    AppendVarint(header.fingerprint.size(), out);
    out.insert(out.end(), header.fingerprint.begin(), header.fingerprint.end());
  }
  if (header.window_bytes > 0) AppendVarint(header.window_bytes, out);
  AppendReferences(header.references, out);
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
      (!short_form && (flags & ~(kFlagFingerprint | kFlagWindow | kFlagReferences)) != 0)) {
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
