#include "cli/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "base/cpu.h"
#include "base/model_id.h"
#include "cli/completion.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "model/registry.h"

namespace lmzip {
namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  lmzip c notes.txt                 notes.txt.lmz beside it; notes.txt stays\n"
    "  lmzip d notes.txt.lmz             back again\n"
    "  tar c photos | lmzip c > p.tar.lmz   or: tar -I lmzip -cf p.tar.lmz photos\n"
    "  lmzip c -r -v dataset/            every file of a folder\n"
    "  lmzip t *.lmz && lmzip l *.lmz    check, list\n";

constexpr char kCompressExamples[] =
    "Examples:\n"
    "  lmzip c notes.txt                 notes.txt.lmz beside it; notes.txt stays\n"
    "  lmzip c --rm -r -v dataset/       every file of a folder, in its place\n"
    "  tar c photos | lmzip c > p.tar.lmz   or: tar -I lmzip -cf p.tar.lmz photos\n"
    "  find . -name '*.log' -print0 | lmzip c --files0 -\n";

constexpr char kDecompressExamples[] =
    "Examples:\n"
    "  lmzip d notes.txt.lmz             notes.txt beside it\n"
    "  lmzip d < p.tar.lmz | tar x       or: tar -I lmzip -xf p.tar.lmz\n"
    "  lmzip d --range 1M:64K -c notes.txt.lmz   64 KiB from the middle\n"
    "  lmzip d --keep-going hurt.lmz     saves what is whole of a damaged file\n";

std::string VersionText() {
  std::string isas;
  for (Isa isa : AvailableIsas()) isas += std::string(isas.empty() ? "" : " ") + IsaName(isa);
  const ModelInfo& model = LinkedModel()->info();
  return std::string("lmzip ") + LMZIP_VERSION + "\nbuilt with " + LMZIP_COMPILER + "\nISA " +
         IsaName(ActiveIsa()) + " (of " + isas +
         ")\nengines native, torch (plug-in)\ndefault model " + model.name + " version " +
         std::to_string(model.version) + ", id " + Hex(Shorten(model.id));
}

// "4096", "64K", "64KiB", "2G"; nullopt for what is none.
std::optional<uint64_t> ParseSize(std::string text) try {
  if (!CLI::AsSizeValue(false)(text).empty()) return std::nullopt;  // leaves the number in text
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return size;
} catch (const CLI::ValidationError&) {
  return std::nullopt;
}

// FROM:LEN, both sizes; LEN may be left out.
ByteRange ParseRange(const std::string& text) {
  const CLI::ValidationError problem("--range", text + ": expected FROM:LEN, as in 1M:64K");
  const size_t colon = text.find(':');
  if (colon == std::string::npos) throw problem;
  const auto size = [&problem](const std::string& part) {
    const auto value = ParseSize(part);
    if (!value) throw problem;
    return *value;
  };
  ByteRange range;
  range.begin = size(text.substr(0, colon));
  if (colon + 1 < text.size()) {
    const uint64_t length = size(text.substr(colon + 1));
    if (length < range.end - range.begin) range.end = range.begin + length;
  }
  return range;
}

CLI::Option* AddSize(CLI::App& app, const std::string& name, uint64_t& value,
                     const std::string& help) {
  const auto parse = [name, &value](const std::string& text) {
    const auto size = ParseSize(text);
    if (!size)
      throw CLI::ValidationError(name, text + ": expected a size, as 4096, 64K, 16M or 2G");
    value = *size;
  };
  return app.add_option_function<std::string>(name, parse, help)->option_text("SIZE");
}

template <typename Enum>
void AddChoice(CLI::App& app, const std::string& name, Enum& value,
               const std::map<std::string, Enum>& choices, const std::string& help) {
  std::string words;
  for (const auto& [word, unused] : choices) words += (words.empty() ? "" : "|") + word;
  app.add_option(name, value, help)
      ->transform(CLI::CheckedTransformer(choices).description(words))
      ->option_text(words);
}

void AddMessages(CLI::App& app, Options& options) {
  app.add_flag_function(
      "-q,--quiet", [&options](int64_t) { options.verbosity = -1; }, "only errors");
  app.add_flag_function(
      "-v,--verbose", [&options](int64_t count) { options.verbosity = static_cast<int>(count); },
      "say more; -vv: for debugging");
  app.add_flag("--json", options.json, "machine-readable results on standard output");
}

void AddFiles(CLI::App& app, Options& options) {
  app.add_option("FILE", options.files, "files; - or none: standard input")
      ->take_all()
      ->option_text(" ");
  app.add_option("--files0", options.files0,
                 "read NUL-terminated names from FILE (- : standard input)")
      ->option_text("FILE");
  app.add_flag("-r,--recursive", options.recursive, "into directories");
}

void AddMachine(CLI::App& app, Options& options) {
  app.add_option("-m,--model", options.codec.model, "model, by name or file")
      ->option_text("NAME|FILE");
  app.add_option("-T,--threads", options.codec.threads, "threads; 0: one a core")->option_text("N");
  app.add_option("--device", options.codec.device, "cpu, cuda or cuda:N")->option_text("DEVICE");
  AddChoice<Engine>(
      app, "--engine", options.codec.engine,
      {{"auto", Engine::kAuto}, {"native", Engine::kNative}, {"torch", Engine::kTorch}},
      "what computes the model");
  AddSize(app, "--memory", options.codec.memory_bytes, "cap on memory (default 250M)");
  AddChoice<ProgressMode>(app, "--progress", options.progress,
                          {{"auto", ProgressMode::kAuto},
                           {"always", ProgressMode::kAlways},
                           {"never", ProgressMode::kNever}},
                          "progress on standard error; auto: on a terminal");
}

void AddOutput(CLI::App& app, Options& options) {
  auto* output = app.add_option("-o,--output", options.output, "output file; -: standard output")
                     ->option_text("FILE");
  app.add_flag("-c,--stdout", options.to_stdout, "write to standard output")
      ->excludes(output)
      ->option_text(" ");
  app.add_flag("--rm", options.remove_source, "remove the source once the output is safe on disk");
  app.add_flag_callback(
      "-k,--keep", [&options] { options.remove_source = false; }, "keep the source (default)");
  app.add_flag("-f,--force", options.force, "overwrite; write to a terminal");
}

void AddCoding(CLI::App& app, Options& options) {
  EncodeOptions& encode = options.encode;
  AddChoice<Effort>(app, "--effort", encode.effort,
                    {{"fast", Effort::kFast}, {"default", Effort::kDefault}, {"max", Effort::kMax}},
                    "fast: mixer only; default: the network where it earns its time; max: always");
  AddChoice<Method>(app, "--method", encode.method,
                    {{"auto", Method::kAuto},
                     {"lm+mix", Method::kModelMixed},
                     {"lm", Method::kModel},
                     {"mix", Method::kMixed},
                     {"store", Method::kStore}},
                    "force a method");
  AddSize(app, "--frame-size", encode.frame_bytes, "content of a frame (default 16M, at most 64M)");
  auto* lanes = app.add_option("--lanes", encode.lanes, "lanes of a frame: a power of two up to 64")
                    ->option_text("N");
  auto* segment = AddSize(app, "--segment", encode.segment_bytes,
                          "bytes of a lane before the model starts anew");
  AddSize(app, "--chunk", encode.segment_bytes,
          "one lane, the model starts anew every SIZE bytes (the paper's setting)")
      ->excludes(lanes)
      ->excludes(segment)
      ->each([&encode](const std::string&) { encode.lanes = 1; });
  app.add_flag("--verify", encode.verify, "decode and compare before the output appears");
}

void AddDecoding(CLI::App& app, Options& options) {
  app.add_flag("--keep-going", options.decode.keep_going, "go on behind damage; exit code 2");
  AddSize(app, "--max-output", options.decode.max_output, "refuse to decode more than this");
}

CLI::App* AddCommand(CLI::App& app, Options& options, const char* name, Command command,
                     const char* help) {
  CLI::App* sub = app.add_subcommand(name, help);
  sub->callback([&options, command] { options.command = command; });
  AddMessages(*sub, options);
  return sub;
}

void DefineCommands(CLI::App& app, Options& options) {
  CLI::App* c = AddCommand(app, options, "c", Command::kCompress, "compress: FILE -> FILE.lmz");
  CLI::App* d = AddCommand(app, options, "d", Command::kDecompress, "decompress: FILE.lmz -> FILE");
  CLI::App* t = AddCommand(app, options, "t", Command::kTest, "test: decode, check, write nothing");
  CLI::App* l =
      AddCommand(app, options, "l", Command::kList, "list: sizes, method, model; -v: frames");
  for (CLI::App* sub : {c, d, t, l}) AddFiles(*sub, options);
  for (CLI::App* sub : {c, d, t}) AddMachine(*sub, options);
  for (CLI::App* sub : {c, d}) AddOutput(*sub, options);
  for (CLI::App* sub : {d, t}) AddDecoding(*sub, options);
  AddCoding(*c, options);
  c->footer(kCompressExamples);
  d->footer(kDecompressExamples);
  d->add_option_function<std::string>(
       "--range", [&options](const std::string& text) { options.decode.range = ParseRange(text); },
       "decode LEN bytes from offset FROM on only")
      ->option_text("FROM:LEN");
  CLI::App* bench = AddCommand(app, options, "bench", Command::kBench,
                               "speed of this machine on FILEs, phase by phase");
  AddFiles(*bench, options);
  AddMachine(*bench, options);
  AddCoding(*bench, options);
  CLI::App* models =
      AddCommand(app, options, "models", Command::kModels, "models: list, show NAME, verify NAME");
  models->add_option("ACTION", options.models_action, "list, show or verify")
      ->check(CLI::IsMember({"list", "show", "verify"}))
      ->option_text("list|show|verify");
  models->add_option("NAME", options.files, "names or files of models")
      ->take_all()
      ->option_text(" ");
  CLI::App* completion =
      app.add_subcommand("completion", "a shell's completions, on standard output");
  completion->callback([&options] { options.command = Command::kCompletion; });
  completion->add_option("SHELL", options.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->option_text("bash|zsh|fish");
}

// Takes the command out of a flag: "d" of "-d", "--decompress" or, leaving "-cf", of "-dcf".
// Nullopt when the flag is another.
std::optional<std::string> TakeCommand(std::string& flag) {
  static const std::map<std::string, std::string> kLongFlags = {
      {"--decompress", "d"}, {"--test", "t"}, {"--list", "l"}};
  if (const auto found = kLongFlags.find(flag); found != kLongFlags.end()) {
    flag.clear();
    return found->second;
  }
  const size_t at = flag.find_first_of("dtl");
  const bool joined = flag[0] == '-' && flag.find_first_not_of("dtlcfkqrv", 1) == std::string::npos;
  if (!joined || at == std::string::npos) return std::nullopt;
  const std::string command(1, flag[at]);
  flag.erase(at, 1);
  if (flag == "-") flag.clear();
  return command;
}

// `lmzip`, `lmzip -d ...`, as tar -I calls it: the command is a flag, or missing.
std::vector<std::string> Normalized(int argc, const char* const* argv) {
  static const std::vector<std::string> kOther = {"-h", "--help", "--version", "-V"};
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool command_missing = arguments.empty() || arguments[0].starts_with('-');
  if (!command_missing) return arguments;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (*argument == "--") break;
    if (std::count(kOther.begin(), kOther.end(), *argument)) return arguments;
    if (argument->size() < 2) continue;
    if (const auto command = TakeCommand(*argument)) {
      if (argument->empty()) arguments.erase(argument);
      arguments.insert(arguments.begin(), *command);
      return arguments;
    }
  }
  arguments.insert(arguments.begin(), "c");
  return arguments;
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

void PrintUsageError(const CLI::App& app, const std::string& message) {
  const auto commands = app.get_subcommands();
  std::cerr << "lmzip: " << message << "\ntry 'lmzip "
            << (commands.empty() ? "" : commands[0]->get_name() + " ") << "--help'\n";
}

}  // namespace

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  ParsedCommandLine parsed;
  CLI::App app("lmzip: lossless compression with a language model as predictor", "lmzip");
  app.require_subcommand(1);
  app.option_defaults()->take_last();  // of an option that is repeated
  app.footer(kExamples);
  app.set_version_flag(
      "-V,--version", [] { return VersionText(); }, "version, ISA, engines, model");
  DefineCommands(app, parsed.options);
  if (argc == 1 && ::isatty(STDIN_FILENO)) {
    std::cerr << app.help();
    return {.options = {}, .exit_code = kFailed, .finished = true};
  }
  std::vector<std::string> arguments = Normalized(argc, argv);
  const auto commands =
      app.get_subcommands([&](const CLI::App* sub) { return sub->get_name() == arguments[0]; });
  if (!arguments[0].starts_with('-') && commands.empty()) {
    PrintUsageError(app, UnknownCommandText(app, arguments[0]));
    return {.options = {}, .exit_code = kFailed, .finished = true};
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& e) {
    const bool asked = e.get_exit_code() == 0;  // --help, --version
    if (asked) {
      app.exit(e);
    } else {
      PrintUsageError(app, e.what());
    }
    parsed.finished = true;
    parsed.exit_code = asked ? kDone : kFailed;
    return parsed;
  }
  if (parsed.options.command == Command::kCompletion) {
    std::cout << CompletionScript(app, parsed.options.shell);
    parsed.finished = true;
  }
  return parsed;
}

}  // namespace lmzip
