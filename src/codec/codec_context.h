// What the encoder and the decoder share.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/model_id.h"
#include "base/mutex.h"
#include "codec/loaded_model.h"
#include "codec/memory_budget.h"
#include "codec/references.h"
#include "codec/worker_pool.h"
#include "lmzip/lmzip.h"

namespace lmzip {

/// `threads`, or for 0 one for each CPU that the process may use. Throws Error{kUsage} when out of
/// range.
int ResolveThreads(int threads);

/// A codec's models, threads and memory. Thread-safe.
class CodecContext {
 public:
  explicit CodecContext(const CodecOptions& options);

  /// The model that the options name.
  std::shared_ptr<LoadedModel> Model();
  /// The model whose id begins so: the options' one, or else one that is found by it; not named:
  /// the options' one. Throws Error{kModelMismatch, kModelLoad, kIo}.
  std::shared_ptr<LoadedModel> Model(const ShortModelId& id);
  /// The exact models at hand, the options' one first.
  std::vector<ShortModelId> KnownModels();
  /// Those of the options. Throws as KnownReferences.
  const KnownReferences& references();
  /// Those that frames are coded by with these options, with their index; null where there are
  /// none. Without holding leases. Throws as references(), Error{kLimit}.
  std::shared_ptr<const References> ReferencesFor(const EncodeOptions& options);
  MemoryBudget& budget() { return budget_; }
  /// Takes what the model and its predictors keep from the budget, without opening its engine:
  /// before frames that may need it lease their memory. Throws Error{kLimit}.
  void Reserve(const LoadedModel& model) { pool_.Reserve(model); }
  /// Has the job done, which may need the model's network. The model is one of this context.
  void Submit(std::shared_ptr<FrameJob> job, LoadedModel& model);
  /// Whether the model runs on a device other than the CPU, with frames as Sharing::kFrames.
  bool on_device() const { return options_.device != "cpu"; }
  /// Frames that one call keeps in flight when memory allows: on a device, enough to fill it.
  size_t frames_in_flight() const {
    return on_device() ? kDeviceFrames : 2 * static_cast<size_t>(threads_);
  }

 private:
  static constexpr size_t kDeviceFrames = 256;

  const CodecOptions options_;
  const int threads_;
  MemoryBudget budget_;
  Mutex mutex_;
  std::shared_ptr<LoadedModel> named_ LMZIP_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<LoadedModel>> others_ LMZIP_GUARDED_BY(mutex_);
  std::optional<std::vector<ShortModelId>> known_ LMZIP_GUARDED_BY(mutex_);
  std::optional<KnownReferences> references_ LMZIP_GUARDED_BY(mutex_);
  WorkerPool pool_;  // last: its threads use what is above
};

/// Of a part of the content, which may be all of it; see Codec::CompressPart().
EncodeReport EncodeStream(CodecContext& context, ByteSource& source, const ByteRange& part,
                          ByteSink& sink, const EncodeOptions& options, Progress* progress);
/// What EncodeStream() would do; nothing is written, and what costs what goes to `costs`.
EncodeReport MeasureStream(CodecContext& context, ByteSource& source, const EncodeOptions& options,
                           Progress* progress, class StreamCosts& costs);
void SampleStream(CodecContext& context, ByteView prompt, ByteSink& sink,
                  const SampleOptions& sample, const EncodeOptions& options, Progress* progress);
DecodeReport DecodeStreams(CodecContext& context, ByteSource& source, ByteSink& sink,
                           const DecodeOptions& options, Progress* progress);

/// The entry of a frame that begins at `offset` and takes `coded_bytes`, header included.
FrameEntry EntryOf(const FrameHeader& header, uint64_t stream, uint64_t offset,
                   uint64_t coded_bytes);

/// Cancels the job when it goes, so that the job's buffers may go after it.
class JobOwner {
 public:
  explicit JobOwner(std::shared_ptr<FrameJob> job) : job_(std::move(job)) {}
  JobOwner(JobOwner&&) = default;
  JobOwner& operator=(JobOwner&&) = delete;
  ~JobOwner() {
    if (job_) job_->Cancel();
  }
  const std::shared_ptr<FrameJob>& get() const { return job_; }
  FrameJob* operator->() const { return job_.get(); }

 private:
  std::shared_ptr<FrameJob> job_;
};

}  // namespace lmzip
