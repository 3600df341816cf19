// A model file with its engine and its pool of threads.
#pragma once

#include <memory>
#include <optional>

#include "base/mutex.h"
#include "chunker/tokenizer.h"
#include "codec/frame_memory.h"
#include "codec/memory_budget.h"
#include "codec/scheduler.h"
#include "lmzip/lmzip.h"
#include "mixer/mixer.h"
#include "mixer/prior.h"
#include "model/model_file.h"

namespace lmzip {

/// Builds the engine that `options` ask for and runs the short self-test of an exact
/// model on it; a pinned model uses `threads` threads in each operation. Throws Error{kUsage,
/// kModelLoad}.
std::unique_ptr<Model> OpenEngine(const std::shared_ptr<const ModelFile>& file,
                                  const CodecOptions& options, int threads);

/// What a model keeps while it is open.
struct PoolMemory {
  uint64_t model_bytes = 0;
  uint64_t predictor_bytes = 0;
  uint64_t lane_bytes = 0;  // with a piece of logits
  int lanes = 0;            // of a predictor

  uint64_t of_thread() const { return predictor_bytes + static_cast<uint64_t>(lanes) * lane_bytes; }
};

/// The engine is built when the first frame needs it: frames of the mixer alone need only the
/// model's prior.
class LoadedModel {
 public:
  /// `budget` must outlive this. Throws Error{kLimit} when the memory that `file` holds does not fit.
  LoadedModel(std::shared_ptr<const ModelFile> file, const CodecOptions& options, int threads,
              MemoryBudget& budget);

  const ModelFile& file() const { return *file_; }
  /// For frames of `kind`. Throws Error{kModelMismatch} when the model cannot code such frames.
  FrameModel ForFrame(FrameKind kind) const;
  /// The kind of frames that the model alone codes.
  FrameKind model_kind() const { return file_->tokens() ? FrameKind::kTokens : FrameKind::kModel; }
  /// Opened at the first call. REQUIRES: model_kind() is kTokens. Throws Error{kUsage, kModelLoad}.
  const Tokenizer& tokenizer();
  Scheduler& scheduler() { return scheduler_; }
  /// Takes the memory of the model and its predictors from the budget, once, without opening the
  /// engine: before frames that may use it lease theirs. Throws Error{kLimit}.
  void ReserveMemory();
  /// What a lane of a frame takes. Opens no engine.
  LaneMemory lane_memory() const;
  /// Whether the model's results depend on where it runs.
  bool pinned() const { return file_->info().tier == Tier::kPinned; }
  /// What they depend on (Model::fingerprint), empty for exact models. Opens a pinned model's
  /// engine.
  std::string Fingerprint() { return pinned() ? OpenedEngine().fingerprint() : ""; }
  /// Throws Error{kModelMismatch} naming what differs unless the model's own fingerprint is
  /// `recorded`, and Error{kUnsupported} when only one of the two has a fingerprint.
  void RequireFingerprint(const std::string& recorded);

 private:
  const Model& OpenedEngine();
  void Reserve(const PoolMemory& memory) LMZIP_REQUIRES(mutex_);

  const std::shared_ptr<const ModelFile> file_;
  std::optional<Prior> prior_;  // views file_
  const CodecOptions options_;
  const int threads_;
  MemoryBudget& budget_;
  const int predictors_;  // at most: one a thread of the pool
  Mutex mutex_;
  bool reserved_ LMZIP_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Model> engine_ LMZIP_GUARDED_BY(mutex_);
  std::unique_ptr<Tokenizer> tokenizer_ LMZIP_GUARDED_BY(mutex_);
  Scheduler scheduler_;  // last: its threads use what is above
};

}  // namespace lmzip
