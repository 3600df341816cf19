// Stream and frame headers as values and as bytes (FORMAT.md 2 and 3).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/model_id.h"
#include "format/format.h"
#include "segments/typed_segment.h"

namespace lmzip {

/// How a frame's content is laid out in lanes (FORMAT.md 4).
struct Geometry {
  int lanes_log2 = 0;
  int segment_log2 = 16;

  int lanes() const { return 1 << lanes_log2; }
  uint64_t segment_bytes() const { return uint64_t{1} << segment_log2; }
  bool operator==(const Geometry&) const = default;
};

struct FrameHeader {
  FrameKind kind = FrameKind::kEnd;
  uint64_t raw_bytes = 0;     // content; of a skippable frame its payload
  uint64_t data_bytes = 0;    // list of copies, and code or content; unless stored, < raw_bytes
  uint64_t copied_bytes = 0;  // content that copies stand for; 0: no copies
  uint64_t list_bytes = 0;    // of the list of copies, before code or residue
  bool far = false;           // copies may begin before the frame:
  uint64_t reach = 0;         // how far they do so in its stream; 0: in references alone
  uint64_t position = 0;      // of a frame with far copies: content before it in its stream
  bool woven = false;         // coded between what is known around far copies:
  uint64_t given_bytes = 0;   // so much of it
  uint64_t segments_bytes = 0;  // of the list of typed segments, at the data's begin; 0: none
  Geometry geometry;          // of coded frames
  std::optional<uint8_t> byte_share;  // of frames of tokens, where it is known: see ByteShare()

  bool is_end() const { return kind == FrameKind::kEnd; }
  bool is_skippable() const;
  bool is_content() const;  // stored or coded
  bool is_coded() const;    // by model or mixer
  bool is_tokens() const { return kind == FrameKind::kTokens; }
  bool uses_model() const;
  bool uses_mixer() const;
  bool has_copies() const { return copied_bytes > 0; }
  bool has_far_copies() const { return far; }
  bool is_woven() const { return woven; }
  bool has_segments() const { return segments_bytes > 0; }
  uint64_t least_copy_bytes() const { return has_far_copies() ? kMinFarCopyBytes : kMinCopyBytes; }
  uint64_t lists_bytes() const { return list_bytes + segments_bytes; }  // before the code
  uint64_t residue_bytes() const { return raw_bytes - copied_bytes; }  // content that is not copied
  uint64_t coded_bytes() const { return residue_bytes() + given_bytes; }  // what lanes go through
  uint64_t unit_bytes() const;     // content under one check, but for the last
  uint64_t unit_count() const;     // checked units of content
  uint64_t payload_bytes() const;  // what follows the header: checks and data
};

/// A file that stands before a stream's content.
struct ReferenceId {
  uint64_t bytes = 0;
  uint64_t hash = 0;  // XXH3 of them

  bool operator==(const ReferenceId&) const = default;
};

/// "N bytes with XXH3 H".
std::string Describe(const ReferenceId& id);

/// What a stream in the short form says of its references and its model, in place of their ids.
uint32_t ReferenceCheck(const ShortModelId& model, std::span<const ReferenceId> references);

/// Of it, in hex digits.
std::string CheckText(uint32_t check);

struct StreamHeader {
  ShortModelId model_id;
  int mixer_version = 0;                  // 0: not named
  std::string fingerprint;                // empty but for pinned models
  uint64_t window_bytes = 0;              // how far frames may reach; 0: they are independent
  std::vector<ReferenceId> references;    // in their order; not of the short form
  std::optional<uint32_t> reference_check;  // of the short form with references
  std::optional<FrameHeader> only_frame;  // the short form: the stream's only frame, or no content

  bool needs_model() const { return model_id.names_model(); }
  bool has_references() const { return !references.empty() || reference_check; }
  uint64_t reference_bytes() const;
};

/// The least data that a code of this frame may have, whatever it says (FORMAT.md 3.1).
uint64_t LeastDataBytes(const FrameHeader& header);

/// Whether a stream of this frame alone can have the short form (FORMAT.md 2.2).
bool FitsShortForm(const FrameHeader& header);

/// The share of `byte_tokens` in `raw_bytes`, in 1/255, rounded up.
inline uint8_t ByteShare(uint64_t byte_tokens, uint64_t raw_bytes) {
  return static_cast<uint8_t>((255 * byte_tokens + raw_bytes - 1) / raw_bytes);
}

/// Of a stream in that form with this frame. REQUIRES: it fits.
size_t ShortHeaderBytes(const FrameHeader& only_frame);

/// "stored", "lm", "mix", "lm+mix", "tokens", "end", "skippable".
const char* MethodName(FrameKind kind);

inline constexpr size_t kMaxStreamHeaderBytes =
    5 + 8 + 2 + kMaxFingerprintBytes + kMaxVarintBytes + 1 +
    kMaxReferences * (kMaxVarintBytes + sizeof(uint64_t)) + kHeaderCheckBytes;
inline constexpr size_t kMaxFrameHeaderBytes = 1 + 8 * kMaxVarintBytes + 2 + kHeaderCheckBytes;

/// REQUIRES: header.only_frame, if there is one, fits the short form.
void AppendStreamHeader(const StreamHeader& header, Bytes& out);
inline Bytes Written(const StreamHeader& header) {
  Bytes bytes;
  AppendStreamHeader(header, bytes);
  return bytes;
}
void AppendFrameHeader(const FrameHeader& header, Bytes& out);

/// Parses the header at the start of `bytes`, which hold at least the longest header or all that is
/// left of the input, and sets `used` to its length.
/// Throws Error{kBadMagic, kUnsupported, kTruncated, kCorrupt} without a position.
StreamHeader ParseStreamHeader(ByteView bytes, size_t& used);
/// Whether `bytes` begin with a stream header's first bytes.
bool StartsWithMagic(ByteView bytes) noexcept;
/// Whether `bytes` begin like the header of a content frame, with a check that holds: quick.
bool LooksLikeContentFrame(ByteView bytes) noexcept;
FrameHeader ParseFrameHeader(ByteView bytes, size_t& used);

}  // namespace lmzip
