#include "show/printable.h"

#include <gtest/gtest.h>

namespace lmzip {
namespace {

TEST(PrintableTest, PlainTextStaysAsItIs) {
  for (const char* text :
       {"", "a name.txt", "\"quoted\" 100 % ~", "Ärger, 日本語, emoji \U0001F600"}) {
    EXPECT_EQ(Printable(text), text);
  }
}

TEST(PrintableTest, WhatCommandsTerminalsIsEscaped) {
  EXPECT_EQ(Printable("\x1b[2J\r\a\x7f"), "\\x1b[2J\\x0d\\x07\\x7f");
  EXPECT_EQ(Printable("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(Printable("\u009b31m"), "\\xc2\\x9b31m");               // CSI in Latin-1's controls
  EXPECT_EQ(Printable("\u202egpj.exe"), "\\xe2\\x80\\xaegpj.exe");  // right-to-left override
}

TEST(PrintableTest, WhatIsNoUtf8IsEscaped) {
  EXPECT_EQ(Printable("caf\xe9!"), "caf\\xe9!");
  EXPECT_EQ(Printable("\x9b\xff"), "\\x9b\\xff");
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");                    // longer than needed
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(Printable("\xe2\x82"), "\\xe2\\x82");                    // cut
}

TEST(PrintableTest, NoByteBelowSpaceEverGetsThrough) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text = {static_cast<char>(a), static_cast<char>(b)};
      for (const char c : Printable(text)) {
        ASSERT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f) << a << " " << b;
      }
    }
  }
}

TEST(PrintableTest, FurtherLinesCannotPassForMessages) {
  EXPECT_EQ(PrintableLines("first\nlmzip: done\x1b"), "first\n  lmzip: done\\x1b");
  EXPECT_EQ(PrintableLines("one"), "one");
}

}  // namespace
}  // namespace lmzip
