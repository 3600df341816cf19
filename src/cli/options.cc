#include "cli/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "base/cpu.h"
#include "base/model_id.h"
#include "cli/exit_code.h"
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

std::string VersionText() {
  std::string isas;
  for (Isa isa : AvailableIsas()) isas += std::string(isas.empty() ? "" : " ") + IsaName(isa);
  const ModelInfo& model = LinkedModel()->info();
  return std::string("lmzip ") + LMZIP_VERSION + "\nbuilt with " + LMZIP_COMPILER + "\nISA " +
         IsaName(ActiveIsa()) + " (of " + isas + ")\nengines native, torch (plug-in)\ndefault model " +
         model.name + " version " + std::to_string(model.version) + ", id " + Hex(Shorten(model.id));
}

// FROM:LEN, both sizes; LEN may be left out.
ByteRange ParseRange(const std::string& text) {
  const size_t colon = text.find(':');
  const auto size = [](std::string part) {
    const std::string problem = CLI::AsSizeValue(false)(part);
    if (!problem.empty()) throw CLI::ValidationError("--range", "expected FROM:LEN");
    return static_cast<uint64_t>(std::stoull(part));
  };
  if (colon == std::string::npos) throw CLI::ValidationError("--range", "expected FROM:LEN");
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
  return app.add_option(name, value, help)->transform(CLI::AsSizeValue(false))->type_name("SIZE");
}

template <typename Enum>
void AddChoice(CLI::App& app, const std::string& name, Enum& value,
               const std::map<std::string, Enum>& choices, const std::string& help) {
  std::string words;
  for (const auto& [word, unused] : choices) words += (words.empty() ? "" : "|") + word;
  app.add_option(name, value, help)
      ->transform(CLI::CheckedTransformer(choices))
      ->type_name(words)
      ->option_text(words);
}

void AddMessages(CLI::App& app, Options& options) {
  app.add_flag_function("-q,--quiet", [&options](int64_t) { options.verbosity = -1; },
                        "only errors");
  app.add_flag_function("-v,--verbose",
                        [&options](int64_t count) { options.verbosity = static_cast<int>(count); },
                        "say more; -vv: for debugging");
  app.add_flag("--json", options.json, "machine-readable results on standard output");
}

void AddFiles(CLI::App& app, Options& options) {
  app.add_option("FILE", options.files, "files; - or none: standard input")->option_text(" ");
  app.add_option("--files0", options.files0, "read NUL-terminated names from FILE (- : standard input)")
      ->type_name("FILE");
  app.add_flag("-r,--recursive", options.recursive, "into directories");
}

void AddMachine(CLI::App& app, Options& options) {
  app.add_option("-m,--model", options.codec.model, "model, by name or file")
      ->type_name("NAME|FILE");
  app.add_option("-T,--threads", options.codec.threads, "threads; 0: one a core")->type_name("N");
  app.add_option("--device", options.codec.device, "cpu, cuda or cuda:N")->type_name("DEVICE");
  AddChoice<Engine>(app, "--engine", options.codec.engine,
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
  auto* output = app.add_option("-o,--output", options.output, "output file")->type_name("FILE");
  app.add_flag("-c,--stdout", options.to_stdout, "write to standard output")->excludes(output);
  app.add_flag("--rm", options.remove_source, "remove the source once the output is safe on disk");
  app.add_flag_callback("-k,--keep", [&options] { options.remove_source = false; },
                        "keep the source (default)");
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
  auto* lanes = app.add_option("--lanes", encode.lanes, "lanes of a frame: a power of two up to 64");
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
  CLI::App* l = AddCommand(app, options, "l", Command::kList, "list: sizes, method, model; -v: frames");
  for (CLI::App* sub : {c, d, t, l}) AddFiles(*sub, options);
  for (CLI::App* sub : {c, d, t}) AddMachine(*sub, options);
  for (CLI::App* sub : {c, d}) AddOutput(*sub, options);
  for (CLI::App* sub : {d, t}) AddDecoding(*sub, options);
  AddCoding(*c, options);
  d->add_option_function<std::string>(
       "--range", [&options](const std::string& text) { options.decode.range = ParseRange(text); },
       "decode LEN bytes from offset FROM on only")
      ->type_name("FROM:LEN");
  CLI::App* bench = AddCommand(app, options, "bench", Command::kBench,
                               "speed of this machine on FILEs, phase by phase");
  AddFiles(*bench, options);
  AddMachine(*bench, options);
  AddCoding(*bench, options);
  CLI::App* models = AddCommand(app, options, "models", Command::kModels,
                                "models: list, show NAME, verify NAME");
  models->add_option("ACTION", options.models_action, "list, show or verify")
      ->check(CLI::IsMember({"list", "show", "verify"}));
  models->add_option("NAME", options.files, "names or files of models");
}

// `lmzip`, `lmzip -d ...`, as tar -I calls it: the command is a flag, or missing.
std::vector<std::string> Normalized(int argc, const char* const* argv) {
  static const std::map<std::string, std::string> kFlags = {{"-d", "d"}, {"--decompress", "d"},
                                                            {"-t", "t"}, {"--test", "t"},
                                                            {"-l", "l"}, {"--list", "l"}};
  static const std::vector<std::string> kOther = {"-h", "--help", "--version", "-V"};
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool command_missing = arguments.empty() || (arguments[0].size() > 1 && arguments[0][0] == '-');
  if (!command_missing) return arguments;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (std::count(kOther.begin(), kOther.end(), *argument)) return arguments;
    if (const auto flag = kFlags.find(*argument); flag != kFlags.end()) {
      arguments.erase(argument);
      arguments.insert(arguments.begin(), flag->second);
      return arguments;
    }
  }
  arguments.insert(arguments.begin(), "c");
  return arguments;
}

}  // namespace

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  ParsedCommandLine parsed;
  CLI::App app("lmzip: lossless compression with a language model as predictor", "lmzip");
  app.require_subcommand(1);
  app.footer(kExamples);
  app.set_version_flag("-V,--version", [] { return VersionText(); }, "version, ISA, engines, model");
  DefineCommands(app, parsed.options);
  if (argc == 1 && ::isatty(STDIN_FILENO)) {
    std::cerr << app.help();
    return {.options = {}, .exit_code = kFailed, .finished = true};
  }
  std::vector<std::string> arguments = Normalized(argc, argv);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& e) {
    const bool asked = e.get_exit_code() == 0;  // --help, --version
    if (asked) {
      app.exit(e);
    } else {
      std::cerr << "lmzip: " << e.what() << "\ntry 'lmzip --help'\n";
    }
    parsed.finished = true;
    parsed.exit_code = asked ? kDone : kFailed;
  }
  return parsed;
}

}  // namespace lmzip
