// Sound files of known kinds, made here.
#pragma once

#include "support/made_files.h"

namespace lmzip::testing {

struct WavForm {
  const char* riff = "RIFF";
  uint32_t code = 1;  // PCM; 3: floats
  uint32_t bits = 16, channels = 2;
  bool extensible = false;
  uint32_t claims = 0;  // bytes of data, where the header lies
};

inline MadeFile MakeWav(const WavForm& form, size_t blocks = 1000) {
  const std::string riff = form.riff;
  FileMaker maker(riff == "RIFX");
  const uint32_t block = form.bits / 8 * form.channels;
  const size_t length = block * blocks;
  maker.Text(riff).U32(0).Text("WAVE");
  if (riff == "RF64") maker.Text("ds64").U32(28).U64(0).U64(length).U64(0).U32(0);
  maker.Text("LIST").U32(5).Text("odd..").Zeros(1);  // chunks begin at even places
  maker.Text("fmt ").U32(form.extensible ? 40 : 16).U16(form.extensible ? 0xfffe : form.code);
  maker.U16(form.channels).U32(44100).U32(44100 * block).U16(block).U16(form.bits);
  if (form.extensible) maker.U16(22).U16(form.bits).U32(0).U16(form.code).Zeros(14);
  maker.Text("data").U32(form.claims != 0 ? form.claims : length);
  TypedSegment holds = Sound(static_cast<int>(form.bits), static_cast<int>(form.channels));
  if (form.code == 3) {
    holds.is_float = true;
    holds.is_signed = false;
    if (form.bits == 64) holds = Table(block);
  }
  holds.big_endian = riff == "RIFX" && form.bits > 8 && holds.kind == DataKind::kSound;
  holds = At(holds, maker.size(), length);
  maker.Waves(length);
  return {riff + " of " + std::to_string(form.bits) + " bits x " + std::to_string(form.channels),
          maker.bytes(),
          {holds}};
}

inline TypedSegment BigEndian(TypedSegment form) {
  form.big_endian = true;
  return form;
}

inline TypedSegment Bytes8(bool is_signed) {
  TypedSegment form = Sound(8, 1);
  form.is_signed = is_signed;
  return form;
}

inline TypedSegment Floats(int channels) {
  TypedSegment form = Sound(32, channels);
  form.is_signed = false;
  form.is_float = true;
  return form;
}

/// `packing`: of AIFC; none of AIFF.
inline MadeFile MakeAiff(const std::string& packing, uint32_t bits, const TypedSegment& form) {
  FileMaker maker(true);
  maker.Text("FORM").U32(0).Text(packing.empty() ? "AIFF" : "AIFC");
  maker.Text("COMM")
      .U32(packing.empty() ? 18 : 24)
      .U16(form.channels)
      .U32(1000)
      .U16(bits)
      .Zeros(10);
  if (!packing.empty()) maker.Text(packing).U16(0);
  const uint64_t length = form.channels * bits / 8 * 1000;
  maker.Text("SSND").U32(8 + length).U32(0).U32(0);
  const TypedSegment holds = At(form, maker.size(), length);
  return {"aiff " + packing + " of " + std::to_string(bits), maker.Waves(length).bytes(), {holds}};
}

inline MadeFile Make8svx() {
  FileMaker maker(true);
  maker.Text("FORM").U32(0).Text("8SVX").Text("VHDR").U32(20).Zeros(20).Text("NAME").U32(3);
  maker.Text("one").U8(0).Text("BODY").U32(2000);
  const TypedSegment holds = At(Bytes8(true), maker.size(), 2000);
  return {"8svx", maker.Waves(2000).bytes(), {holds}};
}

inline MadeFile MakeAu(uint32_t code, const TypedSegment& form) {
  FileMaker maker(true);
  maker.Text(".snd").U32(28).U32(6000).U32(code).U32(8000).U32(2).Zeros(4).Waves(6000);
  return {"au of " + std::to_string(code), maker.bytes(), {At(form, 28, 6000)}};
}

inline MadeFile MakeCaf(uint32_t flags, uint32_t bits, const TypedSegment& form) {
  FileMaker maker(true);
  maker.Text("caff").U16(1).U16(0).Text("desc").U64(32).U64(0).Text("lpcm").U32(flags);
  maker.U32(2 * bits / 8).U32(1).U32(2).U32(bits).Text("free").U64(10).Zeros(10);
  maker.Text("data").U64(4 + 6000).U32(0);
  const TypedSegment holds = At(form, maker.size(), 6000);
  return {"caf", maker.Waves(6000).bytes(), {holds}};
}

inline MadeFile MakeVoc() {
  FileMaker maker;
  MadeFile made{"voc", {}, {}};
  const auto block = [&maker](uint8_t type, uint32_t length) { maker.U8(type).U16(length).U8(0); };
  const auto hold = [&](TypedSegment form) {
    made.holds.push_back(At(form, maker.size(), 1000));
    maker.Waves(1000);
  };
  maker.Text("Creative Voice File\x1a").U16(26).U16(0x010a).U16(0x1129);
  block(1, 1002), maker.U8(100).U8(0), hold(Bytes8(false));
  block(2, 1000), hold(Bytes8(false));
  block(9, 1012), maker.U32(8000).U8(16).U8(2).U16(4).U32(0), hold(Sound(16, 2));
  made.bytes = maker.U8(0).bytes();
  return made;
}

inline MadeFile MakePatch() {
  FileMaker maker;
  MadeFile made{"patch", {}, {}};
  maker.Text("GF1PATCH110").U8(0).Text("ID#000002").U8(0).Until(82).U8(1).Until(129);
  maker.Until(129 + 22).U8(1).Until(129 + 63).Zeros(6).U8(2).Until(129 + 63 + 47);
  for (const uint32_t modes : {1u, 2u}) {
    const size_t sample = maker.size();
    maker.Zeros(8).U32(2000).Until(sample + 55).U8(modes).Until(sample + 96);
    made.holds.push_back(At(modes == 1 ? Sound(16, 1) : Bytes8(false), maker.size(), 2000));
    maker.Waves(2000);
  }
  made.bytes = maker.bytes();
  return made;
}

inline MadeFile MakeSoundFont() {
  FileMaker maker;
  maker.Text("RIFF").U32(0).Text("sfbk").Text("LIST").U32(14).Text("INFO").Zeros(10);
  maker.Text("LIST").U32(2012).Text("sdta").Text("smpl").U32(2000);
  const TypedSegment holds = At(Sound(16, 1), maker.size(), 2000);
  return {"sound font", maker.Waves(2000).bytes(), {holds}};
}

/// Two patterns, then samples of 3,000 words and of 500.
inline MadeFile MakeMod(const std::string& magic, uint32_t channels) {
  FileMaker maker(true);
  maker.Until(20 + 22).U16(3000).Until(20 + 30 + 22).U16(500).Until(950).U8(2).U8(127).U8(1).U8(0);
  maker.Until(1080).Text(magic).Zeros(2 * channels * 256);
  const TypedSegment holds = At(Bytes8(true), maker.size(), 7000);
  return {"mod " + magic, maker.Waves(7000).bytes(), {holds}};
}

inline MadeFile MakeS3m() {
  FileMaker maker;
  maker.Until(32).U16(2).U16(1).U16(0).Until(42).U16(2).Text("SCRM").Until(96).U8(0).U8(255);
  maker.U16(8).Until(128).U8(1).Until(128 + 13).U8(0).U16(16).U32(2000).Until(128 + 31).U8(4);
  maker.Until(128 + 76).Text("SCRS").Until(256).Waves(4000);
  TypedSegment holds = Sound(16, 1);
  holds.is_signed = false;
  return {"s3m", maker.bytes(), {At(holds, 256, 4000)}};
}

inline MadeFile MakeIt() {
  FileMaker maker;
  maker.Text("IMPM").Until(32).U16(2).U16(0).U16(1).Until(192).U8(0).U8(255).U32(208).Until(208);
  maker.Text("IMPS").Until(208 + 18).U8(1).Until(208 + 46).U8(1).Until(208 + 48).U32(2000);
  maker.Until(208 + 72).U32(288).Until(288).Waves(2000);
  return {"it", maker.bytes(), {At(Bytes8(true), 288, 2000)}};
}

inline std::vector<MadeFile> MadeSounds() {
  std::vector<MadeFile> made;
  for (const char* riff : {"RIFF", "RIFX"}) {
    for (const uint32_t bits : {8u, 16u, 24u, 32u}) {
      made.push_back(MakeWav({.riff = riff, .bits = bits}));
      made.push_back(MakeWav({.riff = riff, .bits = bits, .channels = 6, .extensible = true}));
    }
    made.push_back(MakeWav({.riff = riff, .code = 3, .bits = 32, .channels = 1}));
    made.push_back(MakeWav({.riff = riff, .code = 3, .bits = 64, .channels = 2}));
  }
  made.push_back(MakeWav({.riff = "RF64", .claims = 0xffffffff}));
  TypedSegment bytes2 = Sound(8, 2);
  bytes2.is_signed = true;
  made.push_back(MakeAiff("", 8, bytes2));
  made.push_back(MakeAiff("", 16, BigEndian(Sound(16, 2))));
  made.push_back(MakeAiff("NONE", 24, BigEndian(Sound(24, 1))));
  made.push_back(MakeAiff("sowt", 16, Sound(16, 2)));
  made.push_back(MakeAiff("fl32", 32, BigEndian(Floats(2))));
  made.push_back(Make8svx());
  made.push_back(MakeAu(2, bytes2));
  made.push_back(MakeAu(3, BigEndian(Sound(16, 2))));
  made.push_back(MakeAu(6, BigEndian(Floats(2))));
  made.push_back(MakeAu(7, Table(16)));
  made.push_back(MakeCaf(0, 24, BigEndian(Sound(24, 2))));
  made.push_back(MakeCaf(3, 32, Floats(2)));
  made.push_back(MakeVoc());
  made.push_back(MakePatch());
  made.push_back(MakeSoundFont());
  made.push_back(MakeMod("M.K.", 4));
  made.push_back(MakeMod("6CHN", 6));
  made.push_back(MakeS3m());
  made.push_back(MakeIt());
  return made;
}

}  // namespace lmzip::testing
