// The contexts of text, code, records and executables (MIXER.md, "Contexts").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "lmzip/mixer_part.h"
#include "mixer/context_bank.h"
#include "mixer/history.h"

namespace lmzip {

inline constexpr int kContexts = 17;

/// The hash of context number `id` holding `value`.
constexpr uint64_t ContextHash(int id, uint64_t value) noexcept {
  uint64_t h = (value + static_cast<uint64_t>(id + 1) * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93u;
  return h ^ (h >> 32);
}

constexpr uint64_t Combine(uint64_t a, uint64_t b) noexcept {
  return (a ^ (a >> 29)) * 0x9FB21C651E98DF25u + b + 1;
}

/// Finds the length of records from bytes that repeat at equal gaps.
class RecordDetector {
 public:
  void Update(uint8_t byte, uint32_t position) noexcept;
  uint32_t length() const noexcept { return length_; }

 private:
  std::array<std::array<uint32_t, 4>, 256> last_{};  // latest positions of every byte value
  std::array<uint32_t, 2> candidate_{};
  std::array<int, 2> votes_{};
  uint32_t length_ = 0;
};

/// What a lane knows of the bytes before its position.
struct LaneContext {
  uint64_t recent = 0;     // the last eight bytes, latest lowest
  uint64_t word = 0;       // hash of the letters of the word so far, 0 outside words
  uint64_t previous = 0;   // hash of the last complete word
  uint32_t classes = 0;    // the classes of the last eight bytes, four bits each, latest lowest
  uint32_t skeleton = 0;   // likewise of the last eight runs of bytes of one class
  uint64_t line_head = 0;  // hash of the line's first bytes
  size_t line_begin = 0;   // position of the line's first byte
  size_t above_begin = 0;  // and of the line before
  uint32_t field = 0;      // separators in this line so far
  RecordDetector records;

  uint32_t Byte(int back) const noexcept {
    return static_cast<uint32_t>(recent >> (8 * (back - 1))) & 255;
  }

  /// Learns the byte at `position`.
  void Update(uint8_t byte, size_t position) noexcept;

  /// The hashes of the contexts for the byte at `position`.
  void Hashes(const History& history, size_t position,
              std::array<uint64_t, kSlots>& hashes) const noexcept;
};

/// Which contexts are a part's, bit i: context i; the last one, the match's, among them.
uint32_t ContextsOf(MixerPart part) noexcept;

/// 0..15: what kind of character a byte is.
uint32_t ByteClass(uint32_t byte) noexcept;

/// Whether bytes of that class are letters, or parts of such.
constexpr bool IsLetter(uint32_t byte_class) noexcept {
  return byte_class == 1 || byte_class == 2 || byte_class >= 13;
}

/// The hash of the letters of the word so far, 0 outside words, when `byte` follows `word`, which
/// is one.
inline uint64_t WordAfter(uint64_t word, uint8_t byte) noexcept {
  const uint32_t kind = ByteClass(byte);
  return IsLetter(kind) ? Combine(word, kind == 2 ? byte + 32u : byte) : 0;
}

}  // namespace lmzip
