// Pictures of known kinds, made here.
#pragma once

#include "support/made_files.h"

namespace lmzip::testing {

struct BitmapForm {
  int bits = 24;
  bool grey = true;  // palettes
  bool upside_down = false;
};

inline MadeFile MakeBmp(uint32_t width, uint32_t height, const BitmapForm& form) {
  const uint32_t row_bytes = (width * static_cast<uint32_t>(form.bits) + 31) / 32 * 4;
  const uint32_t colours = form.bits <= 8 ? 1u << form.bits : 0;
  const uint32_t pixels = 14 + 40 + 4 * colours;
  FileMaker maker;
  maker.Text("BM").U32(pixels + row_bytes * height).U32(0).U32(pixels);
  maker.U32(40).U32(width).U32(form.upside_down ? -height : height).U16(1).U16(form.bits);
  maker.U32(0).U32(row_bytes * height).U32(2835).U32(2835).U32(0).U32(0);
  for (uint32_t i = 0; i < colours; ++i) {
    maker.U8(i).U8(form.grey ? i : i * 7).U8(form.grey ? i : i * 3).U8(0);
  }
  maker.Waves(row_bytes * height);
  TypedSegment holds = Picture(form.bits == 1 ? 1 : 8, std::max(1, form.bits / 8), row_bytes);
  holds.is_palette = form.bits == 4 || (form.bits == 8 && !form.grey);
  return {"bmp of " + std::to_string(form.bits) + " bits",
          maker.bytes(),
          {At(holds, pixels, row_bytes * height)}};
}

inline MadeFile MakeNetpbm(const std::string& header, const TypedSegment& form, uint32_t rows) {
  FileMaker maker;
  maker.Text(header).Waves(form.row_bytes * rows);
  return {header, maker.bytes(), {At(form, header.size(), uint64_t{form.row_bytes} * rows)}};
}

struct TiffForm {
  uint32_t width = 50, height = 40, bits = 8, samples = 3, colours = 2, sample_format = 1;
  bool big_endian = false;
  uint32_t rows_in_strip = 40;
  uint32_t gap = 0;  // bytes between strips
  bool planes_apart = false;
};

/// The directory behind the strips, as most writers have it.
inline MadeFile MakeTiff(const TiffForm& form) {
  FileMaker maker(form.big_endian);
  const uint32_t in_row = form.planes_apart ? 1 : form.samples;
  const uint32_t row_bytes = (form.width * in_row * form.bits + 7) / 8;
  const uint32_t planes = form.planes_apart ? form.samples : 1;
  const uint32_t strips = planes * form.height / form.rows_in_strip;
  const uint32_t strip_bytes = row_bytes * form.rows_in_strip, each = strip_bytes + form.gap;
  const uint32_t directory = 8 + strips * each + 8 * strips + (8 + strips * each) % 2;
  maker.Text(form.big_endian ? std::string_view("MM\0*", 4) : std::string_view("II*\0", 4));
  maker.U32(directory);
  MadeFile made{
      "tiff of " + std::to_string(form.bits) + " bits x " + std::to_string(form.samples), {}, {}};
  TypedSegment holds = Picture(static_cast<int>(form.bits), static_cast<int>(in_row), row_bytes);
  holds.big_endian = form.big_endian && form.bits > 8;
  holds.is_palette = form.colours == 3;
  holds.is_float = form.sample_format == 3;
  holds.is_signed = form.sample_format == 2;
  for (uint32_t i = 0; i < strips; ++i) {
    if (i == 0 || form.gap > 0) made.holds.push_back(At(holds, maker.size(), 0));
    made.holds.back().length += strip_bytes;
    maker.Waves(strip_bytes).Zeros(form.gap);
  }
  maker.Zeros(maker.size() % 2);
  const size_t places = maker.size();
  for (uint32_t i = 0; i < strips; ++i) maker.U32(8 + i * each);
  for (uint32_t i = 0; i < strips; ++i) maker.U32(strip_bytes);
  const auto entry = [&maker](uint32_t tag, uint32_t type, uint32_t count, uint32_t value) {
    maker.U16(tag).U16(type).U32(count);
    type == 3 ? maker.U16(value).U16(0) : maker.U32(value);
  };
  maker.U16(10);
  entry(256, 3, 1, form.width);
  entry(257, 4, 1, form.height);
  entry(258, 3, 1, form.bits);
  entry(259, 3, 1, 1);
  entry(262, 3, 1, form.colours);
  entry(273, 4, strips, static_cast<uint32_t>(strips == 1 ? 8 : places));
  entry(277, 3, 1, form.samples);
  entry(279, 4, strips, static_cast<uint32_t>(strips == 1 ? strip_bytes : places + 4 * strips));
  entry(284, 3, 1, form.planes_apart ? 2 : 1);
  entry(339, 3, 1, form.sample_format);
  made.bytes = maker.U32(0).bytes();
  return made;
}

/// Type 1: with a map of 256 colours; 2: colours; 3: greys.
inline MadeFile MakeTga(uint32_t type, uint32_t bits) {
  constexpr uint32_t kWidth = 90, kHeight = 70;
  const bool is_mapped = type == 1;
  FileMaker maker;
  maker.U8(5).U8(is_mapped).U8(type).U16(0).U16(is_mapped ? 256 : 0).U8(is_mapped ? 24 : 0);
  maker.U16(0).U16(0).U16(kWidth).U16(kHeight).U8(bits).U8(bits == 32 ? 8 : 0).Text("notes");
  if (is_mapped) maker.Zeros(768);
  TypedSegment holds = Picture(8, static_cast<int>(bits / 8), kWidth * bits / 8);
  holds.is_palette = is_mapped;
  holds = At(holds, maker.size(), uint64_t{holds.row_bytes} * kHeight);
  const Bytes row = FileMaker().Waves(holds.row_bytes).bytes();
  for (uint32_t i = 0; i < kHeight; ++i) {
    for (const uint8_t sample : row) maker.U8(sample + i);
  }
  return {"tga of type " + std::to_string(type) + ", " + std::to_string(bits) + " bits",
          maker.bytes(),
          {holds}};
}

inline MadeFile MakeIco() {
  FileMaker maker;
  MadeFile made{"ico", {}, {}};
  maker.U16(0).U16(1).U16(2);
  for (const uint32_t at : {38u, 6038u}) {
    maker.U8(32).U8(32).U8(0).U8(0).U16(1).U16(32).U32(6000).U32(at);
  }
  for (const uint32_t at : {38u, 6038u}) {
    maker.Until(at).U32(40).U32(32).U32(64).U16(1).U16(32).U32(0).Zeros(20).Waves(32 * 128);
    made.holds.push_back(At(Picture(8, 4, 128), at + 40, 32 * 128));
  }
  made.bytes = maker.Zeros(128).bytes();
  return made;
}

inline std::vector<MadeFile> MadePictures() {
  std::vector<MadeFile> made;
  for (const int bits : {1, 4, 8, 16, 24, 32}) made.push_back(MakeBmp(61, 40, {.bits = bits}));
  made.push_back(MakeBmp(61, 40, {.bits = 8, .grey = false}));
  made.push_back(MakeBmp(61, 40, {.bits = 24, .upside_down = true}));
  TypedSegment wide = Picture(16, 1, 200), wide_colours = Picture(16, 3, 600);
  wide.big_endian = wide_colours.big_endian = true;
  made.push_back(MakeNetpbm("P4\n100 50\n", Picture(1, 1, 13), 50));
  made.push_back(MakeNetpbm("P5\n100 50\n255\n", Picture(8, 1, 100), 50));
  made.push_back(MakeNetpbm("P5 100 50 4095\n", wide, 50));
  made.push_back(MakeNetpbm("P6\n# made\n100 # wide\n50\n255\n", Picture(8, 3, 300), 50));
  made.push_back(MakeNetpbm("P6 100 50 65535 ", wide_colours, 50));
  made.push_back(
      MakeNetpbm("P7\nWIDTH 100\nHEIGHT 50\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n",
                 Picture(8, 4, 400), 50));
  TypedSegment floats = Picture(32, 3, 1200);
  floats.is_float = true;
  made.push_back(MakeNetpbm("PF\n100 50\n-1.000\n", floats, 50));
  made.push_back(MakeTga(1, 8));
  for (const uint32_t bits : {16u, 24u, 32u}) made.push_back(MakeTga(2, bits));
  made.push_back(MakeTga(3, 8));
  made.push_back(MakeIco());
  for (const bool big : {false, true}) {
    made.push_back(MakeTiff({.big_endian = big}));
    made.push_back(MakeTiff({.bits = 16, .samples = 1, .colours = 1, .big_endian = big}));
    made.push_back(MakeTiff({.big_endian = big, .rows_in_strip = 8}));
    made.push_back(MakeTiff({.big_endian = big, .rows_in_strip = 8, .gap = 6}));
    made.push_back(MakeTiff({.big_endian = big, .rows_in_strip = 20, .planes_apart = true}));
    made.push_back(MakeTiff({.bits = 32, .samples = 1, .sample_format = 3, .big_endian = big}));
    made.push_back(MakeTiff({.samples = 1, .colours = 3, .big_endian = big}));
    made.push_back(
        MakeTiff({.width = 512, .bits = 1, .samples = 1, .colours = 0, .big_endian = big}));
  }
  return made;
}

}  // namespace lmzip::testing
