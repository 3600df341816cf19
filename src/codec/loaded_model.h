// A model file with its engine.
#pragma once

#include <memory>
#include <optional>

#include "base/mutex.h"
#include "chunker/tokenizer.h"
#include "codec/frame_plan.h"
#include "codec/frame_job.h"
#include "codec/memory_budget.h"
#include "codec/network.h"
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

/// The engine is built when the first frame needs it: frames of the mixer alone need only the
/// model's prior.
class LoadedModel final : public Network {
 public:
  /// Takes the memory that `file` holds from `budget`. Throws Error{kLimit} when it does not fit.
  LoadedModel(std::shared_ptr<const ModelFile> file, const CodecOptions& options, int threads,
              MemoryBudget& budget);

  std::string name() const override { return file_->info().name; }
  const Model& Open() override;
  NetworkMemory memory() const override;
  Sharing sharing() const override;
  int most_workers() const override { return most_workers_; }

  const ModelFile& file() const { return *file_; }
  /// For frames of `kind`. Throws Error{kModelMismatch} when the model cannot code such frames.
  FrameModel ForFrame(FrameKind kind) const;
  /// The kind of frames that the model alone codes.
  FrameKind model_kind() const { return file_->tokens() ? FrameKind::kTokens : FrameKind::kModel; }
  /// Opened at the first call. REQUIRES: model_kind() is kTokens. Throws Error{kUsage, kModelLoad}.
  const Tokenizer& tokenizer();
  /// What a lane of a frame takes. Opens no engine.
  LaneMemory lane_memory() const;
  /// Whether the model's results depend on where it runs.
  bool pinned() const { return file_->info().tier == Tier::kPinned; }
  /// What they depend on (Model::fingerprint), empty for exact models. Opens a pinned model's
  /// engine.
  std::string Fingerprint() { return pinned() ? Open().fingerprint() : ""; }
  /// Throws Error{kModelMismatch} naming what differs unless the model's own fingerprint is
  /// `recorded`, and Error{kUnsupported} when only one of the two has a fingerprint.
  void RequireFingerprint(const std::string& recorded);

 private:
  const std::shared_ptr<const ModelFile> file_;
  std::optional<Prior> prior_;  // views file_
  const CodecOptions options_;
  const int threads_;
  const int most_workers_;
  mutable Mutex mutex_;
  std::unique_ptr<Model> engine_ LMZIP_GUARDED_BY(mutex_);
  std::unique_ptr<Tokenizer> tokenizer_ LMZIP_GUARDED_BY(mutex_);
};

}  // namespace lmzip
