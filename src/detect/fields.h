// Numbers and letters of a header that may be cut or damaged.
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace lmzip::detect {

enum class Order : bool { kLittle, kBig };

/// All that stands from a file's first byte on, to the content's end. Every read is allowed: what
/// is not there reads as 0.
class Fields {
 public:
  explicit Fields(ByteView bytes) : bytes_(bytes) {}

  uint64_t size() const { return bytes_.size(); }
  ByteView bytes() const { return bytes_; }
  bool Has(uint64_t at, uint64_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }
  bool Says(uint64_t at, std::string_view letters) const {
    return Has(at, letters.size()) &&
           std::equal(
               letters.begin(), letters.end(), bytes_.begin() + static_cast<ptrdiff_t>(at),
               [](char letter, uint8_t byte) { return static_cast<uint8_t>(letter) == byte; });
  }
  /// The bytes in [at, at + count) that are there.
  ByteView Part(uint64_t at, uint64_t count) const {
    if (at >= bytes_.size()) return {};
    return bytes_.subspan(at, std::min<uint64_t>(count, bytes_.size() - at));
  }

  uint8_t U8(uint64_t at) const { return Has(at, 1) ? bytes_[at] : 0; }
  uint32_t U16(uint64_t at, Order order) const {
    return static_cast<uint32_t>(Number(at, 2, order));
  }
  uint32_t U32(uint64_t at, Order order) const {
    return static_cast<uint32_t>(Number(at, 4, order));
  }
  uint64_t U64(uint64_t at, Order order) const { return Number(at, 8, order); }
  uint32_t Le16(uint64_t at) const { return U16(at, Order::kLittle); }
  uint32_t Le32(uint64_t at) const { return U32(at, Order::kLittle); }
  uint64_t Le64(uint64_t at) const { return U64(at, Order::kLittle); }
  uint32_t Be16(uint64_t at) const { return U16(at, Order::kBig); }
  uint32_t Be32(uint64_t at) const { return U32(at, Order::kBig); }
  uint64_t Be64(uint64_t at) const { return U64(at, Order::kBig); }

 private:
  uint64_t Number(uint64_t at, uint64_t count, Order order) const {
    if (!Has(at, count)) return 0;
    uint64_t value = 0;
    for (uint64_t i = 0; i < count; ++i) {
      value = value << 8 | bytes_[at + (order == Order::kBig ? i : count - 1 - i)];
    }
    return value;
  }

  ByteView bytes_;
};

}  // namespace lmzip::detect
