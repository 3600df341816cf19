#include "format/headers.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"
#include "lmzip/error.h"

namespace lmzip {
namespace {

void AppendHeaderCheck(size_t start, Bytes& out) {
  AppendLe(static_cast<uint16_t>(Xxh3(ByteView(out).subspan(start))), out);
}

/// Reads the parts of a header in order; running out of bytes means a truncated input.
class HeaderCursor {
 public:
  HeaderCursor(ByteView bytes, const char* what) : bytes_(bytes), what_(what) {}

  ByteView Take(size_t count) {
    if (bytes_.size() - position_ < count) Truncated();
    position_ += count;
    return bytes_.subspan(position_ - count, count);
  }

  uint8_t TakeByte() { return Take(1)[0]; }

  uint64_t TakeVarint() {
    if (position_ == bytes_.size()) Truncated();
    const auto value = ReadVarint(bytes_, position_);
    if (value) return *value;
    if (position_ >= bytes_.size()) Truncated();
    throw Error(ErrorCode::kCorrupt, std::string("damaged ") + what_ + " (malformed length)");
  }

  void TakeCheck() {
    const auto expected = static_cast<uint16_t>(Xxh3(bytes_.first(position_)));
    if (LoadLe<uint16_t>(Take(kHeaderCheckBytes).data()) != expected) {
      throw Error(ErrorCode::kCorrupt, std::string("damaged ") + what_ + " (its check fails)");
    }
  }

  size_t position() const { return position_; }

 private:
  [[noreturn]] void Truncated() const {
    throw Error(ErrorCode::kTruncated, std::string("the input ends inside a ") + what_);
  }

  ByteView bytes_;
  const char* what_;
  size_t position_ = 0;
};

[[noreturn]] void Implausible(const std::string& why) {
  throw Error(ErrorCode::kCorrupt, "refused frame header: " + why);
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
  if (!header.is_coded()) return;
  const uint64_t expansion = header.is_tokens() ? kMaxTokensExpansion : kMaxExpansion;
  if (header.raw_bytes > expansion * (header.data_bytes + kExpansionSlackBytes) ||
      header.data_bytes >= header.raw_bytes) {
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

}  // namespace

bool FrameHeader::is_skippable() const {
  return kind >= FrameKind::kFirstSkippable && kind <= FrameKind::kLastSkippable;
}
bool FrameHeader::is_coded() const { return uses_model() || uses_mixer(); }
bool FrameHeader::uses_model() const {
  return kind == FrameKind::kModel || kind == FrameKind::kModelMixed || kind == FrameKind::kTokens;
}
bool FrameHeader::uses_mixer() const {
  return kind == FrameKind::kMixed || kind == FrameKind::kModelMixed;
}
uint64_t FrameHeader::unit_count() const {
  return is_skippable() ? 0 : (raw_bytes + kCheckedUnitBytes - 1) / kCheckedUnitBytes;
}
uint64_t FrameHeader::payload_bytes() const {
  return is_skippable() ? raw_bytes : unit_count() * kCheckBytes + data_bytes;
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

void AppendStreamHeader(const StreamHeader& header, Bytes& out) {
  LMZIP_CHECK(header.fingerprint.size() <= kMaxFingerprintBytes);
  const size_t start = out.size();
  const bool pinned = !header.fingerprint.empty();
  out.insert(out.end(), kMagic.begin(), kMagic.end());
  out.push_back(static_cast<uint8_t>(kFormatVersion << 4 | (pinned ? kFlagFingerprint : 0)));
  out.insert(out.end(), header.model_id.begin(), header.model_id.end());
  if (pinned) {
    AppendVarint(header.fingerprint.size(), out);
    out.insert(out.end(), header.fingerprint.begin(), header.fingerprint.end());
  }
  AppendHeaderCheck(start, out);
}

void AppendFrameHeader(const FrameHeader& header, Bytes& out) {
  const size_t start = out.size();
  out.push_back(static_cast<uint8_t>(header.kind));
  if (!header.is_end()) AppendVarint(header.raw_bytes, out);
  if (header.is_coded()) {
    AppendVarint(header.data_bytes, out);
    out.push_back(
        static_cast<uint8_t>(header.geometry.segment_log2 << 3 | header.geometry.lanes_log2));
  }
  if (header.is_tokens()) out.push_back(header.byte_share);
  if (!header.is_end()) AppendHeaderCheck(start, out);
}

StreamHeader ParseStreamHeader(ByteView bytes, size_t& used) {
  if (bytes.size() < kMagic.size() || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    const bool cut = std::equal(bytes.begin(), bytes.end(), kMagic.begin(),
                                kMagic.begin() + std::min(bytes.size(), kMagic.size()));
    throw Error(cut ? ErrorCode::kTruncated : ErrorCode::kBadMagic,
                cut ? "the input ends inside a stream header" : "not an lmzip stream");
  }
  HeaderCursor cursor(bytes, "stream header");
  cursor.Take(kMagic.size());
  const uint8_t version_and_flags = cursor.TakeByte();
  StreamHeader header;
  const ByteView id = cursor.Take(header.model_id.size());
  std::copy(id.begin(), id.end(), header.model_id.begin());
  const int version = version_and_flags >> 4;
  const int flags = version_and_flags & 15;
  if (version != kFormatVersion || (flags & ~kFlagFingerprint) != 0) {
    throw Error(ErrorCode::kUnsupported,
                "stream version " + std::to_string(version) + ", flags " + std::to_string(flags) +
                    " (damaged, or made by a newer lmzip; this one reads version " +
                    std::to_string(kFormatVersion) + ")");
  }
  if (flags & kFlagFingerprint) {
    const uint64_t size = cursor.TakeVarint();
    if (size == 0 || size > kMaxFingerprintBytes) {
      throw Error(ErrorCode::kCorrupt,
                  "damaged stream header (fingerprint of " + std::to_string(size) + " bytes)");
    }
    const ByteView text = cursor.Take(size);
    header.fingerprint.assign(text.begin(), text.end());
  }
  cursor.TakeCheck();
  used = cursor.position();
  return header;
}

FrameHeader ParseFrameHeader(ByteView bytes, size_t& used) {
  HeaderCursor cursor(bytes, "frame header");
  FrameHeader header;
  header.kind = static_cast<FrameKind>(cursor.TakeByte());
  if (header.is_end()) {
    used = cursor.position();
    return header;
  }
  if (!header.is_skippable() && !header.is_coded() && header.kind != FrameKind::kStored) {
    throw Error(ErrorCode::kUnsupported, "frame kind " +
                                             std::to_string(static_cast<int>(header.kind)) +
                                             " (damaged, or made by a newer lmzip)");
  }
  header.raw_bytes = cursor.TakeVarint();
  if (header.is_coded()) {
    header.data_bytes = cursor.TakeVarint();
    const uint8_t geometry = cursor.TakeByte();
    header.geometry = {.lanes_log2 = geometry & 7, .segment_log2 = geometry >> 3};
    if (header.is_tokens()) header.byte_share = cursor.TakeByte();
  } else if (header.kind == FrameKind::kStored) {
    header.data_bytes = header.raw_bytes;
  }
  cursor.TakeCheck();
  CheckLimits(header);
  used = cursor.position();
  return header;
}

}  // namespace lmzip
