// The probabilities of a frame's bytes, bit by bit: its network's, its mixer's, or both's.
#pragma once

#include <memory>

#include "codec/mixer_prime.h"
#include "coder/byte_tree.h"
#include "format/headers.h"
#include "lmzip/cost.h"
#include "mixer/mixer.h"
#include "mixer/prior.h"

namespace lmzip {

/// What a frame's mixer is made of.
struct MixerParts {
  const Prior* prior = nullptr;  // may be null
  const Prime* prime = nullptr;  // likewise: what it learns first
  std::span<const TypedSegment> segments;
  MixerPart without = MixerPart::kNone;
};

/// Calls for a byte: BeginByte(), then eight times P() and Update(); the caller stores the byte in
/// the content before the next BeginByte(). Not thread-safe.
class ByteModel {
 public:
  /// Of a frame of `header` kind that codes `content`; the mixer reads of it what was coded before.
  /// With a prime, `content` begins with that, which the mixer has learned. `content` and what
  /// `mixer` names must outlive this.
  ByteModel(const FrameHeader& header, ByteView content, const MixerParts& mixer);

  /// `lane` codes [begin, end) behind the prime next; the lanes of a block in their order. The
  /// first call makes the mixer, which takes its time.
  void StartSegment(int lane, uint64_t begin, uint64_t end);

  /// logits: the network's [256] of the lane's next byte; unused in frames without it.
  void BeginByte(int lane, const int16_t* logits) noexcept;

  /// P(next bit = 1) in 1/2^22, in 1..2^22 - 1: where there is a mixer, its own.
  uint32_t P() const noexcept { return mixer_ ? mixer_->P() : tree_.P1(partial_); }

  /// What each part says of the next bit, as P(); 0 for a part that is not there.
  struct Parts {
    uint32_t network, mixed, result;
  };
  Parts SaidByParts() const noexcept {
    return {.network = header_.uses_model() ? tree_.P1(partial_) : 0,
            .mixed = mixer_ ? mixer_->MixedP() : 0,
            .result = P()};
  }

  /// What the network takes for the likeliest, of the byte that has begun; nothing without one.
  LikelyBytes Expected() const noexcept;

  void Update(int bit) noexcept {
    if (mixer_) mixer_->Update(bit);
    partial_ = 2 * partial_ + static_cast<uint32_t>(bit);
  }

  /// All bytes are coded: frees the mixer's memory.
  void EndFrame() { mixer_.reset(); }

 private:
  const FrameHeader header_;
  const ByteView content_;
  const MixerParts parts_;
  std::unique_ptr<Mixer> mixer_;
  ByteTree tree_;         // the network's, of the byte in progress
  uint32_t partial_ = 1;  // its bits so far after a leading 1
};

}  // namespace lmzip
