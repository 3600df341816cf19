#include "codec/loaded_model.h"

#include <algorithm>

#include "base/system_limits.h"
#include "engine/native.h"
#include "lmzip/error.h"
#include "model/fingerprint.h"
#include "model/self_test.h"
#include "torch/loader.h"

namespace lmzip {
namespace {

constexpr int kSelfTestStep = 64;
constexpr const char* kCpu = "cpu";

}  // namespace

std::unique_ptr<Model> OpenEngine(const std::shared_ptr<const ModelFile>& file, Engine engine,
                                  const std::string& device, int threads) {
  const ModelInfo& info = file->info();
  const bool native = engine == Engine::kNative ||
                      (engine == Engine::kAuto && info.tier == Tier::kExact && device == kCpu);
  if (native && (info.tier != Tier::kExact || device != kCpu)) {
    const char* tier =
        info.tier == Tier::kExact ? ", an exact model, on " : ", a pinned model, on ";
    throw Error(ErrorCode::kUsage, "the native engine runs exact models on the CPU; " +
                                       file->label() + tier + device + " needs --engine torch");
  }
  auto model = native ? NewNativeModel({file, &file->weights()})
                      : OpenTorchModel(file->archive(), device, threads);
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
      budget_(budget),
      // A pinned model's threads work inside libtorch's operations, on one lane after the other.
      scheduler_([this]() -> const Model& { return OpenedEngine(); }, pinned() ? 1 : threads,
                 options.device == kCpu ? Sharing::kLanes : Sharing::kFrames, UsableCpus()) {
  if (!file_->prior().empty()) prior_.emplace(file_->prior());
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

const Tokenizer& LoadedModel::tokenizer() {
  const MutexLock lock(mutex_);
  if (!tokenizer_) {
    auto tokenizer = OpenTokenizer(file_->tokenizer());
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

const Model& LoadedModel::OpenedEngine() {
  const MutexLock lock(mutex_);
  if (!engine_) {
    auto engine = OpenEngine(file_, options_.engine, options_.device, threads_);
    // On a device the threads share the lanes, whose states and activations lie in its own memory.
    const bool device = options_.device != kCpu;
    const int predictors = pinned() ? 1 : threads_;
    const int lanes = std::max(engine->preferred_lanes() / (device ? predictors : 1), 4);
    const uint64_t lane_bytes =
        PieceBytes(engine->vocabulary()) + (device ? 0 : engine->lane_bytes());
    const uint64_t shared_bytes = device ? 0 : engine->predictor_bytes();
    budget_.Reserve(static_cast<uint64_t>(predictors) *
                        (shared_bytes + static_cast<uint64_t>(lanes) * lane_bytes),
                    "model " + file_->info().name);
    engine_ = std::move(engine);
  }
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
