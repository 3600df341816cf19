// A frame that is being coded, and the end of it that its owner holds.
#pragma once

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/mutex.h"
#include "codec/call_progress.h"
#include "codec/cost_places.h"
#include "codec/frame_symbols.h"
#include "codec/sequencer.h"
#include "codec/typed_content.h"
#include "format/headers.h"
#include "segments/segment_list.h"

namespace lmzip {

/// Symbols of a lane that an encoder runs through the model at once: a piece. Fewer of a large
/// vocabulary, whose logits take the memory.
inline int EncodeSteps(int vocabulary) { return std::clamp((1 << 16) / vocabulary, 8, 64); }
inline uint64_t PieceBytes(int vocabulary) {
  return sizeof(int16_t) * EncodeSteps(vocabulary) * static_cast<uint64_t>(vocabulary);
}

/// What of a model a frame's code needs besides its logits.
struct FrameModel {
  const Prior* prior = nullptr;        // of the mixer
  const TokenTable* tokens = nullptr;  // null: tokens are bytes
  MixerPart without = MixerPart::kNone;  // measuring: what the mixer does not have
  const Prime* prime = nullptr;        // what the mixer learns first
};

/// Work for the pool. The owner waits; the lane groups (lane_group.h) code.
class FrameJob {
 public:
  /// Encodes `content`, what is left of a frame's beside copies, as header.kind with
  /// header.geometry; header.data_bytes is not used. The job reads `content` and `model` until it
  /// is over.
  static std::shared_ptr<FrameJob> Encode(const FrameHeader& header, ByteView content,
                                          const FrameModel& model, ContentForm form = {});
  /// Adds up what encoding would cost, and makes no code. `places`: empty, where the sum of the
  /// result is all that is asked for, or [content.size()], for what every byte costs; the cost of a
  /// token stands at its first byte, and zeros behind it.
  static std::shared_ptr<FrameJob> Measure(const FrameHeader& header, ByteView content,
                                           const FrameModel& model, ContentForm form,
                                           const CostPlaces& places);
  /// Decodes what the frame codes, its residue, from its `data` into `content`, using both until
  /// the job is over. Where there are no copies, every unit of content is compared with its check.
  /// `given`: of woven frames, which bytes of `content` are there already.
  static std::shared_ptr<FrameJob> Decode(const FrameHeader& header, std::vector<uint32_t> checks,
                                          ByteView data, std::span<uint8_t> content,
                                          const FrameModel& model, std::vector<bool> given = {});

  /// Fills `content`, as Decode(), with what `coder` draws from a code (BitDecoder, Sampler): a
  /// sample of what the frame's kind expects. Throws, where the code ends, Error{kCorrupt}.
  static std::shared_ptr<FrameJob> Sample(const FrameHeader& header,
                                          std::unique_ptr<BitCoder> coder,
                                          std::span<uint8_t> content, const FrameModel& model);

  // For the owner.

  /// Before the job is submitted: who is told of its work, and, if not null, how far it is. Both
  /// are used until the job is over.
  void Watch(WorkClock& clock, FrameProgress* progress);
  /// Waits until more than `known` content bytes are coded (decoding: and verified) and returns how
  /// many are. When no more can be had, waits for the end of the job and throws what went wrong:
  /// Error{kCorrupt} for damaged data, naming the first bad unit.
  uint64_t WaitBeyond(uint64_t known);
  /// Waits until all of the content is coded (decoding: and verified). Throws as WaitBeyond().
  void WaitAll();
  /// Content bytes, from the beginning, that the data at hand say, whatever may be missing behind
  /// them; checked or not. REQUIRES: a decoding job; WaitBeyond() has thrown.
  uint64_t certain_bytes() const { return certain_; }
  /// The code, as far as it is shorter than the content. REQUIRES: an encoding job; all of the
  /// content is coded.
  Bytes TakeCode();
  /// What TakeCode() gives at least.
  uint64_t least_code_bytes() const { return LeastDataBytes(header_) - header_.lists_bytes(); }
  /// REQUIRES: a measuring job; all of the content is measured.
  const CostSum& cost() const { return cost_; }
  /// Ends the job early; when this returns nobody uses its buffers any more.
  void Cancel();

  // For the lane groups, on the pool's threads.

  const FrameHeader& header() const { return header_; }
  /// Encoding or measuring: the symbols are there before they are coded.
  bool knows_content() const { return known_; }
  /// What the lanes code; its calls say which are for whose turn.
  FrameSymbols& symbols() { return *symbols_; }
  /// Whose turn it is: every use of what stands under "in turn".
  Sequencer& turns() { return turns_; }
  /// Encoding by several groups: counts the groups that have handed over the logits of a piece; of
  /// even pieces and of odd ones, for a group may be one ahead of another.
  Sequencer& handed_over(uint64_t piece) { return handed_over_[piece % 2]; }
  /// The same: where the logits of a lane's piece are handed over; two pieces fit at a time.
  int16_t* PieceLogits(uint64_t piece, int lane);

  /// A group of `groups` begins its work; false when the job is over already, or ends because it
  /// cannot begin.
  bool GroupStarted(int groups) noexcept;
  /// A thread has given the job this much of its time.
  void Worked(WorkClock::Clock::duration share) {
    if (clock_) clock_->Add(share);
  }
  /// The group has stopped; `error` says why if it could not go on.
  void GroupStopped(std::exception_ptr error) noexcept;

  // In turn only.

  /// The next block's first step is next.
  void BeginBlock() { cursor_.BeginBlock(); }
  /// Whether the block has nothing left of the lane.
  bool lane_done(int lane) const {
    return cursor_.lane_bytes(lane) == cursor_.block().LaneBytes(lane);
  }
  /// Codes the lane's symbol of the step. Throws Error{kCorrupt}.
  void Code(int lane, const int16_t* logits) {
    const uint64_t bytes = symbols_->Code(lane, logits);
    if (meter_) CountCost(lane);
    cursor_.Pass(lane, bytes);
  }
  /// Ends a step. When no lane has symbols left, the block is done. Content is verified as far as
  /// it is there in one piece and checks reach, and the owner told. Throws Error{kCorrupt}.
  void EndStep();
  /// As the last EndStep() found it.
  bool block_done() const { return cursor_.block_done(); }

 private:
  FrameJob(const FrameHeader& header, bool known)
      : header_(header),
        known_(known),
        unit_bytes_(header.unit_bytes()),
        cursor_(header.geometry, header.coded_bytes()) {}
  static std::shared_ptr<FrameJob> OfKnown(const FrameHeader& header, ByteView content,
                                           ContentForm form);
  void MakeSymbols(CodedContent content, const FrameModel& model);
  void TakeSegments(ByteView data);
  void CountCost(int lane);
  void TellProgress();
  void Verify(uint64_t end);
  void Ready(uint64_t bytes);
  void Over(std::exception_ptr error) noexcept LMZIP_REQUIRES(mutex_);

  const FrameHeader header_;
  const bool known_;
  uint64_t unit_bytes_;           // decoding
  std::span<uint8_t> content_;    // decoding
  TokenizedContent tokens_;       // of content that is known
  std::vector<uint32_t> checks_;  // decoding: of every unit, or none
  std::vector<TypedSegment> segments_;
  std::vector<bool> given_;  // empty: nothing is
  std::unique_ptr<BitCoder> coder_;
  BitEncoder* encoder_ = nullptr;  // encoding: the coder
  BitMeter* meter_ = nullptr;      // measuring: the coder
  CostPlaces places_;              // measuring, as the next
  CostSum cost_;
  FrameCursor cursor_;
  std::unique_ptr<FrameSymbols> symbols_;  // uses what is above
  uint64_t unit_begin_ = 0;     // decoding: of the first unit that is not verified
  uint64_t certain_ = 0;        // decoding: content bytes that no byte behind the data decided
  uint64_t told_content_ = 0;   // coded bytes that progress_ knows
  FrameProgress* progress_ = nullptr;  // null: nobody asks
  WorkClock* clock_ = nullptr;
  Sequencer turns_;
  Sequencer handed_over_[2];
  std::vector<int16_t> piece_logits_;  // [2][lanes][EncodeSteps()][vocabulary]

  Mutex mutex_;
  Condition changed_;
  uint64_t ready_ LMZIP_GUARDED_BY(mutex_) = 0;  // content bytes that the owner may use
  int running_groups_ LMZIP_GUARDED_BY(mutex_) = 0;
  bool over_ LMZIP_GUARDED_BY(mutex_) = false;
  std::exception_ptr error_ LMZIP_GUARDED_BY(mutex_);  // null where the owner has cancelled
};

}  // namespace lmzip
