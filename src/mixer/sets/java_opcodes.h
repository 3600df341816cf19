// Java's instructions (PROGRAMS.md, "Java").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mixer/sets/java_pool.h"

namespace lmzip {

class JavaOpcode {
 public:
  enum : uint32_t {
    kIncrement = 0x84, kTableSwitch = 0xAA, kLookupSwitch = 0xAB, kInvokeInterface = 0xB9,
    kInvokeDynamic = 0xBA, kWide = 0xC4, kNewArrays = 0xC5,
  };

  constexpr explicit JavaOpcode(uint32_t code) noexcept : code_(code & 255) {}

  /// Of its first operand; switches have others.
  constexpr uint32_t operand_bytes() const noexcept { return kOperandBytes[code_]; }
  constexpr bool branches() const noexcept { return Is(0x99, 0xA8) || Is(0xC6, 0xC7); }
  constexpr bool switches() const noexcept { return Is(kTableSwitch, kLookupSwitch); }
  constexpr bool calls() const noexcept { return Is(0xB6, kInvokeDynamic); }
  constexpr bool names_constant() const noexcept { return constant_tag() != 0; }
  /// What its operand names, 0 where it names nothing.
  constexpr uint8_t constant_tag() const noexcept {
    if (Is(0x12, 0x14)) return code_ == 0x14 ? JavaPool::kLong : JavaPool::kString;
    if (Is(0xB2, 0xB5)) return JavaPool::kField;
    if (Is(0xB6, 0xB8)) return JavaPool::kMethod;
    if (code_ == kInvokeInterface) return JavaPool::kInterfaceMethod;
    if (code_ == kInvokeDynamic) return JavaPool::kInvokeDynamic;
    if (code_ == 0xBB || code_ == 0xBD || Is(0xC0, 0xC1)) return JavaPool::kClass;
    return code_ == kNewArrays ? JavaPool::kClass : 0;
  }
  /// Nothing is left on the stack by most of what ends so: stores, branches, returns.
  constexpr bool ends_statement() const noexcept {
    return Is(0x36, 0x58) || code_ == kIncrement || Is(0x99, 0xB1) || code_ == 0xB3 ||
           code_ == 0xB5 || code_ == 0xBF || Is(0xC2, 0xC3) || Is(0xC6, 0xC7);
  }

 private:
  constexpr bool Is(uint32_t first, uint32_t last) const noexcept {
    return code_ >= first && code_ <= last;
  }

  static constexpr auto kOperandBytes = [] {
    std::array<uint8_t, 256> bytes{};
    const auto set = [&](size_t first, size_t last, int count) {
      for (size_t i = first; i <= last; ++i) bytes[i] = static_cast<uint8_t>(count);
    };
    set(0x10, 0x10, 1), set(0x11, 0x11, 2), set(0x12, 0x12, 1), set(0x13, 0x14, 2);
    set(0x15, 0x19, 1), set(0x36, 0x3A, 1), set(0x84, 0x84, 2), set(0x99, 0xA8, 2);
    set(0xA9, 0xA9, 1), set(0xB2, 0xBB, 2), set(0xBC, 0xBC, 1), set(0xBD, 0xBD, 2);
    set(0xC0, 0xC1, 2), set(0xC4, 0xC4, 3), set(0xC5, 0xC7, 2), set(0xC8, 0xC9, 4);
    return bytes;
  }();

  uint32_t code_;
};

}  // namespace lmzip
