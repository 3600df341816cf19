#include "codec/lane_group.h"

#include <algorithm>

#include "lmzip/error.h"

namespace lmzip {
namespace {

constexpr int32_t kStartToken = 256;
constexpr int kByteValues = 256;
// Tokens a lane that an encoder runs through the model at once.
constexpr uint64_t kEncodeSteps = 64;
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

LaneGroup::~LaneGroup() = default;

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
  for (int lane = first_lane_; lane < last_lane_; ++lane) {
    if (block_.LaneBytes(lane) <= position_) continue;
    steps = std::min(steps, block_.LaneBytes(lane) - position_);
    active_.push_back(lane);
    if (block_uses_model_) active_reserved_.push_back(reserved_[lane - first_lane_]);
  }
  steps_ = static_cast<int>(steps);
  return true;
}

bool LaneGroup::BeginBlock() {
  block_ = BlockAt(job_->header().geometry, job_->header().raw_bytes, block_.end());
  position_ = 0;
  const uint64_t ticket = rounds_++ * groups_ + group_;
  if (!job_->turn().Wait(ticket)) return false;
  if (group_ == 0) job_->BeginBlock(block_index_);
  ++block_index_;
  block_uses_model_ = job_->block_uses_model();
  for (int lane = first_lane_; lane < last_lane_; ++lane) {
    if (job_->mixer()) {
      job_->mixer()->StartSegment(lane, block_.LaneBegin(lane), block_.LaneEnd(lane));
    }
  }
  job_->turn().Pass(ticket);
  if (block_uses_model_) {
    for (int lane : reserved_) predictor_->Reset(lane);
  }
  return true;
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
  for (int i = 0; i < steps_; ++i) {
    const uint64_t ticket = rounds_++ * groups_ + group_;
    if (!job_->turn().Wait(ticket)) {
      aborted_ = true;
      return;
    }
    CodeStep(position_++, logits + i * kByteValues);
    if (group_ == groups_ - 1 && position_ == block_.segment) job_->EndBlock(block_.end());
    job_->turn().Pass(ticket);
  }
}

// logits: of the first active lane; those of the next are steps_ rows further on.
void LaneGroup::CodeStep(uint64_t step, const int16_t* logits) {
  for (int lane : active_) {
    const ByteTree* tree = nullptr;
    if (block_uses_model_) {
      FillByteTree(logits, tree_);
      logits += steps_ * kByteValues;
      tree = &tree_;
    }
    Mixer* const mixer = job_->mixer();
    if (mixer) mixer->BeginByte(lane, tree);
    uint8_t& byte = job_->content()[block_.LaneBegin(lane) + step];
    const uint8_t coded = job_->coder().Code(tree, mixer, byte);
    if (!job_->encoding()) byte = coded;
  }
  if (job_->coder().Failed()) {
    throw Error(ErrorCode::kCorrupt, "the code ends before its content (damaged data)");
  }
}

}  // namespace lmzip
