// Constants and limits of the container. Normative text: FORMAT.md beside this file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace lmzip {

// FORMAT.md 2: stream header.
inline constexpr std::array<uint8_t, 3> kMagic = {0xd1, 'L', 'Z'};
inline constexpr int kFormatVersion = 4;
inline constexpr uint8_t kFlagFingerprint = 1;  // a pinned model's fingerprint follows the model id
inline constexpr uint8_t kFlagWindow = 2;       // frames may copy from before them: how far
inline constexpr uint8_t kFlagReferences = 4;   // what stands before the content
inline constexpr size_t kMaxReferences = 16;
inline constexpr uint64_t kMaxReferenceBytes = uint64_t{1} << 40;  // of each
inline constexpr uint64_t kMaxPrimeBytes = uint64_t{64}
                                           << 10;  // of references, that a mixer learns
inline constexpr uint8_t kFlagShort = 8;        // the short form; the other flags are its kind
inline constexpr size_t kMaxFingerprintBytes = 1024;
inline constexpr int kMaxMixerVersion = 63;

// FORMAT.md 2.2: the short form.
inline constexpr uint64_t kMaxShortFormBytes = 65535;   // content
inline constexpr size_t kShortFormIdBytes = 4;          // of the model's id
inline constexpr uint8_t kShortFormWideLengths = 0x40;  // of its second byte behind the magic
inline constexpr uint8_t kShortFormSegments = 0x80;     // likewise: a list of typed segments
inline constexpr uint8_t kShortFormKindMask = 7;        // of its flags
inline constexpr uint8_t kShortFormPrimed = 3;   // above the kinds of mixed frames: with references
inline constexpr int kShortFormSegmentLog2 = 16;        // its geometry, with one lane

// FORMAT.md 3: frames.
enum class FrameKind : uint8_t {
  kEnd = 0x00,
  kStored = 0x01,
  kModel = 0x02,       // the model alone
  kMixed = 0x03,       // the mixer alone
  kModelMixed = 0x04,  // model and mixer
  kTokens = 0x05,      // a model of tokens alone
  kFirstSkippable = 0x40,
  kLastSkippable = 0x7f,
};
inline constexpr uint8_t kFlagCopies = 0x10;    // of a content frame's kind: a list of copies
inline constexpr uint8_t kFlagSegments = 0x20;  // of a mixed frame's kind: one of typed segments
inline constexpr uint8_t kFlagWoven = 0x08;     // of a byte code's with far copies: what is given
inline constexpr uint8_t kFlagFar = 0x80;       // of a kind with copies: some from before the frame
inline constexpr uint64_t kMinCopyBytes = 256;  // least length of a copy
inline constexpr uint64_t kMinFarCopyBytes = 32;  // likewise in a frame with far copies
inline constexpr uint64_t kMinCopiedBytes = 256;  // of all of a frame's copies
inline constexpr uint64_t kMaxWindowBytes = uint64_t{1} << 40;
inline constexpr uint64_t kMaxPosition = uint64_t{1} << 62;  // of a frame in its stream
inline constexpr uint64_t kMaxFrameBytes = uint64_t{64} << 20;  // content of a frame
inline constexpr uint64_t kMaxSkippableBytes = uint64_t{1} << 32;
inline constexpr uint64_t kMinUnitBytes = uint64_t{1} << 16;  // content under one check
inline constexpr uint64_t kMinDataPerCheck = 512;  // bytes of data for each byte of checks
inline constexpr size_t kCheckBytes = 4;           // of a unit of content, and of a stream's end
inline constexpr size_t kHeaderCheckBytes = 2;
inline constexpr int kMaxLanesLog2 = 6;
inline constexpr int kMinSegmentLog2 = 4;
inline constexpr int kMaxSegmentLog2 = 26;
// Decoding takes time by content, so a few bytes of data must not stand for much. Codes of bytes
// are made as long as this asks for; the floors of frequencies keep a token of up to 64 bytes at
// 7e-4 bits, so no valid code of tokens comes near.
inline constexpr uint64_t kMaxExpansion = 65536;
inline constexpr uint64_t kMaxTokensExpansion = uint64_t{1} << 20;
inline constexpr uint64_t kExpansionSlackBytes = 8;

}  // namespace lmzip
