// Sheets and fonts, made here.
#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "support/made_files.h"

namespace lmzip::testing {

/// A stream of records of a sheet (BIFF): rows of cells, of which some are missing; now and then a
/// label of any length.
inline MadeFile MakeSheet(uint32_t rows, uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() >> 8) % limit; };
  FileMaker maker;
  maker.U16(0x009).U16(4).U16(2).U16(0x10);
  std::array<uint32_t, 20> values{};  // of the columns: most stay from row to row
  for (uint32_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < values.size(); ++column) {
      if (below(3) == 0) continue;
      if (below(20) == 0) {
        const uint32_t letters = 1 + below(12);
        maker.U16(4).U16(8 + letters).U16(row).U16(column).U24(0).U8(letters);
        for (uint32_t i = 0; i < letters; ++i) maker.U8('a' + below(26));
      } else if (column % 3 != 0) {
        if (below(8) == 0) values[column] = below(60000);
        maker.U16(2).U16(9).U16(row).U16(column).U24(0).U16(values[column]);
      } else {
        maker.U16(5).U16(9).U16(row).U16(column).U24(0x030300).U16(0x0100);
      }
    }
  }
  maker.U16(0x00A).U16(0);
  TypedSegment form = Table(1);
  form.layout = Layout::kTagged;
  return {"sheet", maker.bytes(), {At(form, 0, maker.size())}};
}

/// A simple glyph's flags, then its steps: how long one is, its point's flags tell.
inline void AddPoints(FileMaker& maker, uint32_t points, std::mt19937& random) {
  constexpr std::array<uint8_t, 6> kFlags = {0x37, 0x31, 0x36, 0x12, 0x24, 0x01};
  std::vector<uint8_t> flags;
  for (uint32_t i = 0; i < points; ++i) flags.push_back(kFlags[(random() >> 8) % kFlags.size()]);
  for (const uint8_t flag : flags) maker.U8(flag);
  for (const int axis : {0, 1}) {
    for (const uint8_t flag : flags) {
      if ((flag >> axis & 2) != 0) {
        maker.U8(7u * flag % 251);
      } else if ((flag >> axis & 16) == 0) {
        maker.U16(300u + 11 * flag);
      }
    }
  }
}

/// Outlines of glyphs, one of eight made of others.
inline Bytes MakeOutlines(uint32_t glyphs, uint32_t alignment, uint32_t seed,
                          std::vector<uint32_t>& offsets) {
  std::mt19937 random(seed);
  const auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() >> 8) % limit; };
  FileMaker maker(true);
  for (uint32_t glyph = 0; glyph < glyphs; ++glyph) {
    offsets.push_back(static_cast<uint32_t>(maker.size()));
    const bool is_composed = glyph % 8 == 7;
    const uint32_t points = 4 + below(20);
    maker.U16(is_composed ? 0xFFFF : 1).U16(0).U16(0).U16(100 + below(8)).U16(700);
    if (is_composed) {
      maker.U16(0x0022).U16(below(glyph)).U8(1).U8(2);
      maker.U16(0x0109).U16(below(glyph)).U16(300).U16(400).U16(0x4000);
    } else {
      maker.U16(points - 1);
    }
    maker.U16(3).Text("\xB0\x07\x2F");
    if (!is_composed) AddPoints(maker, points, random);
    maker.Until((maker.size() + alignment - 1) / alignment * alignment);
  }
  offsets.push_back(static_cast<uint32_t>(maker.size()));
  return maker.bytes();
}

/// With the list of where glyphs begin, or cut before it.
inline MadeFile MakeFont(uint32_t alignment, bool is_cut) {
  std::vector<uint32_t> offsets;
  const Bytes outlines = MakeOutlines(300, alignment, alignment, offsets);
  const uint64_t glyphs_at = 12 + 3 * 16, head_at = glyphs_at + outlines.size();
  const uint64_t list_at = head_at + 54;
  FileMaker maker(true);
  maker.U32(0x10000).U16(3).U16(32).U16(1).U16(16);
  const auto entry = [&](std::string_view name, uint64_t at, uint64_t bytes) {
    maker.Text(name).U32(0).U32(at).U32(bytes);
  };
  entry("glyf", glyphs_at, outlines.size());
  entry("head", head_at, 54);
  entry("loca", list_at, 4 * offsets.size());
  for (const uint8_t byte : outlines) maker.U8(byte);
  if (!is_cut) {
    maker.Zeros(50).U16(1).U16(0);
    for (const uint32_t offset : offsets) maker.U32(offset);
  }
  TypedSegment form = Table(alignment);
  form.layout = Layout::kGlyphs;
  return {"font of glyphs at " + std::to_string(alignment) + (is_cut ? ", cut" : ""), maker.bytes(),
          {At(form, glyphs_at, outlines.size())}};
}

inline std::vector<MadeFile> MadeTables() {
  return {MakeSheet(40, 1),    MakeFont(1, true),  MakeFont(2, true), MakeFont(4, true),
          MakeFont(1, false), MakeFont(2, false), MakeFont(4, false)};
}

}  // namespace lmzip::testing
