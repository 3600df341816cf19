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
  return made;
}

}  // namespace lmzip::testing
