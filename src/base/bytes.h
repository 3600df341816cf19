// Little-endian integers and varints in byte buffers.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace lmzip {

inline constexpr bool kLittleEndian = std::endian::native == std::endian::little;

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

/// Turns the host's order of bytes into little-endian and back: `size` bytes at `p`, in place.
inline void SwapOnBigEndian(void* p, size_t size) noexcept {
  if constexpr (!kLittleEndian) {
    std::reverse(static_cast<uint8_t*>(p), static_cast<uint8_t*>(p) + size);
  }
}

/// REQUIRES: sizeof(T) readable bytes at `p`.
template <typename T>
T LoadLe(const uint8_t* p) noexcept {
  T value;
  std::memcpy(&value, p, sizeof(T));
  SwapOnBigEndian(&value, sizeof(T));
  return value;
}

/// REQUIRES: sizeof(T) writable bytes at `p`.
template <typename T>
void StoreLe(T value, uint8_t* p) noexcept {
  SwapOnBigEndian(&value, sizeof(T));
  std::memcpy(p, &value, sizeof(T));
}

template <typename T>
void AppendLe(T value, Bytes& out) {
  out.resize(out.size() + sizeof(T));
  StoreLe(value, out.data() + out.size() - sizeof(T));
}

inline constexpr size_t kMaxVarintBytes = 10;

/// LEB128: seven bits a byte, least significant first, the top bit set on all but the last.
inline void AppendVarint(uint64_t value, Bytes& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<uint8_t>(value | 0x80));
  out.push_back(static_cast<uint8_t>(value));
}

/// Reads a varint at `pos` and moves `pos` behind it. nullopt, with `pos` unspecified, when `bytes`
/// ends first, when the value needs more than 64 bits, or when a shorter form exists.
inline std::optional<uint64_t> ReadVarint(ByteView bytes, size_t& pos) noexcept {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (pos >= bytes.size()) return std::nullopt;
    const uint64_t byte = bytes[pos++];
    const uint64_t bits = byte & 0x7f;
    if (shift == 63 && bits > 1) return std::nullopt;
    value |= bits << shift;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift > 0) return std::nullopt;
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace lmzip
