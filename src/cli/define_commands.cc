#include "cli/define_commands.h"

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/help_text.h"
#include "cli/option_groups.h"

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

/// Gives CLI11 the commands and their options.
class Definitions : private OptionGroups {
 public:
  /// Both are filled and read while `app` parses.
  Definitions(CLI::App& app, Options& options, const Words& words)
      : OptionGroups(app, options, words) {}

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
    DefineEval();
    DefineReference();
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
    AddReference(c);
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
    AddReference(d);
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
    AddReference(t);
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
    CLI::App& view = AddCommand("view", Command::kView,
                                "what each byte of FILE costs: a heat map, a page, numbers");
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
    AddChoice<ViewUnit>(
        view, "--by", chosen.by,
        {{"byte", ViewUnit::kByte}, {"token", ViewUnit::kToken}, {"part", ViewUnit::kPart}},
        "token: what each token of the model costs; part: what\nthe result would cost without "
        "parts of it");
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
    AddReference(view);
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

  void DefineEval() {
    CLI::App& eval = AddCommand("eval", Command::kEval,
                                "what FILEs take by models, methods and other compressors");
    eval.footer(kEvalText);
    EvalOptions& chosen = options_.eval;
    AddNames(eval, "PATH", "files, and folders: domains are the folders in them");
    AddEach<Method>(eval, "--method", chosen.methods, kMethods,
                    "of lmzip; several may be given (default: lm, the\nnetwork alone, and auto)");
    AddValue(
        eval, "--chunk", "SIZE",
        [&chosen](const std::string& text) { chosen.chunks.push_back(ParseChunk(text)); },
        "begin anew every SIZE bytes, 0: never; several may be\ngiven (default: 0 and the paper's "
        "2048)")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    AddChoice<bool>(eval, "--peers", chosen.peers, {{"on", true}, {"off", false}},
                    "gzip, LZMA2, PNG, FLAC, zstd and brotli, too");
    AddChoice<Preparation>(
        eval, "--data", chosen.preparation,
        {{"raw", Preparation::kNone}, {"paper", Preparation::kPaper}},
        "paper: .npy, PGM, PPM and WAV become gray patches of\n32 x 64 and sound of 8 bits");
    AddChoice<LostBits>(
        eval, "--lost-bits", chosen.lost_bits,
        {{"kept", LostBits::kKept}, {"scaled", LostBits::kScaled}, {"counted", LostBits::kCounted}},
        "what models of ASCII do not see: kept (default), or\ntaken away and counted by rate or "
        "as bits");
    const auto format = [&chosen](TableFormat value) {
      return [&chosen, value] { chosen.format = value; };
    };
    AddFlag(eval, "--markdown", format(TableFormat::kMarkdown), "a table for Markdown");
    AddFlag(eval, "--csv", format(TableFormat::kCsv), "the same for spreadsheets");
    AddFlag(eval, "--json", format(TableFormat::kJson), "of domains and of files");
    AddName(
        eval, "--resume", "FILE", [&chosen](const std::string& name) { chosen.resume = name; },
        "keep what is measured in FILE, and measure what is\nnot there");
    AddName(
        eval, "--prepared-dir", "DIR",
        [&chosen](const std::string& name) { chosen.prepared_folder = name; },
        "leave what is measured below DIR");
    AddOutputFile(eval);
    AddForce(eval, "overwrite");
    AddExclude(eval);
    AddEffort(eval);
    AddContentKinds(eval);
    AddMachine(eval, "a model, by name or file; several may be given");
    AddVerbosity(eval);
  }

  void DefineReference() {
    CLI::App& reference = AddCommand("reference", Command::kReference,
                                     "reference make PATH -o FILE: what files have in common");
    reference.footer(kReferenceText);
    // So far there is one.
    AddChoice<std::string>(reference, "ACTION", options_.reference_action, {{"make", "make"}},
                           "make")
        ->required();
    AddNames(reference, "PATH", "files, and folders of files");
    AddName(
        reference, "--files0", "FILE", [*this](const std::string& name) { options_.files0 = name; },
        "read further names from FILE (-: standard input),\neach ended by a NUL byte");
    AddSize(reference, "--size", options_.reference_bytes, "of the reference (default 64K)");
    AddOutputFile(reference);
    AddForce(reference, "overwrite");
    AddExclude(reference);
    AddVerbosity(reference);
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
};

}  // namespace

void DefineCommands(CLI::App& app, Options& options, const Words& words) {
  Definitions(app, options, words).DefineAll();
}

}  // namespace lmzip
