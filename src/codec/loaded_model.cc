#include "codec/loaded_model.h"

#include <algorithm>

#include "engine/native.h"
#include "lmzip/error.h"
#include "model/self_test.h"
#include "torch/loader.h"

namespace lmzip {
namespace {

constexpr int kByteVocabulary = 256;
constexpr int kSelfTestStep = 64;

std::shared_ptr<const ModelFile> RequireBytes(std::shared_ptr<const ModelFile> file) {
  const int vocabulary = file->info().vocabulary;
  if (vocabulary == kByteVocabulary) return file;
  throw Error(ErrorCode::kModelLoad, file->label() + ": a model of " + std::to_string(vocabulary) +
                                         " tokens; this release codes with models of bytes only");
}

}  // namespace

std::unique_ptr<Model> OpenEngine(const std::shared_ptr<const ModelFile>& file, Engine engine,
                                  const std::string& device) {
  const ModelInfo& info = file->info();
  const bool native = engine == Engine::kNative ||
                      (engine == Engine::kAuto && info.tier == Tier::kExact && device == "cpu");
  if (native && (info.tier != Tier::kExact || device != "cpu")) {
    throw Error(ErrorCode::kUsage, "the native engine runs exact models on the CPU; " +
                                       file->label() + " on " + device + " needs --engine torch");
  }
  auto model = native ? NewNativeModel({file, &file->weights()})
                      : OpenTorchModel(file->archive(), device);
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
    : file_(RequireBytes(std::move(file))),
      options_(options),
      threads_(threads),
      budget_(budget),
      scheduler_([this]() -> const Model& { return OpenedEngine(); }, threads) {
  if (!file_->prior().empty()) prior_.emplace(file_->prior());
}

const Model& LoadedModel::OpenedEngine() {
  const std::lock_guard lock(mutex_);
  if (!engine_) {
    auto engine = OpenEngine(file_, options_.engine, options_.device);
    const auto lanes = static_cast<uint64_t>(std::max(engine->preferred_lanes(), 4));
    budget_.Reserve(threads_ * (engine->predictor_bytes() + lanes * engine->lane_bytes()),
                    "model " + file_->info().name);
    engine_ = std::move(engine);
  }
  return *engine_;
}

}  // namespace lmzip
