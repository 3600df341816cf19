// c, d and t: many files at once over one codec.
#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>

#include "base/file_descriptor.h"
#include "base/mutex.h"
#include "base/system_limits.h"
#include "base/threads.h"
#include "cli/commands.h"
#include "cli/destinations.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "cli/outcomes.h"
#include "cli/output_tree.h"
#include "cli/pass_through.h"
#include "cli/progress.h"
#include "files/input_set.h"
#include "files/output_file.h"
#include "files/source_file.h"
#include "files/target.h"
#include "files/temporary_name.h"
#include "lmzip/memory_io.h"
#include "show/printable.h"

namespace lmzip {
namespace {

// Files that are worked on at once: enough to fill a batch of small ones on many threads, where the
// system grants each its descriptors (input, output, folders) beside those of the process.
size_t FilesAtOnce() {
  constexpr size_t kMost = 64, kDescriptors = 4, kOfTheProcess = 12;
  const size_t granted = MaxOpenFiles();
  return std::clamp((granted - std::min(granted, kOfTheProcess)) / kDescriptors, size_t{1}, kMost);
}

class Transcoder {
 public:
  explicit Transcoder(const Options& options)
      : options_(options),
        inputs_(CollectInputs(options)),
        input_set_(inputs_.paths),
        destinations_(options, inputs_),
        codec_(options.codec) {}

  int Run() {
    destinations_.CheckOptions();
    const OutputTree tree(options_, inputs_);
    tree.MakeFolders();
    progress_.emplace(options_, input_set_.total_bytes());
    outcomes_.emplace(options_, inputs_.paths.size(), AnyWritesToStdout(), *progress_);
    for (const std::string& problem : inputs_.problems) outcomes_->AddProblem(problem);
    for (const auto& [path, reason] : inputs_.skipped) outcomes_->AddSkipped(path, reason);
    // To one output, the files go one after another.
    Threads others;
    const size_t at_once = AnyWritesToStdout() ? 1 : std::min(inputs_.paths.size(), FilesAtOnce());
    if (at_once > 1) others.Start(static_cast<int>(at_once) - 1, [this] { WorkThroughFiles(); });
    WorkThroughFiles();
    others.Join();
    return outcomes_->Summarize();
  }

 private:
  bool compressing() const { return options_.command == Command::kCompress; }

  bool AnyWritesToStdout() const { return destinations_.AnyToStdout(); }

  void WorkThroughFiles() noexcept {
    for (size_t i = next_file_++; i < inputs_.paths.size(); i = next_file_++) {
      try {
        outcomes_->Finish(i, WorkOn(i));
      } catch (...) {  // no memory even to say so
        outcomes_->FailWithException();
      }
    }
  }

  Outcome WorkOn(size_t index) {
    Outcome outcome{.input = inputs_.paths[index]};
    const auto start = std::chrono::steady_clock::now();
    try {
      Transcode(index, outcome);
    } catch (const Error& e) {
      outcome.errors.push_back(e.what());
      outcome.exit_code = ExitCodeOf(e);
    } catch (const std::bad_alloc&) {
      outcome.errors.push_back(outcome.input + ": out of memory");
      outcome.exit_code = kFailed;
    } catch (...) {
      outcomes_->FailWithException();
      outcome.exit_code = kBug;
    }
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return outcome;
  }

  void Transcode(size_t index, Outcome& outcome) {
    const bool standard = outcome.input == kStandardStream;
    const std::string name = standard ? "standard input" : outcome.input;
    // What appears only now may be an output of this call.
    if (const int error = input_set_.error(outcome.input)) {
      throw IoError(name + ": cannot open", error);
    }
    const auto kinds = destinations_.NamedByInput(outcome.input) ? SourceFile::Kinds::kRegular
                                                                 : SourceFile::Kinds::kAny;
    SourceFile source = standard ? SourceFile() : SourceFile(outcome.input, kinds);
    if (source.regular()) outcome.input_bytes = static_cast<uint64_t>(source.status().st_size);
    if (options_.command == Command::kTest) {
      NullSink sink;
      Code(source, sink, name, outcome);
    } else if (destinations_.ToStdout(outcome.input)) {
      Target target{.kind = TargetKind::kDescriptor, .descriptor = STDOUT_FILENO};
      target.exists = ::fstat(STDOUT_FILENO, &target.status) == 0;
      TranscodeTo(kStandardStream, target, source, name, outcome);
    } else {
      const std::filesystem::path path = options_.output.empty()
                                             ? OutputPath(options_, inputs_, index)
                                             : std::filesystem::path(options_.output);
      TranscodeTo(path, FindTarget(path), source, name, outcome);
    }
  }

  void TranscodeTo(const std::filesystem::path& path, const Target& target, SourceFile& source,
                   const std::string& name, Outcome& outcome) {
    RefuseInputs(path, target, source, name);
    if (target.kind == TargetKind::kDescriptor || target.kind == TargetKind::kInPlace) {
      WriteInPlace(path, target, source, name, outcome);
      return;
    }
    RemoveLeftovers(path);
    if (IsDone(options_, source, target)) {
      outcome.output = path.string();
      outcome.skipped = SkipReason::kDone;
      return;
    }
    const bool overwrite = target.kind == TargetKind::kReplaceable && ConfirmOverwrite(path);
    OutputFile output(path);
    outcome.output = path.string();
    Code(source, output.sink(), name, outcome);
    // A source that has changed is compressed as it was read.
    if (outcome.exit_code == kBadInput && !options_.decode.keep_going) return;
    output.Commit({.overwrite = overwrite || options_.force,
                   .sync_name = options_.remove_source,
                   .like = source.regular() ? &source.status() : nullptr});
    if (options_.remove_source && outcome.exit_code == kDone) source.Remove();
  }

  // No file is both read and written in one call.
  void RefuseInputs(const std::filesystem::path& path, const Target& target,
                    const SourceFile& source, const std::string& name) const {
    if (!target.exists || !S_ISREG(target.status.st_mode)) return;
    if (target.status.st_dev == source.status().st_dev &&
        target.status.st_ino == source.status().st_ino) {
      throw Error(ErrorCode::kUsage, name + ": input and output are the same file");
    }
    if (input_set_.Contains(target.status)) {
      throw Error(ErrorCode::kUsage, fmt::format("{}: its output {} is another input of this call",
                                                 name, path.string()));
    }
  }

  // What is no regular file is not replaced: /dev/null, a named pipe, /dev/fd/3, standard output.
  void WriteInPlace(const std::filesystem::path& path, const Target& target, SourceFile& source,
                    const std::string& name, Outcome& outcome) {
    if (options_.remove_source) {
      throw Error(ErrorCode::kUsage,
                  fmt::format("{}: --rm needs an output on disk; {} is no regular file", name,
                              path.string()));
    }
    const bool standard = target.descriptor == STDOUT_FILENO;
    const std::string output = standard ? "standard output" : path.string();
    FileDescriptor file(target.kind == TargetKind::kDescriptor
                            ? ::dup(target.descriptor)
                            : ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    if (!file) throw IoError(output + ": cannot open", errno);
    destinations_.RefuseTerminal(file.get());
    DescriptorSink sink(file.get(), output);
    outcome.output = standard ? kStandardStream : output;
    Code(source, sink, name, outcome);
    sink.Finish();
    file.Close(output);
  }

  // Asks on a terminal; throws when the answer is no or nobody can be asked.
  bool ConfirmOverwrite(const std::filesystem::path& target) {
    if (options_.force) return true;
    const MutexLock lock(question_);
    if (::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO) && !destinations_.ReadsStdin()) {
      const ProgressLine::Hidden hidden(*progress_);
      std::cerr << "lmzip: " << Printable(target.string()) << " exists; overwrite? [y/N] "
                << std::flush;
      std::string answer;
      if (std::getline(std::cin, answer) && (answer == "y" || answer == "Y")) return true;
      throw Error(ErrorCode::kUsage, target.string() + ": not overwritten");
    }
    throw Error(ErrorCode::kUsage, target.string() + ": exists already (-f overwrites)");
  }

  void Code(SourceFile& source, ByteSink& sink, const std::string& name, Outcome& outcome) try {
    ProgressLine::File file(*progress_, outcome.input_bytes);
    file.progress().frame_done = [&](const FrameEntry& frame) { NoteFrame(frame, name, outcome); };
    if (compressing()) {
      const EncodeReport report = codec_.Compress(source, sink, options_.encode, &file.progress());
      outcome.raw_bytes = report.raw_bytes;
      outcome.coded_bytes = report.coded_bytes;
      outcome.work_seconds = report.work_seconds;
      return CheckUnchanged(source, name, outcome);
    }
    const DecodeReport report = Decode(source, sink, outcome, file.progress());
    outcome.raw_bytes = report.raw_bytes;
    outcome.coded_bytes = report.coded_bytes;
    outcome.work_seconds = report.work_seconds;
    for (const Damage& damage : report.damage) {
      outcome.exit_code = kBadInput;
      outcome.errors.push_back(name + ": " + damage.message + LostText(damage));
    }
    if (report.more_damage > 0) {
      outcome.errors.push_back(
          fmt::format("{}: and {} more places", name, Grouped(report.more_damage)));
    }
    if (report.damage.empty()) CheckRangeFilled(report.raw_bytes, name, outcome);
    CheckUnchanged(source, name, outcome);
  } catch (const Error& e) {
    const bool damage = e.code() == ErrorCode::kCorrupt || e.code() == ErrorCode::kTruncated;
    const bool empty = source.regular() && source.status().st_size == 0;
    const bool hint = damage && !empty && !options_.decode.keep_going && !compressing();
    const bool named = e.code() == ErrorCode::kIo;  // with the file that failed
    throw Error(e.code(), fmt::format("{}{}{}", named ? "" : name + ": ", e.what(),
                                      hint ? "; try 'lmzip d --keep-going'" : ""));
  }

  // -dcf gives what is not compressed as it is.
  DecodeReport Decode(ByteSource& source, ByteSink& sink, const Outcome& outcome,
                      Progress& progress) {
    if (!options_.force || outcome.output != kStandardStream || options_.decode.keep_going ||
        !destinations_.WholeContent()) {
      return codec_.Decompress(source, sink, options_.decode, &progress);
    }
    SignedSource signed_source(source);
    if (signed_source.looks_compressed()) {
      return codec_.Decompress(signed_source, sink, options_.decode, &progress);
    }
    return PassThrough(signed_source, sink, options_.decode.max_output, progress);
  }

  void NoteFrame(const FrameEntry& frame, const std::string& name, Outcome& outcome) {
    outcome.methods.insert(frame.method);
    if (!frame.model.empty()) outcome.models.insert(frame.model);
    if (options_.verbosity < 2) return;
    const ProgressLine::Hidden hidden(*progress_);
    spdlog::debug("{}: frame at byte {}: {} -> {} bytes, {}{}", name, frame.offset,
                  Grouped(frame.raw_bytes), Grouped(frame.coded_bytes), frame.method,
                  frame.lanes > 0 ? fmt::format(", {} lanes of {}-byte segments", frame.lanes,
                                                frame.segment_bytes)
                                  : "");
  }

  static void CheckUnchanged(const SourceFile& source, const std::string& name, Outcome& outcome) {
    const auto change = source.Change();
    if (!change) return;
    outcome.exit_code = std::max<int>(outcome.exit_code, kFailed);
    outcome.errors.push_back(name + ": changed while it was read: " + *change);
  }

  void CheckRangeFilled(uint64_t bytes, const std::string& name, Outcome& outcome) const {
    const ByteRange& range = options_.decode.range;
    const bool to_end = range.end == ByteRange().end;
    const uint64_t wanted = to_end ? std::min<uint64_t>(range.begin, 1) : range.end - range.begin;
    if (bytes >= wanted) return;
    outcome.warnings.push_back(
        fmt::format("{}: the range goes beyond the end of the content: {} bytes written", name,
                    Grouped(bytes)));
  }

  static std::string LostText(const Damage& damage) {
    std::string text;
    if (damage.places > 1) text += fmt::format("; and {} more behind it", damage.places - 1);
    if (damage.unverified) text += "; " + RangeText(*damage.unverified) + " are not verified";
    if (!damage.content) return text + "; what stood here is lost";
    if (damage.content->begin == damage.content->end) return text + "; nothing is lost";
    return text + "; " + RangeText(*damage.content) + " are lost";
  }

  static std::string RangeText(const ByteRange& range) {
    return fmt::format("content bytes {} to {}", range.begin, range.end - 1);
  }

  const Options& options_;
  const Inputs inputs_;
  const InputSet input_set_;  // as it is before the first output
  const Destinations destinations_;
  Codec codec_;
  std::optional<ProgressLine> progress_;
  std::atomic<size_t> next_file_{0};
  std::optional<Outcomes> outcomes_;
  Mutex question_;  // one at a time on the terminal
};

}  // namespace

int RunTranscode(const Options& options) { return Transcoder(options).Run(); }

}  // namespace lmzip
