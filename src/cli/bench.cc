// bench: what this machine makes of a model, phase by phase.
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/cpu.h"
#include "base/file_descriptor.h"
#include "base/mutex.h"
#include "base/printable.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "codec/codec_context.h"
#include "codec/method.h"
#include "engine/native.h"
#include "engine/peak.h"
#include "files/descriptor_io.h"
#include "format/content_check.h"
#include "model/registry.h"

namespace lmzip {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A native model whose predictors tell where their time goes.
class TimedModel : public Model {
 public:
  explicit TimedModel(std::unique_ptr<Model> model) : model_(std::move(model)) {}

  int vocabulary() const override { return model_->vocabulary(); }
  std::string engine() const override { return model_->engine(); }
  size_t lane_bytes() const override { return model_->lane_bytes(); }
  size_t predictor_bytes() const override { return model_->predictor_bytes(); }
  int preferred_lanes() const override { return model_->preferred_lanes(); }
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override {
    const MutexLock lock(mutex_);
    return NewTimedPredictor(*model_, lanes, &phases_.emplace_back());
  }

  /// Of all predictors together. Call when none of them runs.
  PhaseSeconds Total() const {
    const MutexLock lock(mutex_);
    PhaseSeconds total;
    for (const PhaseSeconds& phases : phases_) {
      total.products += phases.products;
      total.attention += phases.attention;
      total.other += phases.other;
    }
    return total;
  }

 private:
  const std::unique_ptr<Model> model_;
  mutable Mutex mutex_;
  // One a predictor; addresses stay.
  mutable std::deque<PhaseSeconds> phases_ LMZIP_GUARDED_BY(mutex_);
};

/// The head of a file or of standard input, at most `limit` bytes.
Bytes ReadHead(const std::string& path, uint64_t limit) {
  const bool standard = path == kStandardStream;
  const std::string name = standard ? "standard input" : path;
  const FileDescriptor file(standard ? ::dup(STDIN_FILENO)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw IoError(name + ": cannot open", errno);
  DescriptorSource source(file.get(), name);
  constexpr size_t kStep = size_t{1} << 20;
  Bytes content;
  for (bool more = true; more && content.size() < limit;) {
    const size_t before = content.size();
    content.resize(std::min<uint64_t>(before + kStep, limit));
    const size_t got = source.Read(std::span(content).subspan(before));
    more = before + got == content.size();
    content.resize(before + got);
  }
  return content;
}

void WriteTemporary(ByteView content) {
  const std::unique_ptr<FILE, decltype(&std::fclose)> file(std::tmpfile(), &std::fclose);
  if (!file) throw IoError("a temporary file", errno);
  DescriptorSink(::fileno(file.get()), "a temporary file").Write(content);
}

// What this command measures, or throws Error{kUsage}.
void RequireMeasurable(const ModelFile& file, const CodecOptions& options,
                       const EncodeOptions& encode) {
  if (encode.method == Method::kStore) {
    throw Error(ErrorCode::kUsage, "bench measures what computes; --method store does not");
  }
  if (file.info().tier == Tier::kExact && options.engine != Engine::kTorch &&
      options.device == "cpu")
    return;
  throw Error(ErrorCode::kUsage, "bench measures exact models on the native engine, on the CPU");
}

bool MixerAlone(const EncodeOptions& options) {
  return options.method == Method::kMixed ||
         (options.method == Method::kAuto && options.effort == Effort::kFast);
}

/// Seconds of one direction; those of the model's phases are summed over threads.
struct Run {
  double wall = 0;
  double io = 0;  // of it: encoding, reading the file; decoding, writing its content
  PhaseSeconds phases;

  void AddIo(double seconds) {
    wall += seconds;
    io += seconds;
  }
};

struct Measured {
  std::string file;
  uint64_t raw_bytes = 0;
  uint64_t symbols = 0;  // bytes or tokens
  uint64_t coded_bytes = 0;
  std::string method;
  Run encode, decode;
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        file_(FindModel(options.codec.model)),
        threads_(ResolveThreads(options.codec.threads)),
        peak_(MeasureInt8Peak(ActiveIsa())) {
    RequireMeasurable(*file_, options.codec, options.encode);
    if (!file_->prior().empty()) prior_.emplace(file_->prior());
  }

  int Execute() {
    const Inputs inputs = CollectInputs(options_);
    for (const std::string& problem : inputs.problems) throw Error(ErrorCode::kUsage, problem);
    for (const std::string& path : inputs.paths) results_.push_back(Measure(path));
    if (options_.json) {
      std::cout << Json().dump(2) << '\n';
    } else {
      Print();
    }
    return kDone;
  }

 private:
  Measured Measure(const std::string& path) {
    const auto start = std::chrono::steady_clock::now();
    const Bytes content = ReadHead(path, options_.encode.frame_bytes);
    const double reading = SecondsSince(start);
    if (content.empty()) throw Error(ErrorCode::kUsage, path + ": is empty");
    FrameHeader header;
    const FrameKind with_model = file_->tokens() ? FrameKind::kTokens
                                 : options_.encode.method == Method::kModel
                                     ? FrameKind::kModel
                                     : FrameKind::kModelMixed;
    header.kind = MixerAlone(options_.encode) ? FrameKind::kMixed : with_model;
    header.raw_bytes = content.size();
    header.geometry = ChooseGeometry(header.kind, header.raw_bytes, options_.encode);

    TokenizedContent tokens;
    if (header.is_tokens()) {
      tokens = TokenizeContent(*OpenTokenizer(file_->tokenizer()), *file_->tokens(),
                               header.geometry, content);
    }
    Measured result{.file = path,
                    .raw_bytes = content.size(),
                    .symbols = header.is_tokens() ? tokens.tokens.size() : content.size(),
                    .method = MethodName(header.kind)};
    const FrameModel model{.prior = prior_ ? &*prior_ : nullptr,
                           .tokens = header.is_tokens() ? file_->tokens() : nullptr};
    const auto encoding = FrameJob::Encode(header, content, model,
                                           {.tokens = std::move(tokens), .segments = {}});
    result.encode = Time(encoding);
    result.encode.AddIo(reading);
    const Bytes code = encoding->TakeCode();
    result.coded_bytes = code.size();
    Bytes decoded(content.size());
    header.data_bytes = code.size();
    result.decode = Time(
        FrameJob::Decode(header, UnitChecks(content, header.unit_bytes()), code, decoded, model));
    const auto write_start = std::chrono::steady_clock::now();
    WriteTemporary(decoded);
    result.decode.AddIo(SecondsSince(write_start));
    return result;
  }

  Run Time(const std::shared_ptr<FrameJob>& job) const {
    const TimedModel model(NewNativeModel({file_, &file_->weights()}));
    Run run;
    {
      Scheduler scheduler([&model]() -> const Model& { return model; }, threads_);
      const JobOwner owner(job);
      const auto start = std::chrono::steady_clock::now();
      scheduler.Submit(job);
      job->WaitAll();
      run.wall = SecondsSince(start);
    }
    run.phases = model.Total();
    return run;
  }

  /// What the model reaches of the peak while it runs.
  double PeakShare(const Measured& result, const Run& run) const {
    const double model = run.phases.products + run.phases.attention + run.phases.other;
    const double operations = static_cast<double>(OperationsPerToken(file_->weights().shape)) *
                              static_cast<double>(result.symbols);
    return model > 0 ? operations / (model * peak_) : 0;
  }

  nlohmann::json Json() const {
    nlohmann::json files = nlohmann::json::array();
    for (const Measured& r : results_) {
      files.push_back({{"file", r.file},
                       {"raw_bytes", r.raw_bytes},
                       {"symbols", r.symbols},
                       {"coded_bytes", r.coded_bytes},
                       {"method", r.method},
                       {"encode", Json(r, r.encode)},
                       {"decode", Json(r, r.decode)}});
    }
    return {{"version", LMZIP_VERSION},
            {"isa", IsaName(ActiveIsa())},
            {"threads", threads_},
            {"model", Hex(Shorten(file_->info().id))},
            {"int8_peak_gops_a_core", peak_ / 1e9},
            {"peak_memory_kib", PeakMemoryKib()},
            {"files", files}};
  }

  nlohmann::json Json(const Measured& result, const Run& run) const {
    return {{"seconds", run.wall},
            {"kb_per_s", static_cast<double>(result.raw_bytes) / 1000 / run.wall},
            {"thread_seconds", run.wall * threads_},
            {"products_seconds", run.phases.products},
            {"attention_seconds", run.phases.attention},
            {"other_model_seconds", run.phases.other},
            {"io_seconds", run.io},
            {"share_of_int8_peak", PeakShare(result, run)}};
  }

  void Print() const {
    std::cout << fmt::format("{} threads, {}, int8 peak {:.0f} G operations/s a core, model {}\n",
                             threads_, IsaName(ActiveIsa()), peak_ / 1e9,
                             Printable(file_->info().name));
    std::cout << fmt::format("{:<10} {:>8} {:>9} {:>9} {:>10} {:>6} {:>6} {:>13} {:>6}  {}\n",
                             "direction", "kB/s", "products", "attention", "model rest", "coder",
                             "I/O", "share of peak", "bits", "file");
    for (const Measured& r : results_) {
      PrintRow("encode", r, r.encode);
      PrintRow("decode", r, r.decode);
    }
    std::cout << fmt::format(
        "peak memory {} MB; shares are of the threads' time; coder: mixer, range coder, waiting; "
        "I/O: reading the file, writing its content\n",
        PeakMemoryKib() / 1000);
  }

  void PrintRow(const char* direction, const Measured& r, const Run& run) const {
    const double all = run.wall * threads_;
    const double io = run.io * threads_;  // the others wait
    const PhaseSeconds& p = run.phases;
    std::cout << fmt::format(
        "{:<10} {:>8.1f} {:>8.1f}% {:>8.1f}% {:>9.1f}% {:>5.1f}% {:>5.1f}% {:>12.1f}% {:>6.3f}  "
        "{}\n",
        direction, static_cast<double>(r.raw_bytes) / 1000 / run.wall, 100 * p.products / all,
        100 * p.attention / all, 100 * p.other / all,
        100 * (all - p.products - p.attention - p.other - io) / all, 100 * io / all,
        100 * PeakShare(r, run),
        8 * static_cast<double>(r.coded_bytes) / static_cast<double>(r.raw_bytes),
        Printable(r.file));
  }

  static int64_t PeakMemoryKib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  }

  const Options& options_;
  const std::shared_ptr<const ModelFile> file_;
  std::optional<Prior> prior_;
  const int threads_;
  const double peak_;
  std::vector<Measured> results_;
};

}  // namespace

int RunBench(const Options& options) { return Bench(options).Execute(); }

}  // namespace lmzip
