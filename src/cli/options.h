// The command line as values.
#pragma once

#include <string>
#include <vector>

#include "eval/prepared.h"
#include "eval/table.h"
#include "lmzip/lmzip.h"

namespace lmzip {

enum class Command {
  kCompress,
  kDecompress,
  kTest,
  kList,
  kModels,
  kBench,
  kView,
  kSample,
  kEval,
  kReference,
  kCompletion
};
enum class ProgressMode { kAuto, kAlways, kNever };

enum class ViewFormat { kMap, kPage, kCsv, kNpy, kJson };
enum class ViewForm { kAuto, kText, kHex };
enum class ViewUnit { kByte, kToken, kPart };
enum class ViewColour { kAuto, kAlways, kNever };

struct ViewOptions {
  ViewFormat format = ViewFormat::kMap;
  ViewForm form = ViewForm::kAuto;
  ViewUnit by = ViewUnit::kByte;
  ViewColour colour = ViewColour::kAuto;
};

struct EvalOptions {
  std::vector<std::string> models;  // names or files; none: the linked-in model
  std::vector<Method> methods;      // none: the model alone, and what `c` takes
  std::vector<uint64_t> chunks;     // 0: unbounded; none: unbounded, and the paper's 2048
  bool peers = true;
  Preparation preparation = Preparation::kNone;
  LostBits lost_bits = LostBits::kKept;
  TableFormat format = TableFormat::kText;
  std::string resume;           // a file
  std::string prepared_folder;  // where what is measured is left
};

struct Options {
  Command command = Command::kCompress;
  CodecOptions codec;
  EncodeOptions encode;
  DecodeOptions decode;

  std::vector<std::string> files;  // "-": standard input
  std::string files0;              // a file with further names, each ended by a NUL byte
  bool recursive = false;
  std::vector<std::string> excluded;  // patterns as fnmatch() takes them
  bool skip_existing = false;
  bool dry_run = false;
  std::string output;          // -o
  std::string output_dir;
  bool to_stdout = false;      // -c
  bool remove_source = false;  // --rm
  bool force = false;          // -f
  int verbosity = 0;           // -1 quiet, 1 verbose, 2 debug
  bool json = false;
  ProgressMode progress = ProgressMode::kAuto;

  ViewOptions view;
  SampleOptions sample{.bytes = 1000};
  std::string prompt;  // of sample: a file
  EvalOptions eval;
  std::string reference_action;  // make
  uint64_t reference_bytes = uint64_t{64} << 10;

  std::string models_action = "list";  // list, show, verify
  std::string shell;                   // of completion
};

/// Either options to act on, or an exit code because the answer is given already (--help,
/// --version, a usage error, which has been printed).
struct ParsedCommandLine {
  Options options;
  int exit_code = 0;
  bool finished = false;
};

/// argv[0] counts: lmzcat is `lmzip -dcf`, unlmz `lmzip -d`.
ParsedCommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace lmzip
