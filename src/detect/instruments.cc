// Sound of instruments: the Gravis Ultrasound's patches, SoundFonts, and tracker modules (MOD, S3M,
// IT).
#include "detect/file_kinds.h"

namespace lmzip::detect {
namespace {

TypedSegment Samples(uint32_t bits, bool is_signed) {
  TypedSegment form{.kind = DataKind::kSound};
  form.bits = static_cast<uint8_t>(bits);
  form.is_signed = is_signed;
  return form;
}

uint32_t ChannelsOfMod(const Fields& file) {
  constexpr uint64_t kMagicAt = 1080;
  if (file.Says(kMagicAt + 1, "CHN")) return file.U8(kMagicAt) - uint32_t{'0'};
  return 4;
}

}  // namespace

void FindInPatch(const Fields& file, Finder& finder) {
  if (!file.Says(0, "GF1PATCH1")) return;
  constexpr uint64_t kFileBytes = 129, kInstrumentBytes = 63, kLayerBytes = 47, kSampleBytes = 96;
  const uint32_t instruments = std::max<uint32_t>(1, file.U8(82));
  uint64_t at = kFileBytes;
  for (uint32_t i = 0; i < instruments; ++i) {
    const uint32_t layers = file.U8(at + 22);
    at += kInstrumentBytes;
    for (uint32_t layer = 0; layer < layers; ++layer) {
      const uint32_t samples = file.U8(at + 6);
      at += kLayerBytes;
      for (uint32_t sample = 0; sample < samples; ++sample) {
        if (!file.Has(at, kSampleBytes) || !finder.Spend(kSampleBytes)) return;
        const uint64_t bytes = file.Le32(at + 8);
        const uint8_t modes = file.U8(at + 55);
        at += kSampleBytes;
        finder.Add(Samples((modes & 1) != 0 ? 16 : 8, (modes & 2) == 0), at, bytes);
        at += bytes;
      }
    }
  }
}

void FindInSoundFont(const Fields& file, Finder& finder) {
  if (!file.Says(8, "sfbk")) return;
  for (uint64_t at = 12; file.Has(at, 8) && finder.Spend(1);) {
    const uint64_t size = file.Le32(at + 4);
    const bool has_samples = file.Says(at, "LIST") && file.Says(at + 8, "sdta");
    if (has_samples && file.Says(at + 12, "smpl")) {
      finder.Add(Samples(16, true), at + 20, file.Le32(at + 16));
      return;
    }
    at += has_samples ? 12 : 8 + size + size % 2;
  }
}

void FindInMod(const Fields& file, Finder& finder) {
  constexpr uint64_t kSamples = 31, kSampleBytes = 30, kOrders = 952, kPatterns = 1084;
  const uint64_t channels = ChannelsOfMod(file);
  if (!file.Has(0, kPatterns) || channels < 1 || channels > 9) return;
  uint64_t patterns = 0, length = 0;
  for (uint64_t i = 0; i < 128; ++i) {
    if (file.U8(kOrders + i) > 127) return;
    patterns = std::max<uint64_t>(patterns, file.U8(kOrders + i) + 1u);
  }
  for (uint64_t i = 0; i < kSamples; ++i) length += 2 * file.Be16(20 + kSampleBytes * i + 22);
  finder.Add(Samples(8, true), kPatterns + patterns * channels * 256, length);
}

void FindInS3m(const Fields& file, Finder& finder) {
  constexpr uint64_t kInstruments = 96, kUnsigned = 2, kParagraph = 16;
  const uint64_t orders = file.Le16(32), count = file.Le16(34);
  const bool is_signed = file.Le16(42) != kUnsigned;
  if (count > 256 || !finder.Spend(count)) return;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = file.Le16(kInstruments + orders + 2 * i) * kParagraph;
    const uint8_t flags = file.U8(at + 31);
    if (file.U8(at) != 1 || file.U8(at + 30) != 0 || !file.Says(at + 76, "SCRS")) continue;
    const uint32_t bits = (flags & 4) != 0 ? 16 : 8, sides = (flags & 2) != 0 ? 2 : 1;
    const uint64_t data = (uint64_t{file.U8(at + 13)} << 16 | file.Le16(at + 14)) * kParagraph;
    finder.Add(Samples(bits, is_signed), data, uint64_t{file.Le32(at + 16)} * sides * (bits / 8));
  }
}

void FindInIt(const Fields& file, Finder& finder) {
  constexpr uint64_t kOrders = 192;
  const uint64_t orders = file.Le16(32), instruments = file.Le16(34), count = file.Le16(36);
  if (count > 4096 || !finder.Spend(count)) return;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = file.Le32(kOrders + orders + 4 * instruments + 4 * i);
    constexpr uint8_t kThere = 1, kWide = 2, kStereo = 4, kPacked = 8;
    const uint8_t flags = file.U8(at + 18), conversion = file.U8(at + 46);
    if (!file.Says(at, "IMPS") || (flags & (kThere | kPacked)) != kThere) continue;
    if ((conversion & ~1) != 0) continue;  // differences, other orders
    const uint32_t bits = (flags & kWide) != 0 ? 16 : 8, sides = (flags & kStereo) != 0 ? 2 : 1;
    finder.Add(Samples(bits, (conversion & 1) != 0), file.Le32(at + 72),
               uint64_t{file.Le32(at + 48)} * sides * (bits / 8));
  }
}

}  // namespace lmzip::detect
