// Options that several commands have.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/option_adder.h"
#include "cli/options.h"

namespace lmzip {

/// They take effect in the order in which they are given, so that of contradictory ones the last
/// counts.
class OptionGroups : protected OptionAdder {
 protected:
  static inline const std::vector<std::pair<std::string, Method>> kMethods = {
      {"auto", Method::kAuto},
      {"lm+mix", Method::kModelMixed},
      {"lm", Method::kModel},
      {"mix", Method::kMixed},
      {"store", Method::kStore}};

  /// Both are filled and read while `app` parses.
  OptionGroups(CLI::App& app, Options& options, const Words& words)
      : OptionAdder(words), app_(app), options_(options) {}

  CLI::App& AddCommand(const char* name, Command command, const char* help);
  void AddNames(CLI::App& app, const char* name, const char* help);
  void AddFiles(CLI::App& app);
  void AddExclude(CLI::App& app);
  void AddKeepAndStdout(CLI::App& app);
  void AddOutput(CLI::App& app);
  void AddOutputFile(CLI::App& app);
  void AddForce(CLI::App& app, const char* help);
  void AddCoding(CLI::App& app);
  void AddContentKinds(CLI::App& app);
  void AddReference(CLI::App& app);
  void AddWindow(CLI::App& app);
  void AddVerify(CLI::App& app);
  // By words, and by the numbers that scripts pass to gzip and its kin.
  void AddEffort(CLI::App& app);
  void AddDecoding(CLI::App& app);
  void AddMachine(CLI::App& app, const char* model_help);
  void AddMessages(CLI::App& app);
  void AddVerbosity(CLI::App& app);

  // What `define` adds is taken, and not shown: options that only other commands heed.
  template <typename Function>
  static void WithoutHelp(CLI::App& app, Function define) {
    const size_t shown = app.get_options().size();
    define();
    const std::vector<CLI::Option*> all = app.get_options([](CLI::Option*) { return true; });
    for (size_t i = shown; i < all.size(); ++i) all[i]->group("");
  }

  CLI::App& app_;
  Options& options_;
};

}  // namespace lmzip
