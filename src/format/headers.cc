#include "format/headers.h"

#include <algorithm>

#include "format/header_parts.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

uint64_t UnitsOf(uint64_t raw_bytes, uint64_t unit_bytes) {
  return (raw_bytes + unit_bytes - 1) / unit_bytes;
}

[[noreturn]] void Implausible(const std::string& why) {
  throw Error(ErrorCode::kCorrupt, "refused frame header: " + why);
}

// The flags of a content frame's kind, 0 for other kinds.
uint8_t FlagsOf(uint8_t kind) {
  const uint8_t flags = kind & (kFlagCopies | kFlagSegments | kFlagFar | kFlagWoven);
  const FrameHeader header{.kind = FrameKind{static_cast<uint8_t>(kind - flags)}};
  if (!header.is_content()) return 0;
  if ((flags & kFlagSegments) && !header.uses_mixer()) return 0;
  if ((flags & kFlagFar) && !(flags & kFlagCopies)) return 0;
  if ((flags & kFlagWoven) && !((flags & kFlagFar) && header.is_coded() && !header.is_tokens())) {
    return 0;
  }
  return flags;
}

void CheckSegments(const FrameHeader& header) {
  if (header.segments_bytes <= kMaxSegmentListBytes) return;
  Implausible(std::to_string(header.segments_bytes) + " bytes of typed segments");
}

void CheckCopies(const FrameHeader& header) {
  if (header.copied_bytes < kMinCopiedBytes || header.copied_bytes >= header.raw_bytes ||
      header.list_bytes == 0 || header.list_bytes >= header.raw_bytes ||
      header.data_bytes >= header.raw_bytes) {
    Implausible(std::to_string(header.list_bytes) + " bytes of copies for " +
                std::to_string(header.copied_bytes) + " of " + std::to_string(header.raw_bytes) +
                " bytes of content");
  }
  if (header.reach > kMaxWindowBytes || header.position > kMaxPosition) {
    Implausible("copies from " + std::to_string(header.reach) +
                " bytes before the frame, which is at " + std::to_string(header.position) +
                " of its stream");
  }
  if (header.given_bytes > header.copied_bytes) {
    Implausible(std::to_string(header.given_bytes) + " bytes given beside " +
                std::to_string(header.copied_bytes) + " that are copied");
  }
}

}  // namespace

void SetKind(uint8_t kind, FrameHeader& header) {
  header.kind = FrameKind{kind};
  if (header.is_end() || header.is_content() || header.is_skippable()) return;
  throw Error(ErrorCode::kUnsupported,
              "frame kind " + std::to_string(int{kind}) + " (damaged, or made by a newer lmzip)");
}

void CheckLimits(const FrameHeader& header) {
  if (header.is_skippable()) {
    if (header.raw_bytes > kMaxSkippableBytes) Implausible("a skippable frame of over 4 GiB");
    return;
  }
  if (header.is_end()) return;
  if (header.raw_bytes == 0 || header.raw_bytes > kMaxFrameBytes) {
    Implausible("content of " + std::to_string(header.raw_bytes) + " bytes, must be 1 to " +
                std::to_string(kMaxFrameBytes));
  }
  if (header.has_copies()) CheckCopies(header);
  if (header.has_segments()) CheckSegments(header);
  if (!header.is_coded()) return;
  if (header.data_bytes < LeastDataBytes(header) || header.data_bytes >= header.raw_bytes) {
    Implausible(std::to_string(header.data_bytes) + " coded bytes for " +
                std::to_string(header.raw_bytes) + " bytes of content");
  }
  const Geometry& g = header.geometry;
  if (g.lanes_log2 > kMaxLanesLog2 || g.segment_log2 < kMinSegmentLog2 ||
      g.segment_log2 > kMaxSegmentLog2) {
    Implausible("2^" + std::to_string(g.lanes_log2) + " lanes of 2^" +
                std::to_string(g.segment_log2) + " bytes");
  }
}

bool FrameHeader::is_skippable() const {
  return kind >= FrameKind::kFirstSkippable && kind <= FrameKind::kLastSkippable;
}
bool FrameHeader::is_content() const { return kind == FrameKind::kStored || is_coded(); }
bool FrameHeader::is_coded() const { return uses_model() || uses_mixer(); }
bool FrameHeader::uses_model() const {
  return kind == FrameKind::kModel || kind == FrameKind::kModelMixed || kind == FrameKind::kTokens;
}
bool FrameHeader::uses_mixer() const {
  return kind == FrameKind::kMixed || kind == FrameKind::kModelMixed;
}
uint64_t FrameHeader::unit_bytes() const {
  uint64_t unit = kMinUnitBytes;
  while (unit < raw_bytes &&
         UnitsOf(raw_bytes, unit) * kCheckBytes * kMinDataPerCheck > data_bytes) {
    unit *= 2;
  }
  return unit;
}
uint64_t FrameHeader::unit_count() const {
  return is_skippable() ? 0 : UnitsOf(raw_bytes, unit_bytes());
}
uint64_t FrameHeader::payload_bytes() const {
  return is_skippable() ? raw_bytes : unit_count() * kCheckBytes + data_bytes;
}

uint64_t LeastDataBytes(const FrameHeader& header) {
  const uint64_t expansion = header.is_tokens() ? kMaxTokensExpansion : kMaxExpansion;
  const uint64_t least = (header.coded_bytes() + expansion - 1) / expansion;
  return header.lists_bytes() + least - std::min(least, kExpansionSlackBytes);
}

const char* MethodName(FrameKind kind) {
  switch (kind) {
    case FrameKind::kEnd: return "end";
    case FrameKind::kStored: return "stored";
    case FrameKind::kModel: return "lm";
    case FrameKind::kMixed: return "mix";
    case FrameKind::kModelMixed: return "lm+mix";
    case FrameKind::kTokens: return "tokens";
    default: return "skippable";
  }
}

void AppendFrameHeader(const FrameHeader& header, Bytes& out) {
  const size_t start = out.size();
  out.push_back(static_cast<uint8_t>(static_cast<uint8_t>(header.kind) |
                                     (header.has_copies() ? kFlagCopies : 0) |
                                     (header.has_far_copies() ? kFlagFar : 0) |
                                     (header.is_woven() ? kFlagWoven : 0) |
                                     (header.has_segments() ? kFlagSegments : 0)));
  if (!header.is_end()) AppendVarint(header.raw_bytes, out);
  if (header.has_copies()) {
    AppendVarint(header.copied_bytes, out);
    AppendVarint(header.list_bytes, out);
  }
  if (header.has_far_copies()) {
    AppendVarint(header.reach, out);
    AppendVarint(header.position, out);
  }
  if (header.is_woven()) AppendVarint(header.given_bytes, out);
  if (header.has_segments()) AppendVarint(header.segments_bytes, out);
  if (header.is_coded()) {
    AppendVarint(header.data_bytes, out);
    out.push_back(
        static_cast<uint8_t>(header.geometry.segment_log2 << 3 | header.geometry.lanes_log2));
  }
  if (header.is_tokens()) out.push_back(header.byte_share.value_or(0));
  if (!header.is_end()) AppendHeaderCheck<uint16_t>(start, out);
}

bool LooksLikeContentFrame(ByteView bytes) noexcept {
  FrameHeader header;
  if (bytes.empty()) return false;
  const uint8_t flags = FlagsOf(bytes[0]);
  header.kind = FrameKind{static_cast<uint8_t>(bytes[0] - flags)};
  if (!header.is_content()) return false;
  size_t end = 1;
  const int lengths = 1 + (flags & kFlagCopies ? 2 : 0) + (flags & kFlagFar ? 2 : 0) +
                      (flags & kFlagWoven ? 1 : 0) +
                      (flags & kFlagSegments ? 1 : 0) + (header.is_coded() ? 1 : 0);
  for (int i = 0; i < lengths; ++i) {
    if (!ReadVarint(bytes, end)) return false;
  }
  end += header.is_tokens() ? 2 : header.is_coded() ? 1 : 0;
  return end + kHeaderCheckBytes <= bytes.size() &&
         LoadLe<uint16_t>(&bytes[end]) == static_cast<uint16_t>(Xxh3(bytes.first(end)));
}

FrameHeader ParseFrameHeader(ByteView bytes, size_t& used) {
  HeaderCursor cursor(bytes, "frame header");
  FrameHeader header;
  const uint8_t kind = cursor.TakeByte();
  const uint8_t flags = FlagsOf(kind);
  SetKind(static_cast<uint8_t>(kind - flags), header);
  if (header.is_end()) {
    used = cursor.position();
    return header;
  }
  header.raw_bytes = cursor.TakeVarint();
  if (flags & kFlagCopies) {
    header.copied_bytes = cursor.TakeVarint();
    header.list_bytes = cursor.TakeVarint();
  }
  header.far = (flags & kFlagFar) != 0;
  if (header.far) {
    header.reach = cursor.TakeVarint();
    header.position = cursor.TakeVarint();
  }
  header.woven = (flags & kFlagWoven) != 0;
  if (header.woven) header.given_bytes = cursor.TakeVarint();
  if (flags & kFlagSegments) header.segments_bytes = cursor.TakeVarint();
  if (header.is_coded()) {
    header.data_bytes = cursor.TakeVarint();
    const uint8_t geometry = cursor.TakeByte();
    header.geometry = {.lanes_log2 = geometry & 7, .segment_log2 = geometry >> 3};
    if (header.is_tokens()) header.byte_share = cursor.TakeByte();
  } else if (header.kind == FrameKind::kStored) {
    header.data_bytes = header.list_bytes + header.residue_bytes();
  }
  cursor.TakeCheck<uint16_t>();
  if ((flags & kFlagCopies) && !header.has_copies()) Implausible("copies of nothing");
  if ((flags & kFlagSegments) && !header.has_segments()) Implausible("an empty list of segments");
  CheckLimits(header);
  used = cursor.position();
  return header;
}

}  // namespace lmzip
