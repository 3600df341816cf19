// models: list, show, verify.
#include <spdlog/spdlog.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/cpu.h"
#include "base/printable.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/progress.h"
#include "codec/loaded_model.h"
#include "engine/native.h"
#include "model/registry.h"
#include "model/self_test.h"
#include "torch/loader.h"

namespace lmzip {
namespace {

nlohmann::json ToJson(const ModelInfo& info, const ModelId& id, const std::string& label) {
  return {{"name", info.name},
          {"version", info.version},
          {"file", label},
          {"id", Hex(id)},
          {"tier", info.tier == Tier::kExact ? "exact" : "pinned"},
          {"vocabulary", info.vocabulary_kind},
          {"vocabulary_size", info.vocabulary},
          {"window", info.window},
          {"dense_parameters", info.dense_parameters},
          {"table_parameters", info.table_parameters},
          {"file_bytes", info.file_bytes},
          {"prior_bytes", info.prior_bytes},
          {"licence", info.licence},
          {"training", info.training}};
}

std::string Dumped(const nlohmann::json& json) {
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace);  // in ASCII
}

void PrintRow(const ModelInfo& info, const ModelId& id, const std::string& label) {
  std::cout << fmt::format("{:<10} {:<18} {:<7} {:<14} {:>12} {:>12}  {}\n", Printable(info.name),
                           Hex(Shorten(id)), info.tier == Tier::kExact ? "exact" : "pinned",
                           info.vocabulary_kind, Grouped(info.dense_parameters),
                           Grouped(info.file_bytes), Printable(label));
}

int ListModels(const Options& options) {
  int exit_code = kDone;
  nlohmann::json all = nlohmann::json::array();
  if (!options.json) {
    std::cout << fmt::format("{:<10} {:<18} {:<7} {:<14} {:>12} {:>12}  {}\n", "name", "id", "tier",
                             "vocabulary", "parameters", "file bytes", "where");
  }
  for (const InstalledModel& model : InstalledModels()) {
    try {
      if (!model.info) throw Error(ErrorCode::kModelLoad, model.problem);
      const std::string label = model.path.empty() ? LinkedModel()->label() : model.path.string();
      if (options.json) {
        all.push_back(ToJson(*model.info, model.Id(), label));
      } else {
        PrintRow(*model.info, model.Id(), label);
      }
    } catch (const Error& e) {
      spdlog::error(e.what());
      exit_code = kFailed;
    }
  }
  if (options.json) std::cout << Dumped(all) << '\n';
  return exit_code;
}

void ShowModel(const nlohmann::json& json) {
  for (const auto& [key, value] : json.items()) {
    std::cout << fmt::format(
        "{:<17} {}\n", key, Printable(value.is_string() ? value.get<std::string>() : value.dump()));
  }
}

/// Runs the long self-test on one engine; prints a row; false when it fails.
bool VerifyOn(const Model& model, const SelfTest& test, int step) {
  const auto start = std::chrono::steady_clock::now();
  const bool equal = SelfTestDigest(model, test.tokens, step) == test.sha256;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << fmt::format("{:<26} {:>4} tokens a call  {:>9.1f} tokens/ms  {}\n", model.engine(),
                           step, test.tokens / seconds / 1000, equal ? "ok" : "WRONG");
  return equal;
}

int VerifyModel(const std::shared_ptr<const ModelFile>& file) {
  const ModelInfo& info = file->info();
  std::cout << Printable(info.name) << " " << Hex(info.id) << '\n';
  if (info.tier != Tier::kExact) {
    throw Error(ErrorCode::kUsage, info.name + ": pinned models have no self-test");
  }
  file->VerifyId();
  std::cout << "file: structure, ranges and id ok\n";
  bool all_ok = true;
  for (Isa isa : AvailableIsas()) {
    const auto model = NewNativeModel({file, &file->weights()}, isa);
    for (int step : {1, 64}) all_ok &= VerifyOn(*model, info.long_test, step);
  }
  try {
    const auto model = OpenTorchModel(file->archive(), "cpu");
    for (int step : {1, 64}) all_ok &= VerifyOn(*model, info.long_test, step);
  } catch (const Error& e) {
    std::cout << "torch: not checked (" << PrintableLines(e.what()) << ")\n";
  }
  return all_ok ? kDone : kFailed;
}

}  // namespace

int RunModels(const Options& options) {
  if (options.models_action == "list") return ListModels(options);
  const std::vector<std::string> names =
      options.files.empty() ? std::vector<std::string>{""} : options.files;
  int exit_code = kDone;
  for (const std::string& name : names) {
    try {
      const auto file = FindModel(name);
      const nlohmann::json json = ToJson(file->info(), file->info().id, file->label());
      if (options.models_action == "verify") {
        exit_code = std::max(exit_code, VerifyModel(file));
      } else if (options.json) {
        std::cout << Dumped(json) << '\n';
      } else {
        ShowModel(json);
      }
    } catch (const Error& e) {
      spdlog::error(e.what());
      exit_code = std::max<int>(exit_code, ExitCodeOf(e));
    }
  }
  return exit_code;
}

}  // namespace lmzip
