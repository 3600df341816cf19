// The constants of a Java class file (MIXER.md, "Java").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/general_contexts.h"

namespace lmzip {

/// What is known of a class's constants. Numbers are taken modulo kPlaces.
class JavaPool {
 public:
  static constexpr size_t kPlaces = 4096;
  enum Tag : uint8_t {
    kText = 1, kInteger = 3, kFloat, kLong, kDouble, kClass, kString, kField, kMethod,
    kInterfaceMethod, kNameAndType, kMethodHandle = 15, kMethodType, kDynamic, kInvokeDynamic,
    kModule, kPackage,
  };
  struct Constant {
    uint8_t tag = 0;
    uint8_t use = 0;       // 2 tag, + 1 for the second number, of the constant that named it first
    bool is_void = false;  // the type of a method that returns nothing, or of such a type
    uint16_t first = 0, second = 0;  // numbers of constants
    uint32_t content = 0;  // a hash; of what names others from Close() on
  };

  /// Of a text, from 0 on.
  static constexpr uint32_t TextHash(uint32_t hash, uint8_t byte) noexcept {
    return (hash + byte + 1) * 0x2C1B3C6Du ^ (hash >> 15);
  }

  void Clear() noexcept;
  Constant& At(uint32_t number) noexcept { return constants_[number % kPlaces]; }
  const Constant& At(uint32_t number) const noexcept { return constants_[number % kPlaces]; }

  /// Whether constants of this tag hold two numbers.
  static constexpr bool HasSecond(uint8_t tag) noexcept {
    return (tag >= kField && tag <= kNameAndType) || HasTableIndex(tag);
  }
  void SetFirst(uint32_t number, uint32_t value) noexcept;
  void SetSecond(uint32_t number, uint32_t value) noexcept;
  /// The first number that neither is `current` or before it nor was named by a constant.
  uint32_t NextNew(uint32_t current) const noexcept { return std::max(named_, current) + 1; }
  /// All constants before `count` are known.
  void Close(uint32_t count) noexcept;

  /// The first constant behind `number` that has this tag and that other constants name, or none
  /// does; `number` + 1 if none is near.
  uint32_t NextOf(uint8_t tag, bool named, uint32_t number) const noexcept;
  /// The number of the constant of this content, 0 without one.
  uint32_t NumberOf(uint32_t content) const noexcept {
    const uint16_t number = numbers_[content % kPlaces];
    return At(number).content == content ? number : 0;
  }

 private:
  static constexpr uint32_t kMostSteps = 64;

  // Its first number is of a table elsewhere.
  static constexpr bool HasTableIndex(uint8_t tag) noexcept {
    return tag == kDynamic || tag == kInvokeDynamic;
  }
  void Name(uint32_t number, uint32_t use) noexcept;

  std::array<Constant, kPlaces> constants_{};
  std::array<uint16_t, kPlaces> numbers_{};  // by content
  uint32_t named_ = 0;  // the highest number named
  uint32_t count_ = 0;
};

}  // namespace lmzip
