#include "lmzip/speed.h"

#include <chrono>
#include <deque>

#include "base/mutex.h"
#include "codec/codec_context.h"
#include "codec/method.h"
#include "codec/typed_content.h"
#include "engine/native.h"
#include "engine/peak.h"
#include "format/content_check.h"
#include "model/registry.h"
#include "segments/segment_list.h"

namespace lmzip {
namespace {

/// A native model whose predictors tell where their time goes.
class TimedModel : public Model {
 public:
  explicit TimedModel(std::unique_ptr<Model> model) : model_(std::move(model)) {}

  int vocabulary() const override { return model_->vocabulary(); }
  std::string engine() const override { return model_->engine(); }
  size_t lane_bytes() const override { return model_->lane_bytes(); }
  size_t predictor_bytes() const override { return model_->predictor_bytes(); }
  int preferred_lanes() const override { return model_->preferred_lanes(); }
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override {
    const MutexLock lock(mutex_);
    return NewTimedPredictor(*model_, lanes, &phases_.emplace_back());
  }

  /// Of all predictors together. Call when none of them runs.
  PhaseSeconds Total() const {
    const MutexLock lock(mutex_);
    PhaseSeconds total;
    for (const PhaseSeconds& phases : phases_) {
      total.products += phases.products;
      total.attention += phases.attention;
      total.other += phases.other;
    }
    return total;
  }

 private:
  const std::unique_ptr<Model> model_;
  mutable Mutex mutex_;
  mutable std::deque<PhaseSeconds> phases_
      LMZIP_GUARDED_BY(mutex_);  // one a predictor; addresses stay
};

class TimedNetwork final : public Network {
 public:
  explicit TimedNetwork(const TimedModel& model) : model_(model) {}
  std::string name() const override { return model_.engine(); }
  const Model& Open() override { return model_; }
  NetworkMemory memory() const override { return {.preferred_lanes = model_.preferred_lanes()}; }

 private:
  const TimedModel& model_;
};

bool MixerAlone(const EncodeOptions& options) {
  return options.method == Method::kMixed ||
         (options.method == Method::kAuto && !MayUseModel(options.effort));
}

void RequireMeasurable(const ModelFile& file, const CodecOptions& codec,
                       const EncodeOptions& encode) {
  if (encode.method == Method::kStore) {
    throw Error(ErrorCode::kUsage, "what is stored takes no computing that could be measured");
  }
  if (file.info().tier == Tier::kExact && codec.engine != Engine::kTorch && codec.device == "cpu")
    return;
  throw Error(ErrorCode::kUsage,
              "speed is measured of exact models on the native engine, on the CPU");
}

}  // namespace

class SpeedTest::Impl {
 public:
  Impl(const CodecOptions& codec, const EncodeOptions& encode)
      : encode_(encode),
        file_(FindModel(codec.model, codec.model_folders)),
        plugin_folder_(codec.plugin_folder),
        threads_(ResolveThreads(codec.threads)),
        peak_(MeasureInt8Peak(ActiveIsa())) {
    CheckOptions(encode);
    RequireMeasurable(*file_, codec, encode);
    if (!file_->prior().empty()) prior_.emplace(file_->prior());
  }

  const ModelFile& file() const { return *file_; }
  int threads() const { return threads_; }
  double peak() const { return peak_; }

  Speed Measure(ByteView content) const {
    if (content.empty() || content.size() > encode_.frame_bytes) {
      throw Error(ErrorCode::kUsage, "the content to measure must have 1 to " +
                                         std::to_string(encode_.frame_bytes) + " bytes, a frame");
    }
    FrameHeader header = HeaderFor(content.size());
    TokenizedContent tokens;
    if (header.is_tokens()) {
      tokens = TokenizeContent(*OpenTokenizer(file_->tokenizer(), plugin_folder_),
                               *file_->tokens(), header.geometry, content);
    }
    Speed speed{.raw_bytes = content.size(),
                .symbols = header.is_tokens() ? tokens.tokens.size() : content.size(),
                .coded_bytes = 0,
                .method = MethodName(header.kind),
                .encode = {},
                .decode = {}};
    const FrameModel model{.prior = prior_ ? &*prior_ : nullptr,
                           .tokens = header.is_tokens() ? file_->tokens() : nullptr};
    std::vector<TypedSegment> segments;
    if (WantsQuick(encode_)) segments = FilledWith(DataKind::kQuick, {}, content.size());
    Bytes data;
    if (!segments.empty()) data = EncodeSegments(segments, content.size());
    header.segments_bytes = data.size();
    const auto encoding = FrameJob::Encode(header, content, model,
                                           {.tokens = std::move(tokens), .segments = segments});
    speed.encode = Time(encoding, speed.symbols);
    const Bytes code = encoding->TakeCode();
    data.insert(data.end(), code.begin(), code.end());
    speed.coded_bytes = data.size();
    header.data_bytes = data.size();
    Bytes decoded(content.size());
    speed.decode = Time(
        FrameJob::Decode(header, UnitChecks(content, header.unit_bytes()), data, decoded, model),
        speed.symbols);
    return speed;
  }

 private:
  FrameHeader HeaderFor(uint64_t raw_bytes) const {
    FrameHeader header;
    const FrameKind with_model = file_->tokens()                     ? FrameKind::kTokens
                                 : encode_.method == Method::kModel ? FrameKind::kModel
                                                                    : FrameKind::kModelMixed;
    header.kind = MixerAlone(encode_) ? FrameKind::kMixed : with_model;
    header.raw_bytes = raw_bytes;
    header.geometry = ChooseGeometry(header.kind, raw_bytes, encode_);
    return header;
  }

  SpeedRun Time(const std::shared_ptr<FrameJob>& job, uint64_t symbols) const {
    const TimedModel model(NewNativeModel({file_, &file_->weights()}));
    SpeedRun run;
    {
      TimedNetwork network(model);
      std::vector<Network*> networks;
      if (job->header().uses_model()) networks.push_back(&network);
      MemoryBudget budget(CodecOptions().memory_bytes);
      WorkerPool pool(threads_, budget);
      const JobOwner owner(job);
      const auto start = std::chrono::steady_clock::now();
      pool.Submit(job, std::move(networks));
      job->WaitAll();
      run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    const PhaseSeconds phases = model.Total();
    run.products_seconds = phases.products;
    run.attention_seconds = phases.attention;
    run.other_seconds = phases.other;
    const double operations = static_cast<double>(OperationsPerToken(file_->weights().shape)) *
                              static_cast<double>(symbols);
    if (run.model_seconds() > 0) run.share_of_peak = operations / (run.model_seconds() * peak_);
    return run;
  }

  const EncodeOptions encode_;
  const std::shared_ptr<const ModelFile> file_;
  const std::filesystem::path plugin_folder_;
  std::optional<Prior> prior_;  // views file_
  const int threads_;
  const double peak_;
};

SpeedTest::SpeedTest(const CodecOptions& codec, const EncodeOptions& encode)
    : impl_(std::make_unique<Impl>(codec, encode)) {}
SpeedTest::~SpeedTest() = default;

const ModelDescription& SpeedTest::model() const { return impl_->file().info(); }
int SpeedTest::threads() const { return impl_->threads(); }
double SpeedTest::int8_peak() const { return impl_->peak(); }
Speed SpeedTest::Measure(std::span<const uint8_t> content) const { return impl_->Measure(content); }

}  // namespace lmzip
