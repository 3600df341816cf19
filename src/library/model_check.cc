#include "lmzip/model_check.h"

#include <chrono>

#include "engine/native.h"
#include "lmzip/error.h"
#include "model/registry.h"
#include "model/self_test.h"
#include "torch/loader.h"

namespace lmzip {
namespace {

ModelCheck RunSelfTest(const Model& model, const SelfTest& test, int tokens_a_call) {
  const auto start = std::chrono::steady_clock::now();
  const bool passed = SelfTestDigest(model, test.tokens, tokens_a_call) == test.sha256;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return {.engine = model.engine(),
          .tokens_a_call = tokens_a_call,
          .tokens_per_second = test.tokens / seconds.count(),
          .passed = passed,
          .problem = {}};
}

}  // namespace

bool CheckModel(const std::string& name_or_path,
                const std::function<void(const ModelCheck&)>& checked) {
  const auto file = FindModel(name_or_path);
  const ModelInfo& info = file->info();
  if (info.tier != Tier::kExact) {
    throw Error(ErrorCode::kUsage, info.name + ": pinned models have no self-test");
  }
  file->VerifyId();
  bool all_passed = true;
  const auto check = [&](const Model& model) {
    for (int tokens_a_call : {1, 64}) {
      const ModelCheck result = RunSelfTest(model, info.long_test, tokens_a_call);
      all_passed &= result.passed;
      checked(result);
    }
  };
  for (Isa isa : AvailableIsas()) check(*NewNativeModel({file, &file->weights()}, isa));
  std::unique_ptr<Model> torch;
  try {
    torch = OpenTorchModel(file->archive(), "cpu");
  } catch (const Error& e) {
    checked({.engine = "torch", .problem = e.what()});
  }
  if (torch) check(*torch);
  return all_passed;
}

}  // namespace lmzip
