#include "cli/define_commands.h"

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/help_text.h"
#include "cli/inputs.h"
#include "cli/option_adder.h"
#include "cli/options.h"

namespace lmzip {
namespace {

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    if (app->get_parent()) return Formatter::make_usage(app, name);
    return "Usage: lmzip COMMAND [OPTIONS] [FILE...]\n       lmzip [-d|-t|-l] [OPTIONS] "
           "[FILE...]\n";
  }
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    // What is not shown leaves empty lines.
    return CLI::detail::find_and_replace(Formatter::make_help(app, name, mode), "\n\n\n", "\n\n");
  }
};

/// Gives CLI11 the commands and their options. All options take effect in the order in which they
/// are given, so that of contradictory ones the last counts.
class Definitions : private OptionAdder {
 public:
  /// Both are filled and read while `app` parses.
  Definitions(CLI::App& app, Options& options, const Words& words)
      : OptionAdder(words), app_(app), options_(options) {}

  void DefineAll() {
    app_.formatter(std::make_shared<HelpFormatter>());
    DefineCoders();
    DefineList();
    CLI::App& bench =
        AddCommand("bench", Command::kBench, "speed of this machine on FILEs, phase by phase");
    bench.footer(kBenchText);
    AddFiles(bench);
    AddCoding(bench);
    AddMachine(bench, kModelToCompress);
    AddMessages(bench);
    DefineView();
    DefineSample();
    DefineModels();
    CLI::App& completion =
        AddCommand("completion", Command::kCompletion, "a shell's completions, on standard output");
    completion.footer(kCompletionText);
    AddChoice<std::string>(completion, "SHELL", options_.shell,
                           {{"bash", "bash"}, {"zsh", "zsh"}, {"fish", "fish"}},
                           "whose completions")
        ->required();
  }

 private:
  static constexpr char kModelToCompress[] = "model to compress with, by name or file";
  static constexpr char kModelToTry[] = "a further model to look at, by name or file";

  void DefineCoders() {
    CLI::App& c = AddCommand("c", Command::kCompress, "compress: FILE -> FILE.lmz");
    c.footer(kCompressText);
    AddFiles(c);
    AddOutput(c);
    AddForce(c, "overwrite; write to a terminal; compress .lmz files");
    AddFlag(
        c, "--dry-run", [*this] { options_.dry_run = true; },
        "write nothing: tell of files, bytes, and about what\ncompressed size and time");
    AddCoding(c);
    AddVerify(c);
    AddMachine(c, kModelToCompress);
    AddMessages(c);

    CLI::App& d = AddCommand("d", Command::kDecompress, "decompress: FILE.lmz -> FILE");
    d.footer(kDecompressText);
    AddFiles(d);
    AddOutput(d);
    AddForce(d, "overwrite; read from a terminal");
    AddDecoding(d);
    AddValue(
        d, "--range", "FROM:LEN",
        [*this](const std::string& text) { options_.decode.range = ParseRange(text); },
        "only LEN bytes of the content, from offset FROM on");
    AddMachine(d, kModelToTry);
    AddMessages(d);
    WithoutHelp(d, [&] {
      AddCoding(d);
      AddVerify(d);
    });

    CLI::App& t = AddCommand("t", Command::kTest, "test: decode, check, write nothing");
    t.footer(kTestText);
    AddFiles(t);
    AddForce(t, "read from a terminal");
    AddDecoding(t);
    AddMachine(t, kModelToTry);
    AddMessages(t);
    WithoutHelp(t, [&] {
      AddKeepAndStdout(t);
      AddCoding(t);
      AddVerify(t);
    });
  }

  void DefineList() {
    CLI::App& l = AddCommand("l", Command::kList, "list: sizes, method, model; -v: frames");
    l.footer(kListText);
    AddFiles(l);
    AddMessages(l);
    WithoutHelp(l, [&] {
      AddKeepAndStdout(l);
      AddForce(l, "");
      AddCoding(l);
      AddVerify(l);
      AddMachine(l, "");
    });
  }

  void DefineView() {
    CLI::App& view =
        AddCommand("view", Command::kView, "what each byte of FILE costs: a heat map, a page, numbers");
    view.footer(kViewText);
    AddWords(
        view, "FILE", [*this](const std::string& name) { options_.files.push_back(name); },
        "a file; - or none: standard input");
    ViewOptions& chosen = options_.view;
    const auto format = [&chosen](ViewFormat value) {
      return [&chosen, value] { chosen.format = value; };
    };
    AddName(
        view, "--html", "FILE",
        [*this](const std::string& name) {
          options_.view.format = ViewFormat::kPage;
          options_.output = name;
        },
        "write a page for browsers to FILE");
    AddFlag(view, "--csv", format(ViewFormat::kCsv), "every byte's bits as a table");
    AddFlag(view, "--npy", format(ViewFormat::kNpy), "the same for NumPy: float32, a row a byte");
    AddFlag(view, "--json", format(ViewFormat::kJson), "sums: of all, of frames, of blocks");
    AddOutputFile(view);
    AddForce(view, "overwrite");
    AddChoice<ViewForm>(
        view, "--as", chosen.form,
        {{"auto", ViewForm::kAuto}, {"text", ViewForm::kText}, {"hex", ViewForm::kHex}},
        "how the heat map shows bytes");
    AddChoice<ViewColour>(view, "--color", chosen.colour,
                          {{"auto", ViewColour::kAuto},
                           {"always", ViewColour::kAlways},
                           {"never", ViewColour::kNever}},
                          "colours of the heat map; auto: on a terminal");
    AddCoding(view);
    AddMachine(view, kModelToCompress);
    AddVerbosity(view);
  }

  void DefineSample() {
    CLI::App& sample =
        AddCommand("sample", Command::kSample, "what a model expects: random bits, decompressed");
    sample.footer(kSampleText);
    SampleOptions& chosen = options_.sample;
    AddSize(sample, "-n,--bytes", chosen.bytes, "how much (default 1000)");
    AddName(
        sample, "--prompt", "FILE", [*this](const std::string& name) { options_.prompt = name; },
        "what stands before it; -: standard input");
    AddNumber(sample, "--seed", chosen.seed, "of the random bits (default 0)");
    AddNumber(sample, "--temperature", chosen.temperature,
              "0: the likeliest; 1 (default): as the model has it");
    AddNumber(sample, "--top-p", chosen.top_p,
              "of the likeliest that together have this\nprobability (default 1)");
    AddOutputFile(sample);
    AddForce(sample, "overwrite; write to a terminal as it is");
    AddCoding(sample);
    AddMachine(sample, "model, by name or file");
    AddVerbosity(sample);
  }

  void DefineModels() {
    CLI::App& models =
        AddCommand("models", Command::kModels, "models: list, show NAME, verify NAME");
    models.footer(kModelsText);
    AddChoice<std::string>(models, "ACTION", options_.models_action,
                           {{"list", "list"}, {"show", "show"}, {"verify", "verify"}},
                           "what to do (default list)");
    AddNames(models, "NAME", "names or files of models; none: the default model");
    AddMessages(models);
  }

  CLI::App& AddCommand(const char* name, Command command, const char* help) {
    CLI::App* sub = app_.add_subcommand(name, help)->group("Commands");
    sub->callback([*this, command] { options_.command = command; });
    return *sub;
  }

  // What `define` adds is taken, and not shown: options that only other commands heed.
  template <typename Function>
  static void WithoutHelp(CLI::App& app, Function define) {
    const size_t shown = app.get_options().size();
    define();
    const std::vector<CLI::Option*> all = app.get_options([](CLI::Option*) { return true; });
    for (size_t i = shown; i < all.size(); ++i) all[i]->group("");
  }

  void AddNames(CLI::App& app, const char* name, const char* help) {
    AddWords(
        app, name, [*this](const std::string& word) { options_.files.push_back(word); }, help);
  }

  void AddFiles(CLI::App& app) {
    AddNames(app, "FILE", "files; - or none: standard input");
    AddName(
        app, "--files0", "FILE", [*this](const std::string& name) { options_.files0 = name; },
        "read further names from FILE (-: standard input),\neach ended by a NUL byte");
    AddFlag(
        app, "-r,--recursive", [*this] { options_.recursive = true; }, "into directories");
    AddName(
        app, "--exclude", "PATTERN",
        [*this](const std::string& pattern) { options_.excluded.push_back(pattern); },
        "pass over what is called so, as in '*.log' or\n'cache/*'; several may be given")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  void AddKeepAndStdout(CLI::App& app) {
    AddFlag(
        app, "-k,--keep", [*this] { options_.remove_source = false; }, "keep the source (default)");
    AddFlag(
        app, "-c,--stdout", [*this] { options_.to_stdout = true; }, "write to standard output")
        ->option_text(" ");
  }

  void AddOutput(CLI::App& app) {
    const auto take = [*this](const std::string& name) {
      options_.to_stdout = name == kStandardStream;
      options_.output = options_.to_stdout ? "" : name;
    };
    CLI::Option* output =
        AddName(app, "-o,--output", "FILE", take, "write to FILE; -: to standard output");
    CLI::Option* folder = AddName(
        app, "--output-dir", "DIR", [*this](const std::string& name) { options_.output_dir = name; },
        "write below DIR, in folders as those of -r");
    AddKeepAndStdout(app);
    app.get_option("--stdout")->excludes(output)->excludes(folder);
    folder->excludes(output);
    AddFlag(
        app, "--skip-existing", [*this] { options_.skip_existing = true; },
        "pass over files whose outputs are there");
    AddFlag(
        app, "--rm", [*this] { options_.remove_source = true; },
        "remove the source once the output is safe on disk");
  }

  void AddOutputFile(CLI::App& app) {
    AddName(
        app, "-o,--output", "FILE", [*this](const std::string& name) { options_.output = name; },
        "write to FILE; -: to standard output");
  }

  void AddForce(CLI::App& app, const char* help) {
    AddFlag(
        app, "-f,--force", [*this] { options_.force = true; }, help);
  }

  void AddCoding(CLI::App& app) {
    EncodeOptions& encode = options_.encode;
    AddEffort(app);
    AddChoice<Method>(app, "--method", encode.method,
                      {{"auto", Method::kAuto},
                       {"lm+mix", Method::kModelMixed},
                       {"lm", Method::kModel},
                       {"mix", Method::kMixed},
                       {"store", Method::kStore}},
                      "force a method: network and mixer, network alone,\nmixer alone, none");
    AddChoice<bool>(app, "--segments", encode.typed_segments, {{"auto", true}, {"off", false}},
                    "look for pictures, sound and other data that have\nmodels of their own");
    const auto take_kind = [&encode](const std::string& kind) {
      encode.data_kind = kind;
      if (kind != "help") return;
      std::cout << DataKindHelp();
      throw CLI::Success();
    };
    AddName(app, "--kind", "KIND", take_kind,
            "what all of the content is, if nothing tells:\n--kind help lists what there is");
    AddSize(app, "--frame-size", encode.frame_bytes,
            "content of a frame (default 16M, at most 64M)");
    CLI::Option* lanes =
        AddNumber(app, "--lanes", encode.lanes, "lanes of a frame: a power of two up to 64");
    CLI::Option* segment = AddSize(app, "--segment", encode.segment_bytes,
                                   "bytes of a lane before the model starts anew");
    AddSize(app, "--chunk", encode.segment_bytes,
            "one lane, the model starts anew every SIZE bytes\n(the setting of the paper)")
        ->excludes(lanes)
        ->excludes(segment)
        ->each([&encode](const std::string&) { encode.lanes = 1; });
  }

  void AddVerify(CLI::App& app) {
    AddFlag(
        app, "--verify", [*this] { options_.encode.verify = true; },
        "decode and compare before the output appears");
  }

  // By words, and by the numbers that scripts pass to gzip and its kin.
  void AddEffort(CLI::App& app) {
    Effort& effort = options_.encode.effort;
    AddChoice<Effort>(
        app, "--effort", effort,
        {{"fast", Effort::kFast}, {"default", Effort::kDefault}, {"max", Effort::kMax}},
        "fast: the mixer only; default: the network where it\nearns its time; max: the network "
        "always");
    const auto set = [&effort](Effort value) { return [&effort, value] { effort = value; }; };
    AddFlag(app, "-1,-2,-3,--fast", set(Effort::kFast), "--effort fast");
    AddFlag(app, "-4,-5,-6,-7", set(Effort::kDefault), "--effort default");
    AddFlag(app, "-8,-9,--best", set(Effort::kMax), "--effort max");
  }

  void AddDecoding(CLI::App& app) {
    AddFlag(
        app, "--keep-going", [*this] { options_.decode.keep_going = true; },
        "go on behind damage; exit code 2 all the same");
    AddSize(app, "--max-output", options_.decode.max_output, "refuse to decode more than this");
  }

  void AddMachine(CLI::App& app, const char* model_help) {
    AddName(
        app, "-m,--model", "NAME|FILE",
        [*this](const std::string& name) { options_.codec.model = name; }, model_help);
    AddNumber(app, "-T,--threads", options_.codec.threads,
              "threads; 0 (default): one a usable CPU");
    AddSize(app, "--memory", options_.codec.memory_bytes, "cap on memory (default 250M)");
    AddChoice<Engine>(
        app, "--engine", options_.codec.engine,
        {{"auto", Engine::kAuto}, {"native", Engine::kNative}, {"torch", Engine::kTorch}},
        "what computes the model");
    AddName(
        app, "--device", "DEVICE",
        [*this](const std::string& name) { options_.codec.device = name; }, "cpu, cuda or cuda:N");
    AddChoice<ProgressMode>(app, "--progress", options_.progress,
                            {{"auto", ProgressMode::kAuto},
                             {"always", ProgressMode::kAlways},
                             {"never", ProgressMode::kNever}},
                            "on standard error; auto: on a terminal");
  }

  void AddMessages(CLI::App& app) {
    AddVerbosity(app);
    AddFlag(
        app, "--json", [*this] { options_.json = true; },
        "machine-readable results on standard output");
  }

  void AddVerbosity(CLI::App& app) {
    int& verbosity = options_.verbosity;
    AddFlag(
        app, "-q,--quiet", [&verbosity] { verbosity = -1; }, "only errors");
    AddFlag(
        app, "-v,--verbose", [&verbosity] { verbosity = std::max(verbosity, 0) + 1; },
        "say more; -vv: still more");
  }

  CLI::App& app_;
  Options& options_;
};

}  // namespace

void DefineCommands(CLI::App& app, Options& options, const Words& words) {
  Definitions(app, options, words).DefineAll();
}

}  // namespace lmzip
