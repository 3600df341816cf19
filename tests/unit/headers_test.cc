#include "format/headers.h"
#include "segments/segment_list.h"

#include <gtest/gtest.h>

#include <bit>

#include "support/damage.h"

namespace lmzip {
namespace {

using testing::Cut;
using testing::ErrorOf;
using testing::Flipped;
using testing::IsBadInput;

constexpr uint64_t kMiB = uint64_t{1} << 20;

Bytes WithCheck(Bytes bytes) {
  AppendLe(static_cast<uint16_t>(Xxh3(bytes)), bytes);
  return bytes;
}

Bytes Written(const FrameHeader& header) {
  Bytes bytes;
  AppendFrameHeader(header, bytes);
  return bytes;
}

StreamHeader ParseStream(const Bytes& bytes) {
  size_t used = 0;
  const StreamHeader header = ParseStreamHeader(bytes, used);
  EXPECT_LE(used, bytes.size());
  return header;
}

FrameHeader ParseFrame(const Bytes& bytes) {
  size_t used = 0;
  const FrameHeader header = ParseFrameHeader(bytes, used);
  EXPECT_LE(used, bytes.size());
  return header;
}

FrameHeader Coded(FrameKind kind, uint64_t raw, uint64_t data, int lanes_log2, int segment_log2) {
  return {.kind = kind,
          .raw_bytes = raw,
          .data_bytes = data,
          .geometry = {.lanes_log2 = lanes_log2, .segment_log2 = segment_log2}};
}

FrameHeader Stored(uint64_t raw) {
  return {.kind = FrameKind::kStored, .raw_bytes = raw, .data_bytes = raw, .geometry = {}};
}

StreamHeader ShortForm(const FrameHeader& frame) {
  StreamHeader header{.only_frame = frame};
  if (frame.is_coded()) {
    header.model_id = {.bytes = {0xab, 0xcd, 0, 0x12}, .size = kShortFormIdBytes};
    header.mixer_version = 5;
  }
  return header;
}

const std::vector<StreamHeader>& StreamHeaders() {
  static const std::vector<StreamHeader> headers = {
      ShortForm(Stored(0)),
      ShortForm(Stored(127)),
      ShortForm(Stored(kMaxShortFormBytes)),
      ShortForm(Coded(FrameKind::kModel, 127, 0, 0, 16)),
      ShortForm(Coded(FrameKind::kMixed, 10000, 3, 0, 16)),
      ShortForm(Coded(FrameKind::kModelMixed, 16383, 16382, 0, 16)),
      ShortForm(Coded(FrameKind::kTokens, 16384, 127, 0, 16)),
      ShortForm(Coded(FrameKind::kModelMixed, 16384, 128, 0, 16)),
      ShortForm(Coded(FrameKind::kModelMixed, kMaxShortFormBytes, kMaxShortFormBytes - 1, 0, 16)),
      {},
      {.model_id = {{1, 2, 3, 4, 5, 6, 7, 8}}, .mixer_version = 5},
      {.model_id = {{0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0}},
       .mixer_version = kMaxMixerVersion,
       .fingerprint = "torch 2.13.0, x86-64"},
      {.model_id = {{9}}, .fingerprint = std::string(kMaxFingerprintBytes, 'x')},
  };
  return headers;
}

FrameHeader Tokens(uint64_t raw_bytes, uint64_t data_bytes, uint8_t byte_share) {
  FrameHeader header = Coded(FrameKind::kTokens, raw_bytes, data_bytes, 0, 16);
  header.byte_share = byte_share;
  return header;
}

const std::vector<FrameHeader>& FrameHeaders() {
  static const std::vector<FrameHeader> headers = {
      Stored(1),
      Stored(300),
      Stored(kMaxFrameBytes),
      Coded(FrameKind::kModel, 1000, 200, 0, 16),
      Coded(FrameKind::kMixed, 16 * kMiB, 3 * kMiB + 17, 0, 20),
      Coded(FrameKind::kModelMixed, kMaxFrameBytes, kMaxFrameBytes - 1, 6, 26),
      Coded(FrameKind::kModelMixed, 8 * 65536, 0, 2, 4),
      Tokens(8 << 20, 0, 255),
      {.kind = FrameKind::kFirstSkippable, .raw_bytes = 0, .data_bytes = 0, .geometry = {}},
      {.kind = FrameKind::kLastSkippable,
       .raw_bytes = kMaxSkippableBytes,
       .data_bytes = 0,
       .geometry = {}},
  };
  return headers;
}

TEST(StreamHeader, Layout) {
  const StreamHeader header{.model_id = {{0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17}},
                            .mixer_version = 7,
                            .fingerprint = "ab"};
  EXPECT_EQ(Written(header), WithCheck({0xd1, 0x4c, 0x5a, 0x41, 7, 0x10, 0x11, 0x12, 0x13, 0x14,
                                        0x15, 0x16, 0x17, 0x02, 'a', 'b'}));
  EXPECT_EQ(Written(StreamHeader{}),
            WithCheck({0xd1, 0x4c, 0x5a, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(StreamHeader, RoundTrip) {
  for (const StreamHeader& header : StreamHeaders()) {
    const StreamHeader parsed = ParseStream(Written(header));
    EXPECT_EQ(parsed.model_id, header.model_id);
    EXPECT_EQ(parsed.mixer_version, header.mixer_version);
    EXPECT_EQ(parsed.fingerprint, header.fingerprint);
    EXPECT_EQ(Written(parsed), Written(header));
    EXPECT_LE(Written(header).size(), kMaxStreamHeaderBytes);
  }
}

TEST(StreamHeader, EveryCutIsTruncated) {
  for (const StreamHeader& header : StreamHeaders()) {
    const Bytes bytes = Written(header);
    for (size_t cut = 0; cut < bytes.size(); ++cut) {
      ASSERT_EQ(ErrorOf([&] { ParseStream(Cut(bytes, cut)); }), ErrorCode::kTruncated) << cut;
    }
  }
}

TEST(StreamHeader, EveryDamagedByteIsRefused) {
  int damages = 0, missed = 0;
  for (const StreamHeader& header : StreamHeaders()) {
    Bytes bytes = Written(header);
    const size_t length = bytes.size();
    bytes.resize(length + kMaxFingerprintBytes);  // a stream goes on behind its header
    for (size_t at = 0; at < length; ++at) {
      for (int mask = 1; mask<256; mask += length> 100 ? 85 : 1) {
        const auto error =
            ErrorOf([&] { ParseStream(Flipped(bytes, at, static_cast<uint8_t>(mask))); });
        ++damages;
        if (header.only_frame && !error) {  // a check of 8 bits; that of the content decides
          ++missed;
          continue;
        }
        ASSERT_TRUE(IsBadInput(error)) << "byte " << at << ", mask " << mask;
        ASSERT_EQ(error == ErrorCode::kBadMagic, at < kMagic.size());
      }
    }
  }
  EXPECT_LT(missed * 100, damages);
}

TEST(StreamHeader, UnknownVersionsAndFlagsAreNamed) {
  for (int value = 0; value < 256; ++value) {
    const int flags = value & 15;
    if (value >> 4 == kFormatVersion && flags != kFlagShort) continue;
    const Bytes bytes =
        WithCheck({0xd1, 'L', 'Z', static_cast<uint8_t>(value), 0, 0, 0, 0, 0, 0, 0, 0, 0});
    try {
      ParseStream(bytes);
      FAIL() << value;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kUnsupported);
      const std::string named = "version " + std::to_string(value >> 4);
      EXPECT_NE(std::string(e.what()).find(named), std::string::npos) << e.what();
    }
  }
}

TEST(StreamHeader, WindowIsBounded) {
  StreamHeader header{.fingerprint = "ab"};
  header.window_bytes = 300;
  EXPECT_EQ(Written(header), WithCheck({0xd1, 0x4c, 0x5a, 0x43, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02,
                                        'a', 'b', 0xac, 0x02}));
  for (const uint64_t window : {uint64_t{1}, kMaxWindowBytes}) {
    header.window_bytes = window;
    EXPECT_EQ(ParseStream(Written(header)).window_bytes, window);
  }
  header.window_bytes = kMaxWindowBytes + 1;
  EXPECT_EQ(ErrorOf([&] { ParseStream(Written(header)); }), ErrorCode::kCorrupt);
  const Bytes nothing = WithCheck({0xd1, 0x4c, 0x5a, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(ErrorOf([&] { ParseStream(nothing); }), ErrorCode::kCorrupt);
}

TEST(StreamHeader, ReferencesComeBack) {
  StreamHeader header;
  header.references = {{.bytes = 300, .hash = 0x0807060504030201}};
  EXPECT_EQ(Written(header), WithCheck({0xd1, 0x4c, 0x5a, 0x44, 0, 0, 0, 0, 0, 0, 0, 0,
                                        0,    1,    0xac, 0x02, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(Describe(header.references[0]), "300 bytes with XXH3 0807060504030201");
  header.window_bytes = 5;
  header.references.resize(kMaxReferences, {.bytes = kMaxReferenceBytes, .hash = 7});
  EXPECT_EQ(ParseStream(Written(header)).references, header.references);
  EXPECT_EQ(ParseStream(Written(header)).window_bytes, 5u);
}

TEST(StreamHeader, ReferencesAreBounded) {
  const auto error_of = [](std::vector<ReferenceId> references) {
    StreamHeader header;
    header.references = std::move(references);
    return ErrorOf([&] { ParseStream(Written(header)); });
  };
  EXPECT_EQ(error_of({{.bytes = 0, .hash = 1}}), ErrorCode::kCorrupt);
  EXPECT_EQ(error_of({{.bytes = kMaxReferenceBytes + 1, .hash = 1}}), ErrorCode::kCorrupt);
  for (const int count : {0, 17}) {
    Bytes bytes = {0xd1, 'L', 'Z', 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(count)};
    for (int i = 0; i < count; ++i) bytes.insert(bytes.end(), {1, 1, 2, 3, 4, 5, 6, 7, 8});
    EXPECT_EQ(ErrorOf([&] { ParseStream(WithCheck(bytes)); }), ErrorCode::kCorrupt);
  }
}

// In the short form a check of them and the model stands in the place of the model's id.
TEST(StreamHeader, ShortFormWithReferences) {
  for (const FrameKind kind : {FrameKind::kMixed, FrameKind::kModelMixed}) {
    StreamHeader header{.mixer_version = 5};
    header.only_frame = {.kind = kind, .raw_bytes = 300, .data_bytes = 71};
    header.reference_check = 0x04030201;
    const Bytes bytes = Written(header);
    EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 12),
              (Bytes{0xd1, 0x4c, 0x5a, static_cast<uint8_t>(0x4b + static_cast<int>(kind)), 5, 1, 2,
                     3, 4, 0xac, 0x02, 0x47}));
    const StreamHeader parsed = ParseStream(bytes);
    EXPECT_EQ(parsed.reference_check, header.reference_check);
    EXPECT_EQ(parsed.only_frame->kind, kind);
    EXPECT_FALSE(parsed.needs_model());
    EXPECT_EQ(Written(parsed), bytes);
  }
  const ReferenceId one{.bytes = 1, .hash = 1}, other{.bytes = 1, .hash = 2};
  const ShortModelId model{.bytes = {1, 2, 3}};
  const auto check = [&](std::vector<ReferenceId> ids) { return ReferenceCheck(model, ids); };
  EXPECT_NE(check({one}), check({other}));
  EXPECT_NE(check({one, other}), check({other, one}));
  EXPECT_NE(check({one}), ReferenceCheck({.bytes = {1, 2, 4}}, {&one, 1}));
}

TEST(StreamHeader, FingerprintLengthIsBounded) {
  for (uint64_t size : {uint64_t{0}, uint64_t{kMaxFingerprintBytes + 1}, ~uint64_t{0}}) {
    Bytes bytes = {0xd1, 'L', 'Z', 0x41, 5, 1, 2, 3, 4, 5, 6, 7, 8};
    AppendVarint(size, bytes);
    bytes.resize(bytes.size() + 2000);
    EXPECT_EQ(ErrorOf([&] { ParseStream(bytes); }), ErrorCode::kCorrupt) << size;
  }
}

TEST(FrameHeader, Layout) {
  EXPECT_EQ(Written(FrameHeader{}), Bytes{0x00});
  EXPECT_EQ(Written(Stored(300)), WithCheck({0x01, 0xac, 0x02}));
  EXPECT_EQ(Written(Coded(FrameKind::kModel, 1000, 200, 3, 16)),
            WithCheck({0x02, 0xe8, 0x07, 0xc8, 0x01, 16 << 3 | 3}));
  EXPECT_EQ(Written(Coded(FrameKind::kMixed, 1000, 200, 0, 20)),
            WithCheck({0x03, 0xe8, 0x07, 0xc8, 0x01, 20 << 3}));
  EXPECT_EQ(Written(Coded(FrameKind::kModelMixed, 100, 0, 6, 26))[0], 0x04);
  EXPECT_EQ(Written(Tokens(1000, 200, ByteShare(20, 1000))),
            WithCheck({0x05, 0xe8, 0x07, 0xc8, 0x01, 16 << 3, 6}));
}

TEST(FrameHeader, RoundTrip) {
  for (const FrameHeader& header : FrameHeaders()) {
    const FrameHeader parsed = ParseFrame(Written(header));
    EXPECT_EQ(parsed.kind, header.kind);
    EXPECT_EQ(parsed.raw_bytes, header.raw_bytes);
    EXPECT_EQ(parsed.data_bytes, header.data_bytes);
    EXPECT_EQ(parsed.byte_share, header.byte_share);
    EXPECT_TRUE(!header.is_coded() || parsed.geometry == header.geometry);
    EXPECT_LE(Written(header).size(), kMaxFrameHeaderBytes);
  }
}

TEST(FrameHeader, EveryCutIsTruncated) {
  for (const FrameHeader& header : FrameHeaders()) {
    const Bytes bytes = Written(header);
    for (size_t cut = 0; cut < bytes.size(); ++cut) {
      ASSERT_EQ(ErrorOf([&] { ParseFrame(Cut(bytes, cut)); }), ErrorCode::kTruncated) << cut;
    }
  }
}

// But for a kind that becomes "end": the end's own check then fails (stream_test.cc).
TEST(FrameHeader, EveryDamagedByteIsRefused) {
  for (const FrameHeader& header : FrameHeaders()) {
    Bytes bytes = Written(header);
    const size_t length = bytes.size();
    bytes.resize(length + kMaxFrameHeaderBytes, 0x5a);
    for (size_t at = 0; at < length; ++at) {
      for (int mask = 1; mask < 256; ++mask) {
        const Bytes damaged = Flipped(bytes, at, static_cast<uint8_t>(mask));
        if (damaged[0] == 0) continue;
        ASSERT_TRUE(IsBadInput(ErrorOf([&] { ParseFrame(damaged); })))
            << MethodName(header.kind) << " byte " << at << ", mask " << mask;
      }
    }
  }
}

TEST(FrameHeader, UnknownKindsAreNamed) {
  for (int kind = 0; kind < 256; ++kind) {
    if (kind <= 0x05 || (kind >= 0x11 && kind <= 0x15) || kind == 0x23 || kind == 0x24 ||
        kind == 0x33 || kind == 0x34 || (kind >= 0x40 && kind <= 0x7f) ||
        (kind >= 0x91 && kind <= 0x95) || kind == 0xb3 || kind == 0xb4 ||
        (kind >= 0x9a && kind <= 0x9c) || kind == 0xbb || kind == 0xbc) {
      continue;
    }
    const Bytes bytes = WithCheck({static_cast<uint8_t>(kind), 1});
    EXPECT_EQ(ErrorOf([&] { ParseFrame(bytes); }), ErrorCode::kUnsupported) << kind;
  }
}

FrameHeader WithCopies(FrameHeader header, uint64_t copied_bytes, uint64_t list_bytes) {
  header.copied_bytes = copied_bytes;
  header.list_bytes = list_bytes;
  if (!header.is_coded()) header.data_bytes = list_bytes + header.residue_bytes();
  return header;
}

TEST(FrameHeader, CopiesComeBack) {
  for (const FrameHeader& header :
       {WithCopies(Stored(100000), 99000, 7),
        WithCopies(Coded(FrameKind::kMixed, 70000, 90, 0, 20), 256, 1),
        WithCopies(Coded(FrameKind::kTokens, 70000, 90, 2, 8), 69999, 80)}) {
    const Bytes bytes = Written(header);
    EXPECT_EQ(bytes[0], static_cast<uint8_t>(header.kind) | 0x10);
    const FrameHeader parsed = ParseFrame(bytes);
    EXPECT_EQ(parsed.copied_bytes, header.copied_bytes);
    EXPECT_EQ(parsed.list_bytes, header.list_bytes);
    EXPECT_EQ(parsed.data_bytes, header.data_bytes);
    EXPECT_EQ(parsed.residue_bytes(), header.raw_bytes - header.copied_bytes);
    EXPECT_FALSE(FitsShortForm(parsed));
  }
}

FrameHeader WithFarCopies(FrameHeader header, uint64_t reach, uint64_t position) {
  header = WithCopies(header, 600, 20);
  header.far = true;
  header.reach = reach;
  header.position = position;
  return header;
}

TEST(FrameHeader, FarCopiesComeBack) {
  EXPECT_EQ(Written(WithFarCopies(Stored(1000), 300, 400)),
            WithCheck({0x91, 0xe8, 0x07, 0xd8, 0x04, 20, 0xac, 0x02, 0x90, 0x03}));
  for (FrameHeader header :
       {WithFarCopies(Stored(100000), 1, 1),
        WithFarCopies(Coded(FrameKind::kTokens, 70000, 90, 2, 8), 5, kMaxPosition),
        WithFarCopies(Coded(FrameKind::kMixed, 70000, 90, 0, 20), kMaxWindowBytes, 0)}) {
    if (header.uses_mixer()) header.segments_bytes = 7;
    const Bytes bytes = Written(header);
    EXPECT_EQ(bytes[0] & 0x90, 0x90);
    EXPECT_TRUE(LooksLikeContentFrame(bytes));
    const FrameHeader parsed = ParseFrame(bytes);
    EXPECT_EQ(parsed.reach, header.reach);
    EXPECT_EQ(parsed.position, header.position);
    EXPECT_EQ(parsed.list_bytes, header.list_bytes);
    EXPECT_EQ(parsed.segments_bytes, header.segments_bytes);
    EXPECT_EQ(Written(parsed), bytes);
  }
}

TEST(FrameHeader, FarCopiesKeepTheirLimits) {
  for (const FrameHeader& header : {WithFarCopies(Stored(1000), kMaxWindowBytes + 1, 1),
                                    WithFarCopies(Stored(1000), 1, kMaxPosition + 1)}) {
    EXPECT_EQ(ErrorOf([&] { ParseFrame(Written(header)); }), ErrorCode::kCorrupt);
  }
}

// What copies are of references alone, which the stream's header tells.
TEST(FrameHeader, FarCopiesMayReachNoFrame) {
  const Bytes bytes = WithCheck({0x91, 0xe8, 0x07, 0xd8, 0x04, 20, 0, 5});
  EXPECT_EQ(Written(WithFarCopies(Stored(1000), 0, 5)), bytes);
  EXPECT_TRUE(ParseFrame(bytes).has_far_copies());
}

FrameHeader Woven(FrameKind kind, uint64_t given_bytes) {
  FrameHeader header = WithFarCopies(Coded(kind, 1000, 90, 0, 20), 7, 9);
  header.woven = true;
  header.given_bytes = given_bytes;
  return header;
}

TEST(FrameHeader, WhatIsGivenComesBack) {
  for (const FrameKind kind : {FrameKind::kModel, FrameKind::kMixed, FrameKind::kModelMixed}) {
    for (const uint64_t given : {0, 1, 600}) {
      const Bytes bytes = Written(Woven(kind, given));
      EXPECT_EQ(bytes[0], 0x98 | static_cast<uint8_t>(kind));
      const FrameHeader parsed = ParseFrame(bytes);
      EXPECT_TRUE(parsed.is_woven());
      EXPECT_EQ(parsed.given_bytes, given);
      EXPECT_EQ(parsed.coded_bytes(), parsed.residue_bytes() + given);
      EXPECT_EQ(Written(parsed), bytes);
      EXPECT_TRUE(LooksLikeContentFrame(bytes));
    }
    EXPECT_EQ(ErrorOf([&] { ParseFrame(Written(Woven(kind, 601))); }), ErrorCode::kCorrupt);
  }
}

FrameHeader WithSegments(FrameHeader header, uint64_t segments_bytes) {
  header.segments_bytes = segments_bytes;
  return header;
}

TEST(FrameHeader, SegmentsComeBack) {
  const FrameHeader mixed = Coded(FrameKind::kMixed, 70000, 900, 0, 20);
  for (const FrameHeader& header :
       {WithSegments(mixed, 1),
        WithSegments(Coded(FrameKind::kModelMixed, 70000, 900, 0, 20), 700),
        WithSegments(WithCopies(mixed, 600, 20), 200)}) {
    const Bytes bytes = Written(header);
    EXPECT_EQ(bytes[0],
              static_cast<uint8_t>(header.kind) | 0x20 | (header.has_copies() ? 0x10 : 0));
    const FrameHeader parsed = ParseFrame(bytes);
    EXPECT_EQ(parsed.segments_bytes, header.segments_bytes);
    EXPECT_EQ(parsed.list_bytes, header.list_bytes);
    EXPECT_EQ(parsed.data_bytes, header.data_bytes);
    EXPECT_TRUE(LooksLikeContentFrame(bytes));
  }
}

TEST(FrameHeader, SegmentsKeepTheirLimits) {
  const FrameHeader mixed = Coded(FrameKind::kMixed, 70000, 20000, 0, 20);
  for (const FrameHeader& header :
       {WithSegments(mixed, kMaxSegmentListBytes + 1), WithSegments(mixed, 20001)}) {
    EXPECT_EQ(ErrorOf([&] { ParseFrame(Written(header)); }), ErrorCode::kCorrupt)
        << header.segments_bytes;
  }
}

TEST(FrameHeader, CopiesKeepTheirLimits) {
  const FrameHeader mixed = Coded(FrameKind::kMixed, 70000, 90, 0, 20);
  for (const FrameHeader& header :
       {WithCopies(mixed, 255, 1), WithCopies(mixed, 70000, 1), WithCopies(mixed, 70001, 1),
        WithCopies(mixed, 300, 0), WithCopies(mixed, 300, 91), WithCopies(Stored(1000), 300, 301),
        WithCopies(Coded(FrameKind::kMixed, 20 * 65536, 12, 0, 20), 65536, 2)}) {
    EXPECT_EQ(ErrorOf([&] { ParseFrame(Written(header)); }), ErrorCode::kCorrupt)
        << header.raw_bytes << ' ' << header.copied_bytes << ' ' << header.list_bytes;
  }
  const Bytes nothing = WithCheck({0x11, 5, 0, 1});  // copies of no bytes
  EXPECT_EQ(ErrorOf([&] { ParseFrame(nothing); }), ErrorCode::kCorrupt);
}

// Headers whose check holds, but whose values are refused all the same.
TEST(FrameHeader, LimitsHold) {
  const FrameKind lm = FrameKind::kModel;
  const std::vector<FrameHeader> refused = {
      Stored(0),
      Stored(kMaxFrameBytes + 1),
      Stored(~uint64_t{0}),
      Coded(lm, 0, 0, 0, 16),
      Coded(lm, kMaxFrameBytes + 1, 1 << 20, 0, 16),
      Coded(lm, 100, 100, 0, 16),
      Coded(lm, 100, 101, 0, 16),
      Coded(lm, 100, ~uint64_t{0}, 0, 16),
      Coded(lm, ~uint64_t{0}, ~uint64_t{0}, 0, 16),
      Coded(lm, 8 * 65536 + 1, 0, 0, 16),
      Coded(lm, 9 * 65536 + 1, 1, 0, 16),
      Tokens((8 << 20) + 1, 0, 0),
      Coded(lm, 100, 10, 7, 16),
      Coded(lm, 100, 10, 0, 3),
      Coded(lm, 100, 10, 0, 27),
      {.kind = FrameKind::kFirstSkippable,
       .raw_bytes = kMaxSkippableBytes + 1,
       .data_bytes = 0,
       .geometry = {}},
  };
  for (const FrameHeader& header : refused) {
    EXPECT_EQ(ErrorOf([&] { ParseFrame(Written(header)); }), ErrorCode::kCorrupt)
        << header.raw_bytes << " " << header.data_bytes;
  }
  EXPECT_EQ(ErrorOf([&] { ParseFrame(Written(Coded(lm, 9 * 65536, 1, 6, 4))); }), std::nullopt);
}

TEST(FrameHeader, LongFormsOfLengthsAreRefused) {
  EXPECT_EQ(ErrorOf([] { ParseFrame(WithCheck({0x01, 0x85, 0x00})); }), ErrorCode::kCorrupt);
  EXPECT_EQ(ErrorOf([] {
              ParseFrame(WithCheck({0x02, 0x64, 0x85, 0x00, 0x80}));
            }),
            ErrorCode::kCorrupt);
}

TEST(FrameHeader, PayloadOfUnits) {
  EXPECT_EQ(Stored(1).unit_count(), 1u);
  EXPECT_EQ(Stored(65536).unit_count(), 1u);
  EXPECT_EQ(Stored(65537).unit_count(), 2u);
  EXPECT_EQ(Stored(kMiB + 1).unit_count(), 17u);
  EXPECT_EQ(Stored(kMiB + 1).payload_bytes(), 68 + kMiB + 1);
  EXPECT_EQ(Coded(FrameKind::kModel, 3 * kMiB, 77, 0, 16).payload_bytes(), 4u + 77);
}

// FORMAT.md 3.2: the smallest unit whose checks take at most 1/512 of the data, or the whole frame.
TEST(FrameHeader, UnitsGrowWhereDataAreFew) {
  for (uint64_t raw : {uint64_t{65537}, kMiB, 3 * kMiB + 5, 16 * kMiB, kMaxFrameBytes}) {
    for (uint64_t data = 0; data < raw; data += data / 3 + 1) {
      const FrameHeader header = Coded(FrameKind::kMixed, raw, data, 0, 20);
      const uint64_t unit = header.unit_bytes();
      const auto checks = [&](uint64_t bytes) { return 4 * ((raw + bytes - 1) / bytes); };
      ASSERT_TRUE(std::has_single_bit(unit) && unit >= 65536);
      ASSERT_EQ(header.unit_count(), checks(unit) / 4);
      ASSERT_TRUE(512 * checks(unit) <= data || header.unit_count() == 1) << raw << " " << data;
      ASSERT_TRUE(unit == 65536 || (512 * checks(unit / 2) > data && unit / 2 < raw));
    }
  }
  EXPECT_EQ(Coded(FrameKind::kMixed, 16 * kMiB, 524288, 0, 20).unit_bytes(), 65536u);
  EXPECT_EQ(Coded(FrameKind::kMixed, 16 * kMiB, 524287, 0, 20).unit_bytes(), 131072u);
}

TEST(ShortForm, Layout) {
  const auto with_check = [](Bytes bytes) {
    bytes.push_back(static_cast<uint8_t>(Xxh3(bytes)));
    return bytes;
  };
  EXPECT_EQ(Written(ShortForm(Stored(0))), with_check({0xd1, 'L', 'Z', 0x49, 0}));
  EXPECT_EQ(Written(ShortForm(Stored(300))), with_check({0xd1, 'L', 'Z', 0x49, 0xac, 0x02}));
  EXPECT_EQ(Written(ShortForm(Coded(FrameKind::kModelMixed, 300, 20, 0, 16))),
            with_check({0xd1, 'L', 'Z', 0x4c, 5, 0xab, 0xcd, 0, 0x12, 0xac, 0x02, 20}));
  EXPECT_EQ(Written(ShortForm(Coded(FrameKind::kMixed, 0x8001, 0x102, 0, 20))),
            with_check({0xd1, 'L', 'Z', 0x4b, 0x45, 0xab, 0xcd, 0, 0x12, 1, 0x80, 2, 1}));
}

// At most 12 bytes beside stored content and 18 beside a code, the check of 4 bytes included.
TEST(ShortForm, IsShort) {
  for (uint64_t raw = 0; raw <= kMaxShortFormBytes; raw += raw / 7 + 1) {
    EXPECT_LE(Written(ShortForm(Stored(raw))).size() + kCheckBytes, 12u);
    for (uint64_t data = 0; data < raw; data += data / 7 + 1) {
      const FrameHeader frame = Coded(FrameKind::kModelMixed, raw, data, 0, 16);
      ASSERT_LE(Written(ShortForm(frame)).size() + kCheckBytes, 18u) << raw << " " << data;
    }
  }
}

TEST(ShortForm, FitsOneSmallBlock) {
  EXPECT_TRUE(FitsShortForm(Stored(0)));
  EXPECT_TRUE(FitsShortForm(Stored(65535)));
  EXPECT_FALSE(FitsShortForm(Stored(65536)));
  EXPECT_TRUE(FitsShortForm(Coded(FrameKind::kMixed, 65535, 9, 0, 20)));
  EXPECT_TRUE(FitsShortForm(Coded(FrameKind::kMixed, 4096, 9, 0, 12)));
  EXPECT_FALSE(FitsShortForm(Coded(FrameKind::kMixed, 4097, 9, 0, 12)));
  EXPECT_FALSE(FitsShortForm(Coded(FrameKind::kMixed, 100, 9, 1, 16)));
  EXPECT_FALSE(FitsShortForm({.kind = FrameKind::kFirstSkippable, .raw_bytes = 5}));
}

// Headers whose check holds, but whose values are refused all the same.
TEST(ShortForm, LimitsHold) {
  const auto error_of = [](Bytes bytes) {
    bytes.push_back(static_cast<uint8_t>(Xxh3(bytes)));
    return ErrorOf([&] { ParseStream(bytes); });
  };
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x49, 0xff, 0xff, 0x03}), std::nullopt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x49, 0x80, 0x80, 0x04}), ErrorCode::kCorrupt);  // 65,536
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x49, 0x85, 0x00}), ErrorCode::kCorrupt);  // long varint
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 5, 1, 2, 3, 4, 100, 99}), std::nullopt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 5, 1, 2, 3, 4, 100, 100}), ErrorCode::kCorrupt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 5, 1, 2, 3, 4, 0, 0}), ErrorCode::kCorrupt);
  // Lengths in the other of their two forms.
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 0x45, 1, 2, 3, 4, 100, 0, 99, 0}), ErrorCode::kCorrupt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 5, 1, 2, 3, 4, 0x80, 0x80, 1, 0x80, 1}),
            ErrorCode::kCorrupt);
  // With typed segments: their list's length follows.
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 0x86, 1, 2, 3, 4, 100, 99, 8}), std::nullopt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 0x86, 1, 2, 3, 4, 100, 99, 0}), ErrorCode::kCorrupt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4b, 0x86, 1, 2, 3, 4, 100, 99, 100}), ErrorCode::kCorrupt);
  EXPECT_EQ(error_of({0xd1, 'L', 'Z', 0x4a, 0x86, 1, 2, 3, 4, 100, 99, 8}), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace lmzip
