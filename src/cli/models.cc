// models: list, show, verify.
#include <spdlog/spdlog.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/progress.h"
#include "lmzip/model_check.h"
#include "lmzip/models.h"
#include "show/printable.h"

namespace lmzip {
namespace {

nlohmann::json ToJson(const ModelDescription& info, const ModelId& id) {
  return {{"name", info.name},
          {"version", info.version},
          {"file", info.file},
          {"id", IdText(id)},
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

void PrintRow(const ModelDescription& info, const ModelId& id) {
  std::cout << fmt::format("{:<10} {:<18} {:<7} {:<14} {:>12} {:>12}  {}\n", Printable(info.name),
                           ShortIdText(id), info.tier == Tier::kExact ? "exact" : "pinned",
                           info.vocabulary_kind, Grouped(info.dense_parameters),
                           Grouped(info.file_bytes), Printable(info.file));
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
      if (options.json) {
        all.push_back(ToJson(*model.info, model.Id()));
      } else {
        PrintRow(*model.info, model.Id());
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

void PrintCheck(const ModelCheck& check) {
  if (!check.problem.empty()) {
    std::cout << fmt::format("{}: not checked ({})\n", check.engine, PrintableLines(check.problem));
    return;
  }
  std::cout << fmt::format("{:<26} {:>4} tokens a call  {:>9.1f} tokens/ms  {}\n", check.engine,
                           check.tokens_a_call, check.tokens_per_second / 1000,
                           check.passed ? "ok" : "WRONG");
}

int VerifyModel(const std::string& name) {
  const ModelDescription model = ReadModel(name);
  std::cout << Printable(model.name) << " " << IdText(model.id) << '\n';
  bool file_told = false;
  const bool passed = CheckModel(name, [&](const ModelCheck& check) {
    if (!file_told) std::cout << "file: structure, ranges and id ok\n";
    file_told = true;
    PrintCheck(check);
  });
  return passed ? kDone : kFailed;
}

}  // namespace

int RunModels(const Options& options) {
  if (options.models_action == "list") return ListModels(options);
  const std::vector<std::string> names =
      options.files.empty() ? std::vector<std::string>{""} : options.files;
  int exit_code = kDone;
  for (const std::string& name : names) {
    try {
      if (options.models_action == "verify") {
        exit_code = std::max(exit_code, VerifyModel(name));
        continue;
      }
      const ModelDescription model = ReadModel(name);
      const nlohmann::json json = ToJson(model, model.id);
      if (options.json) {
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
