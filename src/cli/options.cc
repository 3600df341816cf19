#include "cli/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "cli/arguments.h"
#include "cli/completion.h"
#include "cli/define_commands.h"
#include "cli/exit_code.h"
#include "cli/help_text.h"
#include "cli/inputs.h"
#include "lmzip/machine.h"
#include "lmzip/models.h"
#include "show/printable.h"

namespace lmzip {
namespace {

std::string VersionText() {
  std::string isas;
  for (const std::string& isa : InstructionSets()) isas += (isas.empty() ? "" : " ") + isa;
  const ModelDescription& model = LinkedModelDescription();
  return std::string("lmzip ") + Version() + "\nbuilt with " + LMZIP_COMPILER + "\nISA " +
         ActiveInstructionSet() + " (of " + isas +
         ")\nengines native, torch (plug-in)\ndefault model " + model.name + " version " +
         std::to_string(model.version) + ", id " + ShortIdText(model.id);
}

CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
  const auto found =
      app.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
  return found.empty() ? nullptr : const_cast<CLI::App*>(found[0]);
}

// Nullopt: there is no such option.
std::optional<bool> TakesValue(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  if (!option) return std::nullopt;
  return option->get_items_expected_max() > 0;
}

/// A command with its arguments; no command: of the program itself.
struct Invocation {
  CLI::App* command = nullptr;
  std::vector<Argument> arguments;
};

// `lmzip`, `lmzip -d ...`, as tar -I calls it: the command is a flag, or missing.
Invocation AsFilter(const CLI::App& app, const std::vector<std::string>& arguments) {
  static const std::map<std::string, std::string> kCommandFlags = {
      {"-d", "d"},           {"-t", "t"},     {"-l", "l"},
      {"--decompress", "d"}, {"--test", "t"}, {"--list", "l"}};
  const auto takes_value = [&app](const std::string& name) -> std::optional<bool> {
    if (kCommandFlags.contains(name)) return false;
    for (const char* command : {"c", "d", "t", "l"}) {  // they agree
      if (const auto known = TakesValue(*FindCommand(app, command), name)) return known;
    }
    return TakesValue(app, name);
  };
  std::string command;
  std::optional<Argument> question;  // for help or the version
  Invocation invocation;
  for (Argument& argument : SplitArguments(arguments, takes_value)) {
    if (const auto flag = kCommandFlags.find(argument.name); flag != kCommandFlags.end()) {
      command = flag->second;
      continue;
    }
    const bool asks = !argument.name.empty() && TakesValue(app, argument.name).has_value();
    if (asks) question = argument;
    invocation.arguments.push_back(std::move(argument));
  }
  invocation.command = FindCommand(app, command.empty() ? "c" : command);
  const bool of_command =
      !command.empty() && question && TakesValue(*invocation.command, question->name).has_value();
  if (question && !of_command) return {.command = nullptr, .arguments = {*question}};
  return invocation;
}

// What CLI11 is to parse, last argument first as it wants it. Throws Error{kUsage}.
std::vector<std::string> ForCli11(const Invocation& invocation, Words& words) {
  std::vector<std::string> options, names;
  for (const Argument& argument : invocation.arguments) {
    if (argument.name.empty()) {
      names.push_back(words.NumberOf(*argument.value));
      continue;
    }
    if (invocation.command && !TakesValue(*invocation.command, argument.name).has_value()) {
      throw Error(ErrorCode::kUsage,
                  "lmzip " + invocation.command->get_name() + " has no option " + argument.name);
    }
    options.push_back(argument.name);
    if (argument.value) options.push_back(words.NumberOf(*argument.value));
  }
  std::vector<std::string> all;
  if (invocation.command) all.push_back(invocation.command->get_name());
  all.insert(all.end(), options.begin(), options.end());
  if (!names.empty()) all.push_back("--");
  all.insert(all.end(), names.begin(), names.end());
  std::ranges::reverse(all);
  return all;
}

// What to say of a first word that is no command.
std::string UnknownCommandText(const CLI::App& app, const std::string& word) {
  std::error_code error;
  if (std::filesystem::exists(word, error)) {
    const bool compressed = std::filesystem::path(word).extension() == kSuffix;
    return word + ": not a command; to " + (compressed ? "de" : "") + "compress a file: 'lmzip " +
           (compressed ? "d " : "c ") + word + "'";
  }
  std::string commands;
  for (const CLI::App* sub : app.get_subcommands({})) {
    commands += (commands.empty() ? "" : ", ") + sub->get_name();
  }
  return word + ": not a command; the commands are " + commands;
}

// Sets the command before it throws Error{kUsage} for its arguments.
void Understand(const CLI::App& app, std::vector<std::string> arguments, Invocation& invocation) {
  if (arguments.empty() || arguments[0].starts_with('-')) {
    invocation = AsFilter(app, arguments);
    return;
  }
  invocation.command = FindCommand(app, arguments[0]);
  if (!invocation.command) throw Error(ErrorCode::kUsage, UnknownCommandText(app, arguments[0]));
  arguments.erase(arguments.begin());
  invocation.arguments = SplitArguments(
      arguments, [&](const std::string& name) { return TakesValue(*invocation.command, name); });
}

// The links to the program that stand for it with some options, as zcat and gunzip do.
std::vector<std::string> OptionsOfName(const std::string& program) {
  const std::string name = std::filesystem::path(program).filename();
  if (name == "lmzcat") return {"-dcf"};
  if (name == "unlmz") return {"-d"};
  return {};
}

void PrintUsageError(const CLI::App* command, const std::string& message) {
  std::cerr << "lmzip: " << PrintableLines(message) << "\ntry 'lmzip "
            << (command ? command->get_name() + " " : "") << "--help'\n";
}

}  // namespace

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  const ParsedCommandLine failed{.options = {}, .exit_code = kFailed, .finished = true};
  ParsedCommandLine parsed;
  CLI::App app("lmzip: lossless compression with a language model as predictor", "lmzip");
  app.require_subcommand(1);
  app.option_defaults()->take_last();
  app.footer(kHelpText);
  constexpr char kVersionHelp[] = "version, ISA, engines, model";
  app.set_version_flag("-V,--version", VersionText, kVersionHelp);
  Words words;
  DefineCommands(app, parsed.options, words);
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    command->set_version_flag("-V,--version", VersionText, kVersionHelp);
  }
  if (argc == 1 && ::isatty(STDIN_FILENO)) {
    std::cerr << app.help();
    return failed;
  }
  Invocation invocation;
  try {
    std::vector<std::string> arguments = OptionsOfName(argc > 0 ? argv[0] : "");
    arguments.insert(arguments.end(), argv + std::min(argc, 1), argv + argc);
    Understand(app, std::move(arguments), invocation);
    app.parse(ForCli11(invocation, words));
  } catch (const CLI::Success& e) {  // --help, --version
    app.exit(e);
    parsed.finished = true;
  } catch (const CLI::ParseError& e) {
    PrintUsageError(invocation.command, e.what());
    return failed;
  } catch (const Error& e) {
    PrintUsageError(invocation.command, e.what());
    return failed;
  }
  if (!parsed.finished && parsed.options.command == Command::kCompletion) {
    std::cout << CompletionScript(app, parsed.options.shell);
    parsed.finished = true;
  }
  return parsed;
}

}  // namespace lmzip
