#include "cli/completion.h"

#include <spdlog/fmt/fmt.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <vector>

#include "base/check.h"

namespace lmzip {
namespace {

struct Candidate {
  std::vector<std::string> names;  // "-T", "--threads"; none: a positional argument
  std::string help;
  bool takes_value = false;
  std::string choices;  // of its value, separated by spaces; empty: a file, or anything
};

struct CommandCandidates {
  std::string name;
  std::string help;
  std::vector<Candidate> candidates;
};

// "auto|native|torch" are choices, "NAME|FILE" are not.
std::string Choices(std::string text) {
  if (text.find('|') == std::string::npos ||
      std::ranges::any_of(text, [](unsigned char c) { return std::isupper(c); })) {
    return "";
  }
  std::ranges::replace(text, '|', ' ');
  return text;
}

Candidate ToCandidate(const CLI::Option& option) {
  Candidate candidate{.names = {},
                      .help = option.get_description(),
                      .takes_value = option.get_items_expected_max() > 0,
                      .choices = Choices(option.get_option_text())};
  std::ranges::replace(candidate.help, '\n', ' ');
  for (const std::string& name : option.get_snames()) candidate.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) candidate.names.push_back("--" + name);
  return candidate;
}

std::vector<CommandCandidates> Commands(const CLI::App& app) {
  std::vector<CommandCandidates> commands;
  for (const CLI::App* sub : app.get_subcommands({})) {
    CommandCandidates command{
        .name = sub->get_name(), .help = sub->get_description(), .candidates = {}};
    for (const CLI::Option* option : sub->get_options()) {
      const bool shown = !option->get_group().empty();
      if (shown) command.candidates.push_back(ToCandidate(*option));
    }
    commands.push_back(std::move(command));
  }
  return commands;
}

std::string CommandNames(const std::vector<CommandCandidates>& commands) {
  std::string names;
  for (const CommandCandidates& command : commands)
    names += (names.empty() ? "" : " ") + command.name;
  return names;
}

// Completes words; file names where there are none.
std::string BashScript(const std::vector<CommandCandidates>& commands) {
  std::string cases;
  for (const CommandCandidates& command : commands) {
    std::string options, arguments;
    for (const Candidate& candidate : command.candidates) {
      if (candidate.names.empty()) arguments += candidate.choices;
      for (const std::string& name : candidate.names) {
        options += (options.empty() ? "" : " ") + name;
        if (candidate.takes_value) {
          cases += fmt::format("    {}:{}) words='{}' ;;\n", command.name, name, candidate.choices);
        }
      }
    }
    cases += fmt::format("    {}:*) [[ $current == -* ]] && words='{}' || words='{}' ;;\n",
                         command.name, options, arguments);
  }
  return fmt::format(
      "# Completions of lmzip for bash; made by 'lmzip completion bash'.\n"
      "_lmzip() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} words= command=${{COMP_WORDS[1]}} link=\n"
      "  case ${{COMP_WORDS[0]##*/}} in lmzcat | unlmz) link=1 command=d ;; esac\n"
      "  case $command:${{COMP_WORDS[COMP_CWORD-1]}} in\n{}  esac\n"
      "  [[ -n $link ]] || ((COMP_CWORD > 1)) || words='{} --help --version'\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}}\n"
      "complete -o default -F _lmzip lmzip lmzcat unlmz\n",
      cases, CommandNames(commands));
}

// `text` as a word of zsh or fish, with `special` characters escaped as well.
std::string Quoted(const std::string& text, const std::string& special) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
      continue;
    }
    if (special.find(c) != std::string::npos) quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// A specification of _arguments: '--name[help]:value:(choices)'.
std::string ZshArgument(const Candidate& candidate, const std::string& name) {
  const std::string help = Quoted(candidate.help, "[]\\:");
  const std::string action = candidate.choices.empty() ? "_files" : "(" + candidate.choices + ")";
  if (name.empty()) return fmt::format(" '*:argument:{}'", action);
  const std::string text = fmt::format("{}[{}]", name, help.substr(1, help.size() - 2));
  return fmt::format(" '{}{}'", text, candidate.takes_value ? ":value:" + action : "");
}

std::string ZshScript(const std::vector<CommandCandidates>& commands) {
  std::string described, cases;
  for (const CommandCandidates& command : commands) {
    described += "    " + Quoted(command.name + ":" + command.help, "") + "\n";
    std::string arguments;
    for (const Candidate& candidate : command.candidates) {
      if (candidate.names.empty()) continue;
      for (const std::string& name : candidate.names) arguments += ZshArgument(candidate, name);
    }
    const auto positional = std::ranges::find_if(
        command.candidates, [](const Candidate& candidate) { return candidate.names.empty(); });
    if (positional != command.candidates.end()) arguments += ZshArgument(*positional, "");
    cases += fmt::format("    {}) _arguments -s{} ;;\n", command.name, arguments);
  }
  return fmt::format(
      "#compdef lmzip lmzcat unlmz\n"
      "# Completions of lmzip for zsh; made by 'lmzip completion zsh'.\n"
      "_lmzip() {{\n"
      "  local -a commands=(\n{}  )\n"
      "  case ${{words[1]:t}} in\n"
      "    lmzcat|unlmz) words=($words[1] d \"${{(@)words[2,-1]}}\"); ((CURRENT++)) ;;\n"
      "  esac\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "if [[ $funcstack[1] == _lmzip ]]; then _lmzip \"$@\"; else compdef _lmzip lmzip lmzcat "
      "unlmz; fi\n",
      described, cases);
}

std::string FishScript(const std::vector<CommandCandidates>& commands) {
  std::string script = "# Completions of lmzip for fish; made by 'lmzip completion fish'.\n";
  for (const CommandCandidates& command : commands) {
    script += fmt::format("complete -c lmzip -n __fish_use_subcommand -f -a {} -d {}\n",
                          command.name, Quoted(command.help, "\\"));
  }
  for (const CommandCandidates& command : commands) {
    for (const Candidate& candidate : command.candidates) {
      std::string line =
          fmt::format("complete -c lmzip -n '__fish_seen_subcommand_from {}'", command.name);
      for (const std::string& name : candidate.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!candidate.choices.empty())
        line += " -x -a " + Quoted(candidate.choices, "");
      else if (candidate.names.empty())
        continue;
      else if (candidate.takes_value)
        line += " -r";
      script += line + " -d " + Quoted(candidate.help, "\\") + "\n";
      if (command.name != "d") continue;
      const std::string options = line.substr(line.find("'", line.find("'") + 1) + 1);
      for (const char* link : {"lmzcat", "unlmz"}) {
        script += fmt::format("complete -c {}{} -d {}\n", link, options,
                              Quoted(candidate.help, "\\"));
      }
    }
  }
  return script;
}

}  // namespace

std::string CompletionScript(const CLI::App& app, const std::string& shell) {
  const std::vector<CommandCandidates> commands = Commands(app);
  if (shell == "bash") return BashScript(commands);
  if (shell == "zsh") return ZshScript(commands);
  LMZIP_CHECK(shell == "fish");
  return FishScript(commands);
}

}  // namespace lmzip
