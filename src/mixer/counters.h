// Adaptive probabilities (MIXER.md, "Nodes and cells").
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace lmzip {

namespace counters_internal {

// 65536 / (n + 1.5): the step of a probability that has seen n bits.
constexpr auto MakeSteps() {
  std::array<uint32_t, 1024> table{};
  for (uint32_t n = 0; n < 1024; ++n) table[n] = 131072 / (2 * n + 3);
  return table;
}
inline constexpr auto kSteps = MakeSteps();

}  // namespace counters_internal

/// A bit's history in one context: a 12-bit probability of a one and a 4-bit count, 0 when nothing
/// was seen; counts from kTrained on mark what comes from a prior and was not yet seen in the
/// frame. All zero is the state before the first bit.
class Node {
 public:
  static constexpr uint32_t kTrained = 12;
  static constexpr uint32_t kMaxCount = 11;
  static constexpr std::array<uint8_t, 16> kEffectiveCounts = {0, 1, 2,  3,  4, 5, 6, 7,
                                                               8, 9, 10, 11, 2, 4, 8, 11};
  static constexpr uint32_t kSurprise = 2095;  // an unexpected bit makes a node learn faster
  static constexpr uint32_t kSurprisedCount = 6;

  constexpr uint32_t P12() const noexcept { return (state_ ^ 0x8000u) >> 4; }
  uint32_t count() const noexcept { return state_ & 15u; }
  bool empty() const noexcept { return count() == 0; }

  void Update(int bit) noexcept {
    const uint32_t goal = bit != 0 ? 4095u : 0u;
    uint32_t distance = P12() ^ goal;
    uint32_t n = kEffectiveCounts[count()];
    const uint32_t step = counters_internal::kSteps[n];
    if (n > kSurprisedCount && distance > kSurprise) n = kSurprisedCount;
    n += n < kMaxCount;
    distance -= (distance * step) >> 16;
    state_ = static_cast<uint16_t>(((distance ^ goal) << 4 ^ 0x8000u) | n);
  }

  uint16_t state() const noexcept { return state_; }
  static Node FromParts(uint32_t p12, uint32_t count) noexcept {
    return FromState(static_cast<uint16_t>((p12 << 4 ^ 0x8000u) | count));
  }
  static constexpr Node FromState(uint16_t state) noexcept {
    Node node;
    node.state_ = state;
    return node;
  }

 private:
  uint16_t state_ = 0;
};
static_assert(sizeof(Node) == 2);

/// By a node's count: the one that it stands for, and both bytes of 2^16 times the step.
inline constexpr auto kNodeCounts = Node::kEffectiveCounts;
inline constexpr auto NodeStepBytes(int shift) {
  std::array<uint8_t, 16> bytes{};
  for (size_t n = 0; n < 16; ++n) {
    bytes[n] = static_cast<uint8_t>(counters_internal::kSteps[kNodeCounts[n]] >> shift);
  }
  return bytes;
}
inline constexpr auto kNodeStepsLow = NodeStepBytes(0), kNodeStepsHigh = NodeStepBytes(8);
static_assert(counters_internal::kSteps[0] < 65536);

/// A learned probability: 22 bits, and a 10-bit count that sets its step.
class Cell {
 public:
  static constexpr uint32_t kMaxCount = 255;

  constexpr Cell() = default;
  constexpr Cell(uint32_t p16, uint32_t n) : state_((p16 << 16) | n) {}

  uint32_t P16() const noexcept { return state_ >> 16; }
  uint32_t P22() const noexcept { return state_ >> 10; }

  void Update(int bit) noexcept {
    Learn(bit, kMaxCount,
          [](uint32_t distance, uint32_t step) { return (distance >> 6) * step >> 10; });
  }

  /// The same with another count to stop at; rounding up, it comes as near as 22 bits tell.
  void Update(int bit, uint32_t max_count) noexcept {
    Learn(bit, max_count, [](uint32_t distance, uint32_t step) {
      return static_cast<uint32_t>((uint64_t{distance} * step + 65535) >> 16);
    });
  }

  uint32_t state() const noexcept { return state_; }
  static Cell FromState(uint32_t state) noexcept {
    Cell cell;
    cell.state_ = state;
    return cell;
  }

  /// The same probability, as if from at most `count` bits.
  Cell Capped(uint32_t count) const noexcept {
    return FromState((state_ & ~1023u) | std::min(state_ & 1023u, count));
  }

 private:
  template <typename Share>
  void Learn(int bit, uint32_t max_count, Share share) noexcept {
    const uint32_t goal = bit != 0 ? (1u << 22) - 1 : 0u;
    const uint32_t n = state_ & 1023u;
    uint32_t distance = P22() ^ goal;
    distance -= share(distance, counters_internal::kSteps[n]);
    state_ = (distance ^ goal) << 10 | (n + (n < max_count));
  }

  uint32_t state_ = 0x80000000u;
};
static_assert(sizeof(Cell) == 4);

}  // namespace lmzip
