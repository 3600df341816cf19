// Kinds of data as people write them, for content whose kind no header tells and no look finds.
#pragma once

#include <optional>
#include <string_view>

#include "segments/typed_segment.h"

namespace lmzip {

/// What ParseKind reads, a form a line. A NUL stands behind it.
inline constexpr std::string_view kKindHelp =
    "raw8[:CHANNELS]        sound of 8 bits, unsigned; raw8s: signed\n"
    "raw16le[:CHANNELS]     sound of 16 bits, signed; raw24le, raw32le; raw16be, ...: big-endian;\n"
    "                       raw16leu, ...: unsigned\n"
    "raw32f[:CHANNELS]      sound of floats of 32 bits; raw32fbe: big-endian\n"
    "gray:WIDTH             picture of 8 bits a sample, WIDTH pixels a row; graya, rgb, rgba: of "
    "2, 3, 4\n"
    "                       samples a pixel; gray16le:WIDTH, rgb16be:WIDTH, ...: of 16 bits\n"
    "palette:WIDTH          picture of colours' numbers, 8 bits each\n"
    "bits:WIDTH             picture of black and white, 8 pixels a byte\n"
    "table:BYTES            records of so many bytes\n"
    "tagged                 records of any length, each behind a type and its length (u16, "
    "little-endian)\n"
    "glyphs:BYTES           outlines of a TrueType font, aligned to so many bytes\n"
    "program:MACHINE        code for x86, x86-64, arm, arm64, java, sparc, riscv, powerpc, mips\n"
    "genome[:BYTES]         nucleotides in letters, in lines of so many bytes, their ends "
    "included\n";

/// All but the place. nullopt for what is none of these, or beyond the limits of
/// segments/segment_list.h.
std::optional<TypedSegment> ParseKind(std::string_view text);

}  // namespace lmzip
