// Code of machines of words and Java's, made here, with the structure that models look for.
#pragma once

#include <array>
#include <random>
#include <string>
#include <string_view>

#include "support/made_files.h"

namespace lmzip::testing {

/// arm64: functions that call a few others, read variables by page and offset, jump and return.
inline Bytes MakeArm64Code(size_t words, uint32_t seed) {
  std::mt19937 random(seed);
  const auto pick = [&](uint32_t count) { return static_cast<uint32_t>(random() >> 8) % count; };
  std::array<uint32_t, 12> functions;
  for (uint32_t& at : functions) at = pick(1 << 20) * 4;
  FileMaker maker;
  while (maker.size() < 4 * words) {
    const auto at = static_cast<uint32_t>(maker.size());
    const uint32_t page = pick(40);
    switch (pick(6)) {
      case 0:
      case 1:
      case 2: maker.U32(0x94000000 | ((functions[pick(12)] - at) / 4 & 0x3FFFFFF)); break;
      case 3: {
        const uint32_t distance = (800 + page) - (at >> 12);
        maker.U32(0x90000000 | (distance & 3) << 29 | (distance >> 2 & 0x7FFFF) << 5 | (page % 3));
        maker.U32(0xF9400000 | (page * 8 % 512) << 10 | (page % 3) << 5 | (page % 5));
        break;
      }
      case 4: maker.U32(0xAA0003E0 | pick(8) << 16 | pick(8)); break;
      default: maker.U32(0x54000000 | (pick(30) + 2) << 5 | pick(2));
    }
  }
  return maker.bytes();
}

/// Class files, one behind the other: constants in the order of their use, methods of code with
/// lines, all like each other.
class ClassMaker {
 public:
  static Bytes Make(size_t classes, uint32_t seed) {
    Bytes all;
    std::mt19937 random(seed);
    for (size_t i = 0; i < classes; ++i) {
      const Bytes one = ClassMaker(random).MakeOne(i);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

 private:
  explicit ClassMaker(std::mt19937& random) : random_(random) {}

  uint32_t Pick(uint32_t count) { return static_cast<uint32_t>(random_() >> 8) % count; }

  void Text(FileMaker& maker, std::string_view text) {
    maker.U8(1).U16(text.size()).Text(text);
    ++next_;
  }

  // A method of another class, which takes six numbers.
  void Method(FileMaker& maker, uint32_t which) {
    maker.U8(10).U16(next_ + 1).U16(next_ + 2);
    maker.U8(7).U16(next_ + 3);
    maker.U8(12).U16(next_ + 4).U16(next_ + 5);
    next_ += 3;
    Text(maker, "made/up/Helper" + std::to_string(which));
    Text(maker, "doWork" + std::to_string(which * which % 7));
    Text(maker, which % 2 == 0 ? "()V" : "(I)I");
  }

  Bytes MakeOne(size_t number) {
    constexpr uint32_t kMethods = 6;
    FileMaker maker(true);
    maker.U32(0xCAFEBABE).U32(52);
    maker.U16(1 + 6 * kMethods + 2 + 2 + 2 * 3 + 2);
    for (uint32_t i = 0; i < kMethods; ++i) Method(maker, Pick(20));
    const uint32_t self = next_;
    maker.U8(7).U16(next_ + 1);
    ++next_;
    Text(maker, "made/up/Class" + std::to_string(number));
    const uint32_t code = next_;
    Text(maker, "Code");
    Text(maker, "LineNumberTable");
    const uint32_t names = next_;
    for (int i = 0; i < 3; ++i) {
      Text(maker, "method" + std::to_string(Pick(40)));
      Text(maker, "(I)V");
    }
    maker.U8(3).U32(number);
    maker.U8(3).U32(Pick(1000));
    maker.U16(0x21).U16(self).U16(2).U16(0).U16(0).U16(3);
    uint32_t line = 10 + Pick(20);
    for (uint32_t i = 0; i < 3; ++i) {
      maker.U16(1).U16(names + 2 * i).U16(names + 2 * i + 1).U16(1);
      AppendCode(maker, code, line, 2 + Pick(4));
    }
    maker.U16(0);
    return maker.bytes();
  }

  // Statements of nine bytes: a field's load, a call, a store.
  void AppendCode(FileMaker& maker, uint32_t name, uint32_t& line, uint32_t statements) {
    const uint32_t bytes = 9 * statements + 1;
    maker.U16(name).U32(12 + bytes + 8 + 4 * statements).U16(2).U16(3).U32(bytes);
    for (uint32_t i = 0; i < statements; ++i) {
      maker.U8(0x2A).U8(0x10).U8(Pick(5)).U8(0xB6).U16(1 + 6 * Pick(6)).U8(0x3C);
      maker.U8(0x1B).U8(0x57);
    }
    maker.U8(0xB1).U16(0).U16(1);
    maker.U16(name + 1).U32(2 + 4 * statements).U16(statements);
    for (uint32_t i = 0; i < statements; ++i) maker.U16(9 * i).U16(line += 1 + Pick(2));
    line += 3;
  }

  std::mt19937& random_;
  uint32_t next_ = 1;  // number of the constant to come
};

}  // namespace lmzip::testing
