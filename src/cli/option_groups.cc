#include "cli/option_groups.h"

#include <algorithm>
#include <iostream>

#include "cli/inputs.h"

namespace lmzip {

CLI::App& OptionGroups::AddCommand(const char* name, Command command, const char* help) {
  CLI::App* sub = app_.add_subcommand(name, help)->group("Commands");
  sub->callback([*this, command] { options_.command = command; });
  return *sub;
}

void OptionGroups::AddNames(CLI::App& app, const char* name, const char* help) {
  AddWords(
      app, name, [*this](const std::string& word) { options_.files.push_back(word); }, help);
}

void OptionGroups::AddFiles(CLI::App& app) {
  AddNames(app, "FILE", "files; - or none: standard input");
  AddName(
      app, "--files0", "FILE", [*this](const std::string& name) { options_.files0 = name; },
      "read further names from FILE (-: standard input),\neach ended by a NUL byte");
  AddFlag(
      app, "-r,--recursive", [*this] { options_.recursive = true; }, "into directories");
  AddExclude(app);
}

void OptionGroups::AddExclude(CLI::App& app) {
  AddName(
      app, "--exclude", "PATTERN",
      [*this](const std::string& pattern) { options_.excluded.push_back(pattern); },
      "pass over what is called so, as in '*.log' or\n'cache/*'; several may be given")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void OptionGroups::AddKeepAndStdout(CLI::App& app) {
  AddFlag(
      app, "-k,--keep", [*this] { options_.remove_source = false; }, "keep the source (default)");
  AddFlag(
      app, "-c,--stdout", [*this] { options_.to_stdout = true; }, "write to standard output")
      ->option_text(" ");
}

void OptionGroups::AddOutput(CLI::App& app) {
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

void OptionGroups::AddOutputFile(CLI::App& app) {
  AddName(
      app, "-o,--output", "FILE", [*this](const std::string& name) { options_.output = name; },
      "write to FILE; -: to standard output");
}

void OptionGroups::AddForce(CLI::App& app, const char* help) {
  AddFlag(
      app, "-f,--force", [*this] { options_.force = true; }, help);
}

void OptionGroups::AddCoding(CLI::App& app) {
  EncodeOptions& encode = options_.encode;
  AddEffort(app);
  AddChoice<Method>(app, "--method", encode.method, kMethods,
                    "force a method: network and mixer, network alone,\nmixer alone, none");
  AddContentKinds(app);
  AddSize(app, "--frame-size", encode.frame_bytes,
          "content of a frame (default 16M, at most 64M)");
  AddWindow(app);
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

void OptionGroups::AddContentKinds(CLI::App& app) {
  EncodeOptions& encode = options_.encode;
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
}

void OptionGroups::AddWindow(CLI::App& app) {
  std::optional<uint64_t>& window = options_.encode.window_bytes;
  AddSize(
      app, "--window", [&window](uint64_t size) { window = size; },
      "how far before a frame what it repeats may stand\n(default 64M; less with little --memory)");
  AddFlag(
      app, "--independent", [&window] { window = 0; },
      "frames need none of the others: no window");
}

void OptionGroups::AddReference(CLI::App& app) {
  AddName(
      app, "--reference", "FILE",
      [*this](const std::string& name) { options_.codec.references.emplace_back(name); },
      "compress by what FILE has, which decompression needs,\ntoo; several may be given")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void OptionGroups::AddVerify(CLI::App& app) {
  AddFlag(
      app, "--verify", [*this] { options_.encode.verify = true; },
      "decode and compare before the output appears");
}

void OptionGroups::AddEffort(CLI::App& app) {
  Effort& effort = options_.encode.effort;
  AddChoice<Effort>(
      app, "--effort", effort,
      {{"turbo", Effort::kTurbo},
       {"fast", Effort::kFast},
       {"default", Effort::kDefault},
       {"max", Effort::kMax}},
      "turbo: few contexts; fast: the mixer only; default: the\nnetwork where it earns its time; "
      "max: the network always");
  const auto set = [&effort](Effort value) { return [&effort, value] { effort = value; }; };
  AddFlag(app, "-1", set(Effort::kTurbo), "--effort turbo");
  AddFlag(app, "-2,-3,--fast", set(Effort::kFast), "--effort fast");
  AddFlag(app, "-4,-5,-6,-7", set(Effort::kDefault), "--effort default");
  AddFlag(app, "-8,-9,--best", set(Effort::kMax), "--effort max");
}

void OptionGroups::AddDecoding(CLI::App& app) {
  AddFlag(
      app, "--keep-going", [*this] { options_.decode.keep_going = true; },
      "go on behind damage; exit code 2 all the same");
  AddSize(app, "--max-output", options_.decode.max_output, "refuse to decode more than this");
}

void OptionGroups::AddMachine(CLI::App& app, const char* model_help) {
  AddName(
      app, "-m,--model", "NAME|FILE",
      [*this](const std::string& name) {
        options_.codec.model = name;
        options_.eval.models.push_back(name);
      },
      model_help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
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

void OptionGroups::AddMessages(CLI::App& app) {
  AddVerbosity(app);
  AddFlag(
      app, "--json", [*this] { options_.json = true; },
      "machine-readable results on standard output");
}

void OptionGroups::AddVerbosity(CLI::App& app) {
  int& verbosity = options_.verbosity;
  AddFlag(
      app, "-q,--quiet", [&verbosity] { verbosity = -1; }, "only errors");
  AddFlag(
      app, "-v,--verbose", [&verbosity] { verbosity = std::max(verbosity, 0) + 1; },
      "say more; -vv: still more");
}

}  // namespace lmzip
