// Kinds of data as people write them.
#include "detect/parse_kind.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

std::string Parsed(std::string_view text) {
  const auto form = ParseKind(text);
  return form ? Describe(*form) : "none";
}

TEST(ParseKind, ReadsEveryForm) {
  EXPECT_EQ(Parsed("raw8"), "sound 8 bits");
  EXPECT_EQ(Parsed("raw8s:2"), "sound 8 bits signed x 2");
  EXPECT_EQ(Parsed("raw16le"), "sound 16 bits signed");
  EXPECT_EQ(Parsed("raw16le:2"), "sound 16 bits signed x 2");
  EXPECT_EQ(Parsed("raw16beu"), "sound 16 bits big-endian");
  EXPECT_EQ(Parsed("raw24le:16"), "sound 24 bits signed x 16");
  EXPECT_EQ(Parsed("raw32be"), "sound 32 bits signed big-endian");
  EXPECT_EQ(Parsed("raw32f:6"), "sound 32 bits float x 6");
  EXPECT_EQ(Parsed("raw32fbe"), "sound 32 bits float big-endian");
  EXPECT_EQ(Parsed("gray:640"), "picture 8 bits, 640 bytes a row");
  EXPECT_EQ(Parsed("graya:640"), "picture 8 bits x 2, 1280 bytes a row");
  EXPECT_EQ(Parsed("rgb:640"), "picture 8 bits x 3, 1920 bytes a row");
  EXPECT_EQ(Parsed("rgba:640"), "picture 8 bits x 4, 2560 bytes a row");
  EXPECT_EQ(Parsed("gray16le:640"), "picture 16 bits, 1280 bytes a row");
  EXPECT_EQ(Parsed("rgb16be:640"), "picture 16 bits big-endian x 3, 3840 bytes a row");
  EXPECT_EQ(Parsed("palette:640"), "picture 8 bits palette, 640 bytes a row");
  EXPECT_EQ(Parsed("bits:1728"), "picture 1 bits, 216 bytes a row");
  EXPECT_EQ(Parsed("bits:1729"), "picture 1 bits, 217 bytes a row");
  EXPECT_EQ(Parsed("table:13"), "table of 13 bytes a record");
  EXPECT_EQ(Parsed("tagged"), "table of tagged records");
  EXPECT_EQ(Parsed("glyphs:4"), "table of glyphs, aligned to 4 bytes");
  EXPECT_EQ(Parsed("program:x86-64"), "program x86-64");
  EXPECT_EQ(Parsed("program:mips"), "program mips");
  EXPECT_EQ(Parsed("genome"), "genome");
  EXPECT_EQ(Parsed("genome:61"), "genome in lines of 61 bytes");
}

TEST(ParseKind, RefusesAllElse) {
  for (const char* text : {"",
                           ":",
                           "raw",
                           "raw9",
                           "raw8u",
                           "raw16",
                           "raw16:2",
                           "raw16le:",
                           "raw16le:0",
                           "raw16le:17",
                           "raw16le:2x",
                           "raw16les",
                           "raw16le ",
                           " raw16le",
                           "RAW16LE",
                           "raw32f:2:2",
                           "gray",
                           "gray:",
                           "gray:0",
                           "gray:-1",
                           "gray16:5",
                           "gray8:5",
                           "rgb:5592406",
                           "rgb:99999999999",
                           "bits",
                           "bits:134217729",
                           "palette",
                           "table",
                           "table:",
                           "table:0",
                           "table:16777217",
                           "tagged:4",
                           "glyphs",
                           "glyphs:0",
                           "program",
                           "program:",
                           "program:unknown",
                           "program:z80",
                           "genome:",
                           "genome:0",
                           "picture",
                           "general"}) {
    EXPECT_EQ(Parsed(text), "none") << text;
  }
}

// At the limits of what lists can say.
TEST(ParseKind, AllThatIsReadCanBeSaid) {
  for (const char* text : {"raw8:16", "raw32f:16", "rgb:5592405", "rgba16le:2097152",
                           "gray:16777216", "bits:134217728", "table:16777216", "tagged",
                           "glyphs:16777216", "genome:16777216", "genome", "program:java"}) {
    auto form = ParseKind(text);
    ASSERT_TRUE(form) << text;
    form->length = 1000;
    const Bytes list = EncodeSegments({{*form}}, 1000);
    EXPECT_EQ(DecodeSegments(list, 1000), std::vector<TypedSegment>{*form}) << text;
  }
}

}  // namespace
}  // namespace lmzip
