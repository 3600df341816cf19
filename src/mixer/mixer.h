// Online context mixing: the probability of every bit of a frame, learned from the bits before
// (MIXER.md is normative).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "coder/byte_tree.h"
#include "lmzip/mixer_part.h"
#include "mixer/history.h"
#include "mixer/model_set.h"
#include "segments/typed_segment.h"

namespace lmzip {

class Prior;
struct ModelSetEntry;

/// Raised with every change of what the mixer computes (MIXER.md): compressed files name it.
inline constexpr int kMixerVersion = 11;

struct MixerOptions {
  int lanes = 1;                 // 1..64
  const Prior* prior = nullptr;  // a trained start, or none; must outlive the mixer
  MixerPart without = MixerPart::kNone;  // for measuring: none of it
  /// In order, apart; copied.
  std::span<const TypedSegment> segments;
  /// What there is for their kinds; empty: AllModelSets().
  std::span<const ModelSetEntry> sets;
  /// The mixer fills this in for the sets that it makes.
  KindBytes kind_bytes{};
};

/// Whether a set models data of this form.
bool HasModelSet(const TypedSegment& segment) noexcept;

/// One frame's mixer, the same on both sides: it has a model set for every kind of data in the
/// frame, and takes every byte to its own. Calls for a byte: BeginByte, then eight times P and
/// Update; the caller stores the byte in the content before the next BeginByte.
class Mixer {
 public:
  /// `content` is the frame's buffer and must outlive the mixer; only bytes that were coded before
  /// are read. Throws Error{kUnsupported} for a segment of a form that no set models.
  Mixer(const MixerOptions& options, std::span<const uint8_t> content);
  ~Mixer();
  Mixer(const Mixer&) = delete;
  Mixer& operator=(const Mixer&) = delete;

  /// Memory of one for so many bytes of each kind of data, at most.
  static size_t MemoryBytes(const KindBytes& kinds, int lanes) noexcept;

  /// `lane` codes content[begin, end) next. A block's segments follow each other and are started in
  /// the order of their lanes, from lane 0, when every byte before lane 0's has been coded.
  void StartSegment(int lane, size_t begin, size_t end);

  /// Goes on where `other` is, between bytes. `other` has one kind of data alone, and has coded
  /// bytes of its first block; this has started the same block, and its content begins with the
  /// same bytes, of the same kind. False, and nothing happens, where this has tables of other
  /// sizes. REQUIRES: the same options but for segments.
  bool CopyFrom(const Mixer& other) noexcept;

  /// Fetches what the lane's next byte needs; worth calling a microsecond before BeginByte where a
  /// network runs in between bytes.
  void Prefetch(int lane) const noexcept {
    const Lane& at = lanes_[static_cast<size_t>(lane)];
    at.set->Prefetch(lane);
  }

  /// `network` is its distribution of the lane's next byte, null when it is off; it must stay until
  /// the byte is complete.
  void BeginByte(int lane, const ByteTree* network) noexcept;

  /// P(next bit = 1) in 1/2^22, in 1..2^22 - 1.
  uint32_t P() const noexcept { return set_->p(); }

  /// Likewise, before what came of such probabilities corrects it.
  uint32_t MixedP() const noexcept;

  void Update(int bit) noexcept;

 private:
  struct Lane {
    LanePlace place;
    size_t end = 0;          // of its lane's segment
    size_t stretch_end = 0;  // of the bytes of `set` that lie one after the other
    ModelSet* set = nullptr;
  };

  void Enter(int index, Lane& lane) noexcept;
  void EndByte(uint8_t byte, int last_bit) noexcept;

  History history_;
  const std::vector<TypedSegment> segments_;
  std::array<std::unique_ptr<ModelSet>, kDataKinds> sets_;  // of the kinds that occur
  std::vector<Lane> lanes_;

  // The byte in progress.
  ModelSet* set_ = nullptr;
  int lane_ = 0;
  uint32_t partial_ = 1;  // its bits so far after a leading 1
};

}  // namespace lmzip
