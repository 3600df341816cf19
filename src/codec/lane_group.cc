#include "codec/lane_group.h"

#include <algorithm>
#include <utility>

namespace lmzip {
namespace {

// Steps at once without the model: other frames do not share the thread then.
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
      reserved_(std::move(reserved)),
      uses_model_(job_->header().uses_model()),
      vocabulary_(job_->symbols().vocabulary()) {}

int LaneGroup::LaneCount(int lanes, int group, int groups) {
  return FirstLane(lanes, group + 1, groups) - FirstLane(lanes, group, groups);
}

bool LaneGroup::Advance() {
  if (aborted_) return false;
  if (block_done_ && (block_.end() == job_->header().coded_bytes() || !BeginBlock()))
    return false;
  uint64_t steps = MaxSteps();
  active_.clear();
  active_reserved_.clear();
  for (int lane = 0; lane < block_.lanes; ++lane) {
    const bool own = lane >= first_lane_ && lane < last_lane_;
    if (!own && !hands_over()) continue;
    const uint64_t left = job_->symbols().StepsFrom(block_, lane, begin_);
    if (left == 0) continue;
    steps = std::min(steps, left);  // of any group that hands over: pieces agree
    if (!own) continue;
    active_.push_back(lane);
    if (uses_model_) active_reserved_.push_back(reserved_[lane - first_lane_]);
  }
  steps_ = static_cast<int>(steps);
  return true;
}

uint64_t LaneGroup::MaxSteps() const {
  if (!uses_model_) return kPlainSteps;
  return job_->knows_content() ? static_cast<uint64_t>(EncodeSteps(vocabulary_)) : 1;
}

bool LaneGroup::BeginBlock() {
  block_ = BlockAt(job_->header().geometry, job_->header().coded_bytes(), block_.end());
  block_done_ = false;
  begin_ = 0;
  if (!WaitForTurn(turns_ + group_)) return false;
  turns_ += groups_;
  if (group_ == 0) job_->BeginBlock();
  for (int lane = first_lane_; lane < last_lane_; ++lane) job_->symbols().StartSegment(lane);
  job_->turns().Advance();
  if (uses_model_) {
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
    for (uint64_t step = begin_; step < begin_ + steps_; ++step) {
      *tokens++ = step == 0 ? vocabulary_ : job_->symbols().Symbol(block_, lane, step - 1);
    }
  }
}

void LaneGroup::Code(const int16_t* logits) {
  if (hands_over()) {
    HandOver(logits);
  } else {
    CodeInTurns(logits);
  }
}

void LaneGroup::CodeInTurns(const int16_t* logits) {
  const size_t lane_logits = static_cast<size_t>(steps_) * vocabulary_;
  for (int i = 0; i < steps_ && !block_done_; ++i, ++begin_) {
    if (!WaitForTurn(turns_ + group_)) return;
    turns_ += groups_;
    block_done_ = job_->block_done();  // found at the end of the step before
    if (!block_done_) {
      size_t row = static_cast<size_t>(i) * vocabulary_;  // of the first active lane
      for (int lane : active_) {
        job_->Code(lane, uses_model_ ? logits + row : nullptr);
        row += lane_logits;
      }
      if (group_ == groups_ - 1) job_->EndStep();
    }
    if (groups_ == 1) block_done_ = job_->block_done();
    job_->turns().Advance();
  }
}

void LaneGroup::HandOver(const int16_t* logits) {
  // One turn a piece. Its buffer is free once the piece before the last is coded.
  if (!WaitForTurn(turns_ - 1)) return;
  const uint64_t number = pieces_++;
  const size_t lane_logits = static_cast<size_t>(steps_) * vocabulary_;
  for (size_t i = 0; uses_model_ && i < active_.size(); ++i) {
    std::copy_n(logits + i * lane_logits, lane_logits, job_->PieceLogits(number, active_[i]));
  }
  job_->handed_over(number).Advance();
  if (!CodeOwedPiece()) return;
  if (number % groups_ == static_cast<uint64_t>(group_)) {
    owed_ = {.number = number, .turn = turns_, .steps = steps_};
  }
  ++turns_;
  begin_ += steps_;
  block_done_ = true;
  for (int lane = 0; lane < block_.lanes; ++lane) {
    block_done_ &= job_->symbols().StepsFrom(block_, lane, begin_) == 0;
  }
  if (block_done_) CodeOwedPiece();
}

bool LaneGroup::CodeOwedPiece() {
  if (!owed_) return true;
  const Piece piece = *std::exchange(owed_, std::nullopt);
  if (!WaitForTurn(piece.turn)) return false;
  aborted_ = !job_->handed_over(piece.number).WaitFor((piece.number / 2 + 1) * groups_);
  if (aborted_) return false;
  const int lanes = job_->header().geometry.lanes();
  for (int step = 0; step < piece.steps; ++step) {
    for (int lane = 0; lane < lanes; ++lane) {
      if (job_->lane_done(lane)) continue;
      const int16_t* const logits =
          uses_model_ ? job_->PieceLogits(piece.number, lane) + step * vocabulary_ : nullptr;
      job_->Code(lane, logits);
    }
    job_->EndStep();
  }
  job_->turns().Advance();
  return true;
}

}  // namespace lmzip
