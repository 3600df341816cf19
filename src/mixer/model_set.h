// What a kind of data gets of the mixer: one implementation a kind, in sets/.
#pragma once

#include <cstddef>
#include <cstdint>

#include "coder/byte_tree.h"
#include "coder/range_coder.h"
#include "segments/typed_segment.h"

namespace lmzip {

/// Where a lane of a frame is.
struct LanePlace {
  size_t position = 0;   // of its next byte
  size_t run_begin = 0;  // the bytes in [run_begin, position) may be read

  size_t run() const noexcept { return position - run_begin; }
};

/// Gives the probabilities of the bits of all bytes of a frame that are of its kind. What several
/// lanes teach it, it tells all of them; each lane has a state of its own beside. What it computes
/// is normative (MIXER.md) and depends on nothing but the calls; none but the constructor may fail.
///
/// A byte of a lane is BeginByte(), eight times p() and Update(), with EndByte() before the last
/// Update(). Bytes of lanes do not overlap; bytes of other sets may lie between two of this one.
class ModelSet {
 public:
  virtual ~ModelSet() = default;

  /// A block begins. `lane` goes on with the state of lane `before`, which coded the byte before
  /// the lane's first one, or with a new state where `before` is kNoLane.
  virtual void StartLane(int lane, int before, const LanePlace& place) = 0;
  static constexpr int kNoLane = -1;

  /// The lane's next byte is of this set, and either the byte before was not, or `segment` begins
  /// here: the state that is of a stretch of data begins anew. A lane may enter a segment anywhere.
  virtual void Enter(int lane, const LanePlace& place, const TypedSegment& segment) noexcept = 0;

  /// Between bytes: learns what `other`, which has coded the same segments in the same lanes, has
  /// learned, so that they are alike; false, and nothing happens, where the two are not of one
  /// size, or cannot do that. `other` is a set of the same kind that was made with the same options
  /// but for the sizes.
  virtual bool CopyFrom(const ModelSet& /*other*/) noexcept { return false; }

  /// The lane's next byte is of this set; whatever takes memory's time may be fetched. `last` is
  /// the byte before, which may not be in the history yet.
  virtual void Prepare(int /*lane*/, const LanePlace& /*place*/, uint8_t /*last*/) noexcept {}
  /// Fetches again what Prepare() did, where a network has run since.
  virtual void Prefetch(int /*lane*/) const noexcept {}

  /// `network` is its distribution of the byte, null when it is off; it stays until EndByte().
  virtual void BeginByte(int lane, const LanePlace& place, const ByteTree* network) noexcept = 0;

  /// P(next bit = 1) in 1/2^22, in 1..2^22 - 1.
  uint32_t p() const noexcept { return p_; }
  /// The logistic value of it before what came of such values corrects it (mixer/logistic.h).
  int mixed() const noexcept { return mixed_; }
  virtual void Update(int bit) noexcept = 0;

  /// The byte at `place` is known, and its last bit is to be learned yet: what comes next can be
  /// fetched meanwhile. It may not be in the history yet.
  virtual void EndByte(int /*lane*/, const LanePlace& /*place*/, uint8_t /*byte*/) noexcept {}

 protected:
  uint32_t p_ = uint32_t{1} << (kBitProbabilityBits - 1);
  int mixed_ = 0;
};

}  // namespace lmzip
