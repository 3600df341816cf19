// Online context mixing: the probability of every bit of a frame, learned from the bits before
// (MIXER.md is normative).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "coder/byte_tree.h"

namespace lmzip {

class FrameMixer;
class Prior;

/// Raised with every change of what the mixer computes (MIXER.md): compressed files name it.
inline constexpr int kMixerVersion = 5;

struct MixerOptions {
  int table_bits = 0;            // log2 bytes of the context table; MixerTableBits() by default
  int lanes = 1;                 // 1..64
  const Prior* prior = nullptr;  // a trained start, or none; must outlive the mixer
};

/// The table size that a frame of `content_size` bytes gets by rule.
int MixerTableBits(size_t content_size) noexcept;

/// Memory of a mixer with that table, at most.
size_t MixerMemoryBytes(size_t content_size, int lanes) noexcept;

/// One frame's mixer, the same on both sides. Calls for a byte: BeginByte, then eight times P and
/// Update; the caller stores the byte in the content before the next BeginByte.
class Mixer {
 public:
  /// `content` is the frame's buffer and must outlive the mixer; only bytes that were coded before
  /// are read.
  Mixer(const MixerOptions& options, std::span<const uint8_t> content);
  ~Mixer();
  Mixer(const Mixer&) = delete;
  Mixer& operator=(const Mixer&) = delete;

  /// `lane` codes content[begin, end) next. A block's segments follow each other and are started in
  /// the order of their lanes, from lane 0, when every byte before lane 0's has been coded.
  void StartSegment(int lane, size_t begin, size_t end);

  /// Fetches what the lane's next byte needs; worth calling a microsecond before BeginByte where a
  /// network runs in between bytes.
  void Prefetch(int lane) const noexcept;

  /// `model` is the network's distribution of the lane's next byte, null when it is off; it must
  /// stay until the byte is complete.
  void BeginByte(int lane, const ByteTree* model) noexcept;

  /// P(next bit = 1) in 1/2^22, in 1..2^22 - 1.
  uint32_t P() const noexcept;

  /// Likewise, before what came of such probabilities corrects it.
  uint32_t MixedP() const noexcept;

  void Update(int bit) noexcept;

 private:
  std::unique_ptr<FrameMixer> frame_;
};

}  // namespace lmzip
