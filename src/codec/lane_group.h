// Some lanes of a frame, driven by one thread: the one loop of both directions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "chunker/block_layout.h"
#include "codec/frame_job.h"
#include "model/predictor.h"

namespace lmzip {

/// Group `group` of `groups` of a job owns a contiguous share of its lanes. The thread repeats:
///   while (group.Advance()) { run the model on the group's tokens if count() > 0;
///   group.Code(logits); }
///
/// Only one group codes at a time. Decoding, a group codes its own lanes' symbols of a step, then
/// it is the next group's turn, while the first runs the model for its next step; a group whose
/// lanes are done passes its turns on until the block is done. Where content is known, all groups
/// hand over the logits of a piece of many steps, and one codes the piece while the others run the
/// model. That group does so when it has handed over the next piece, too: then nobody waits for it.
/// What is coded, and where that stands, is the job's business.
class LaneGroup {
 public:
  /// The group's lanes use the lanes `reserved` of `predictor`, one each; when the frame does not
  /// use the model, the predictor may be null. It must outlive this.
  LaneGroup(std::shared_ptr<FrameJob> job, int group, int groups, Predictor* predictor,
            std::vector<int> reserved);
  LaneGroup(const LaneGroup&) = delete;
  LaneGroup& operator=(const LaneGroup&) = delete;

  /// The number of lanes that group `group` of `groups` has.
  static int LaneCount(int lanes, int group, int groups);

  /// Prepares the next steps; false when the frame is done or the job is over. May wait for a turn.
  /// Throws what the job's coding throws.
  bool Advance();

  /// Tokens that each of lanes() is to be fed now; 0: without the model, Code() needs no logits.
  int count() const { return uses_model_ && !active_.empty() ? steps_ : 0; }
  /// The predictor's lanes that have something to do now.
  const std::vector<int>& lanes() const { return active_reserved_; }
  /// Fills [lanes().size()][count()] tokens.
  void FillTokens(int32_t* tokens) const;

  /// Codes the prepared steps. logits: [lanes().size()][count()][vocabulary], unused when count()
  /// is 0. Throws like Advance().
  void Code(const int16_t* logits);

  const std::vector<int>& reserved_lanes() const { return reserved_; }
  int lane_count() const { return last_lane_ - first_lane_; }

 private:
  /// What an encoding group codes for all groups.
  struct Piece {
    uint64_t number;
    uint64_t turn;  // when it is coded
    int steps;
  };

  bool BeginBlock();
  bool WaitForTurn(uint64_t turn);
  uint64_t MaxSteps() const;
  void CodeInTurns(const int16_t* logits);
  void HandOver(const int16_t* logits);
  /// False when the job is over.
  bool CodeOwedPiece();
  /// Known symbols, several groups: they hand over what the model says of them.
  bool hands_over() const { return job_->knows_content() && groups_ > 1; }

  const std::shared_ptr<FrameJob> job_;
  const int group_;
  const int groups_;
  const int first_lane_;
  const int last_lane_;  // exclusive
  Predictor* const predictor_;
  const std::vector<int> reserved_;
  const bool uses_model_;
  const int vocabulary_;

  bool aborted_ = false;  // the job was over when this group waited
  uint64_t turns_ = 0;    // of all groups, before the next that this group may take part in
  uint64_t pieces_ = 0;   // handed over by this group
  std::optional<Piece> owed_;
  // What is prepared: ahead of the job's cursor, which is where the coding stands.
  Block block_;
  bool block_done_ = true;   // for this group
  uint64_t begin_ = 0;       // first step
  int steps_ = 0;            // how many
  std::vector<int> active_;  // own lanes that have symbols in them
  std::vector<int> active_reserved_;
};

}  // namespace lmzip
