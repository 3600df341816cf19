#include "codec/lane_group.h"

#include <algorithm>

#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr int32_t kStartToken = 256;
constexpr int kByteValues = 256;
// Steps at once where no block uses the model: other frames do not share the thread then.
constexpr uint64_t kPlainSteps = 4096;

int FirstLane(int lanes, int group, int groups) { return lanes * group / groups; }

}  // namespace

LaneGroup::LaneGroup(std::shared_ptr<FrameJob> job, int group, int groups, Predictor* predictor,
                     std::vector<int> reserved)
    : job_(std::move(job)),
      group_(group),
      groups_(groups),
      first_lane_(FirstLane(job_->header().geometry.lanes(), group, groups)),
      last_lane_(FirstLane(job_->header().geometry.lanes(), group + 1, groups)),
      predictor_(predictor),
      reserved_(std::move(reserved)) {}

int LaneGroup::LaneCount(int lanes, int group, int groups) {
  return FirstLane(lanes, group + 1, groups) - FirstLane(lanes, group, groups);
}

bool LaneGroup::Advance() {
  const FrameHeader& header = job_->header();
  if (aborted_) return false;
  if (position_ == block_.segment) {
    if (block_.end() == header.raw_bytes || !BeginBlock()) return false;
  }
  uint64_t steps = !header.uses_model() ? kPlainSteps : job_->encoding() ? kEncodeSteps : 1;
  steps = std::min(steps, block_.segment - position_);
  active_.clear();
  active_reserved_.clear();
  for (int lane = 0; lane < block_.lanes; ++lane) {
    if (block_.LaneBytes(lane) <= position_) continue;
    steps = std::min(steps, block_.LaneBytes(lane) - position_);  // of any group: pieces agree
    if (lane < first_lane_ || lane >= last_lane_) continue;
    active_.push_back(lane);
    if (block_uses_model_) active_reserved_.push_back(reserved_[lane - first_lane_]);
  }
  steps_ = static_cast<int>(steps);
  return true;
}

bool LaneGroup::BeginBlock() {
  block_ = BlockAt(job_->header().geometry, job_->header().raw_bytes, block_.end());
  position_ = 0;
  if (!WaitForTurn(turns_ + group_)) return false;
  turns_ += groups_;
  if (group_ == 0) job_->BeginBlock(block_index_);
  ++block_index_;
  block_uses_model_ = job_->block_uses_model();
  for (int lane = first_lane_; lane < last_lane_; ++lane) {
    if (job_->mixer()) {
      job_->mixer()->StartSegment(lane, block_.LaneBegin(lane), block_.LaneEnd(lane));
    }
  }
  job_->turns().Advance();
  if (block_uses_model_) {
    for (int lane : reserved_) predictor_->Reset(lane);
  }
  return true;
}

bool LaneGroup::WaitForTurn(uint64_t turn) {
  aborted_ = !job_->turns().WaitFor(turn);
  return !aborted_;
}

void LaneGroup::FillTokens(int32_t* tokens) const {
  for (int lane : active_) {
    const uint8_t* next = job_->content() + block_.LaneBegin(lane) + position_;
    for (int i = 0; i < steps_; ++i) {
      *tokens++ = position_ + static_cast<uint64_t>(i) == 0 ? kStartToken : next[i - 1];
    }
  }
}

void LaneGroup::Code(const int16_t* logits) {
  if (job_->encoding() && groups_ > 1) {
    HandOver(logits);
  } else {
    CodeInTurns(logits);
  }
}

void LaneGroup::CodeInTurns(const int16_t* logits) {
  for (int i = 0; i < steps_; ++i, ++position_) {
    if (!WaitForTurn(turns_ + group_)) return;
    turns_ += groups_;
    const int16_t* row = logits + i * kByteValues;  // of the first active lane
    for (int lane : active_) {
      CodeByte(lane, position_, row);
      row += steps_ * kByteValues;
    }
    CheckCode();
    if (group_ == groups_ - 1 && position_ + 1 == block_.segment) job_->EndBlock(block_.end());
    job_->turns().Advance();
  }
}

void LaneGroup::HandOver(const int16_t* logits) {
  // One turn a piece. Its buffer is free once the piece before the last is coded.
  if (!WaitForTurn(turns_ - 1)) return;
  const uint64_t piece = pieces_++;
  const size_t lane_logits = block_uses_model_ ? static_cast<size_t>(steps_) * kByteValues : 0;
  for (int lane : active_) {
    std::copy_n(logits, lane_logits, job_->PieceLogits(piece, lane));
    logits += lane_logits;
  }
  job_->handed_over(piece).Advance();
  if (piece % groups_ == static_cast<uint64_t>(group_)) {
    if (!WaitForTurn(turns_)) return;
    aborted_ = !job_->handed_over(piece).WaitFor((piece / 2 + 1) * groups_);
    if (aborted_) return;
    CodePiece(piece);
    job_->turns().Advance();
  }
  ++turns_;
  position_ += steps_;
}

void LaneGroup::CodePiece(uint64_t piece) {
  for (int i = 0; i < steps_; ++i) {
    for (int lane = 0; lane < block_.lanes; ++lane) {
      if (block_.LaneBytes(lane) <= position_) continue;
      CodeByte(lane, position_ + i, job_->PieceLogits(piece, lane) + i * kByteValues);
    }
  }
  if (position_ + steps_ == block_.segment) job_->EndBlock(block_.end());
}

void LaneGroup::CodeByte(int lane, uint64_t step, const int16_t* logits) {
  if (block_uses_model_) FillByteTree(logits, tree_);
  const ByteTree* const tree = block_uses_model_ ? &tree_ : nullptr;
  Mixer* const mixer = job_->mixer();
  if (mixer) mixer->BeginByte(lane, tree);
  uint8_t& byte = job_->content()[block_.LaneBegin(lane) + step];
  const uint8_t coded = job_->coder().Code(tree, mixer, byte);
  if (!job_->encoding()) byte = coded;
}

void LaneGroup::CheckCode() const {
  if (job_->coder().Failed()) {
    throw Error(ErrorCode::kCorrupt, "the code ends before its content (damaged data)");
  }
}

}  // namespace lmzip
