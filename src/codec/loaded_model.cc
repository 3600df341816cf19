#include "codec/loaded_model.h"

#include <algorithm>

#include "engine/native.h"
#include "lmzip/error.h"
#include "model/fingerprint.h"
#include "model/self_test.h"
#include "torch/loader.h"

namespace lmzip {
namespace {

constexpr int kSelfTestStep = 64;
constexpr const char* kCpu = "cpu";

bool RunsNative(const ModelInfo& info, Engine engine, const std::string& device) {
  return engine == Engine::kNative ||
         (engine == Engine::kAuto && info.tier == Tier::kExact && device == kCpu);
}

bool RunsNative(const ModelFile& file, const CodecOptions& options) {
  return file.info().tier == Tier::kExact &&
         RunsNative(file.info(), options.engine, options.device);
}

NativeMemory NativeMemoryFor(const ModelFile& file) {
  return NativeMemoryOf(file.weights().shape, file.info().dense_parameters);
}

NetworkMemory NativeNetworkMemory(const ModelFile& file) {
  const NativeMemory native = NativeMemoryFor(file);
  return {.model_bytes = native.weight_bytes,
          .predictor_bytes = native.predictor_bytes,
          .lane_bytes = native.lane_bytes + PieceBytes(file.info().vocabulary),
          .preferred_lanes = native.preferred_lanes};
}

// As many as half of the memory has predictors for: frames need the rest.
int MostWorkers(const ModelFile& file, const CodecOptions& options, const MemoryBudget& budget) {
  // A pinned model's threads work inside libtorch's operations, on one lane after the other.
  if (file.info().tier == Tier::kPinned) return 1;
  if (!RunsNative(file, options)) return Network::kNoLimit;
  const NetworkMemory memory = NativeNetworkMemory(file);
  const uint64_t free = budget.total() - std::min(budget.total(), file.copied_bytes());
  const uint64_t fit = free / 2 / BatchBytes(memory, BatchLanes(memory, Sharing::kLanes, 1));
  return static_cast<int>(std::clamp<uint64_t>(fit, 1, Network::kNoLimit));
}

}  // namespace

std::unique_ptr<Model> OpenEngine(const std::shared_ptr<const ModelFile>& file,
                                  const CodecOptions& options, int threads) {
  const ModelInfo& info = file->info();
  const std::string& device = options.device;
  const bool native = RunsNative(info, options.engine, device);
  if (native && (info.tier != Tier::kExact || device != kCpu)) {
    const char* tier =
        info.tier == Tier::kExact ? ", an exact model, on " : ", a pinned model, on ";
    throw Error(ErrorCode::kUsage, "the native engine runs exact models on the CPU; " +
                                       file->label() + tier + device + " needs --engine torch");
  }
  auto model = native ? NewNativeModel({file, &file->weights()})
                      : OpenTorchModel(file->archive(), device, threads, options.plugin_folder);
  file->archive().RequireUnchanged();  // libtorch reads it anew
  if (info.tier == Tier::kExact) {
    const int tokens = info.short_test.tokens;
    const std::string digest = SelfTestDigest(*model, tokens, std::min(tokens, kSelfTestStep));
    if (digest != info.short_test.sha256) {
      throw Error(ErrorCode::kModelLoad, file->label() + ": the self-test fails on engine " +
                                             model->engine() + " (expected " +
                                             info.short_test.sha256 + ", got " + digest + ")");
    }
  }
  return model;
}

LoadedModel::LoadedModel(std::shared_ptr<const ModelFile> file, const CodecOptions& options,
                         int threads, MemoryBudget& budget)
    : file_(std::move(file)),
      options_(options),
      threads_(threads),
      most_workers_(MostWorkers(*file_, options_, budget)) {
  if (!file_->prior().empty()) prior_.emplace(file_->prior());
  budget.Reserve(file_->copied_bytes(), "model " + file_->info().name);
}

FrameModel LoadedModel::ForFrame(FrameKind kind) const {
  const bool tokens = kind == FrameKind::kTokens;
  if (kind != FrameKind::kMixed && tokens != (file_->tokens() != nullptr)) {
    throw Error(ErrorCode::kModelMismatch, file_->label() + ": a model of " +
                                               (tokens ? "bytes" : "tokens") +
                                               " does not code frames of kind " + MethodName(kind));
  }
  return {.prior = prior_ ? &*prior_ : nullptr, .tokens = tokens ? file_->tokens() : nullptr};
}

LaneMemory LoadedModel::lane_memory() const {
  if (options_.device != kCpu) return {};
  const int vocabulary = file_->info().vocabulary;
  return {.state_bytes = RunsNative(*file_, options_) ? NativeMemoryFor(*file_).lane_bytes : 0,
          .piece_bytes = PieceBytes(vocabulary),
          .row_bytes = sizeof(int16_t) * static_cast<uint64_t>(vocabulary)};
}

Sharing LoadedModel::sharing() const {
  return options_.device == kCpu ? Sharing::kLanes : Sharing::kFrames;
}

// On a device, states and activations lie in its own memory.
NetworkMemory LoadedModel::memory() const {
  if (RunsNative(*file_, options_)) return NativeNetworkMemory(*file_);
  const MutexLock lock(mutex_);
  if (!engine_) return {};
  const bool device = options_.device != kCpu;
  return {.model_bytes = 0,
          .predictor_bytes = device ? 0 : engine_->predictor_bytes(),
          .lane_bytes = PieceBytes(engine_->vocabulary()) + (device ? 0 : engine_->lane_bytes()),
          .preferred_lanes = engine_->preferred_lanes()};
}

const Tokenizer& LoadedModel::tokenizer() {
  const MutexLock lock(mutex_);
  if (!tokenizer_) {
    auto tokenizer = OpenTokenizer(file_->tokenizer(), options_.plugin_folder);
    if (tokenizer->vocabulary() != file_->tokens()->size()) {
      throw Error(ErrorCode::kModelLoad, file_->label() + ": tokenizer.model has " +
                                             std::to_string(tokenizer->vocabulary()) +
                                             " tokens, tokens.bin " +
                                             std::to_string(file_->tokens()->size()));
    }
    tokenizer_ = std::move(tokenizer);
  }
  return *tokenizer_;
}

const Model& LoadedModel::Open() {
  const MutexLock lock(mutex_);
  if (!engine_) engine_ = OpenEngine(file_, options_, threads_);
  return *engine_;
}

void LoadedModel::RequireFingerprint(const std::string& recorded) {
  if (!pinned() && recorded.empty()) return;
  const std::string& name = file_->info().name;
  if (!pinned()) {
    throw Error(ErrorCode::kUnsupported, "the stream has the fingerprint \"" + recorded +
                                             "\", but model " + name + " is exact and has none");
  }
  if (recorded.empty()) {
    throw Error(ErrorCode::kUnsupported,
                "the stream has no fingerprint, but model " + name + " is pinned and needs one");
  }
  const std::string change = DescribeFingerprintChange(recorded, Fingerprint());
  if (change.empty()) return;
  throw Error(ErrorCode::kModelMismatch,
              "model " + name + " is pinned: it decodes only where it encoded, but " + change);
}

}  // namespace lmzip
