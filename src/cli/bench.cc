// bench: what this machine makes of a model, phase by phase.
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "cli/content.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "files/descriptor_io.h"
#include "lmzip/machine.h"
#include "lmzip/speed.h"
#include "show/printable.h"

namespace lmzip {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void WriteTemporary(const Content& content) {
  const std::unique_ptr<FILE, decltype(&std::fclose)> file(std::tmpfile(), &std::fclose);
  if (!file) throw IoError("a temporary file", errno);
  DescriptorSink(::fileno(file.get()), "a temporary file").Write(content);
}

struct Measured {
  std::string file;
  Speed speed;
  double reading_seconds = 0;  // the file
  double writing_seconds = 0;  // its content
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options), test_(options.codec, options.encode) {}

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
  Measured Measure(const std::string& path) const {
    Measured result{.file = path};
    const auto start = std::chrono::steady_clock::now();
    const Content content = ReadContent(path, options_.encode.frame_bytes);
    result.reading_seconds = SecondsSince(start);
    if (content.empty()) throw Error(ErrorCode::kUsage, path + ": is empty");
    result.speed = test_.Measure(content);
    const auto write_start = std::chrono::steady_clock::now();
    WriteTemporary(content);
    result.writing_seconds = SecondsSince(write_start);
    return result;
  }

  nlohmann::json Json() const {
    nlohmann::json files = nlohmann::json::array();
    for (const Measured& r : results_) {
      files.push_back({{"file", r.file},
                       {"raw_bytes", r.speed.raw_bytes},
                       {"symbols", r.speed.symbols},
                       {"coded_bytes", r.speed.coded_bytes},
                       {"method", r.speed.method},
                       {"encode", Json(r, r.speed.encode, r.reading_seconds)},
                       {"decode", Json(r, r.speed.decode, r.writing_seconds)}});
    }
    return {{"version", Version()},
            {"isa", ActiveInstructionSet()},
            {"threads", test_.threads()},
            {"model", ShortIdText(test_.model().id)},
            {"int8_peak_gops_a_core", test_.int8_peak() / 1e9},
            {"peak_memory_kib", PeakMemoryKib()},
            {"files", files}};
  }

  nlohmann::json Json(const Measured& result, const SpeedRun& run, double io_seconds) const {
    const double seconds = run.seconds + io_seconds;
    return {{"seconds", seconds},
            {"kb_per_s", static_cast<double>(result.speed.raw_bytes) / 1000 / seconds},
            {"thread_seconds", seconds * test_.threads()},
            {"products_seconds", run.products_seconds},
            {"attention_seconds", run.attention_seconds},
            {"other_model_seconds", run.other_seconds},
            {"io_seconds", io_seconds},
            {"share_of_int8_peak", run.share_of_peak}};
  }

  void Print() const {
    std::cout << fmt::format("{} threads, {}, int8 peak {:.0f} G operations/s a core, model {}\n",
                             test_.threads(), ActiveInstructionSet(), test_.int8_peak() / 1e9,
                             Printable(test_.model().name));
    std::cout << fmt::format("{:<10} {:>8} {:>9} {:>9} {:>10} {:>6} {:>6} {:>13} {:>6}  {}\n",
                             "direction", "kB/s", "products", "attention", "model rest", "coder",
                             "I/O", "share of peak", "bits", "file");
    for (const Measured& r : results_) {
      PrintRow("encode", r, r.speed.encode, r.reading_seconds);
      PrintRow("decode", r, r.speed.decode, r.writing_seconds);
    }
    std::cout << fmt::format(
        "peak memory {} MB; shares are of the threads' time; coder: mixer, range coder, waiting; "
        "I/O: reading the file, writing its content\n",
        PeakMemoryKib() / 1000);
  }

  void PrintRow(const char* direction, const Measured& r, const SpeedRun& run,
                double io_seconds) const {
    const double seconds = run.seconds + io_seconds;
    const double all = seconds * test_.threads();
    const double io = io_seconds * test_.threads();  // the others wait
    const auto raw_bytes = static_cast<double>(r.speed.raw_bytes);
    std::cout << fmt::format(
        "{:<10} {:>8.1f} {:>8.1f}% {:>8.1f}% {:>9.1f}% {:>5.1f}% {:>5.1f}% {:>12.1f}% {:>6.3f}  "
        "{}\n",
        direction, raw_bytes / 1000 / seconds, 100 * run.products_seconds / all,
        100 * run.attention_seconds / all, 100 * run.other_seconds / all,
        100 * (all - run.model_seconds() - io) / all, 100 * io / all, 100 * run.share_of_peak,
        8 * static_cast<double>(r.speed.coded_bytes) / raw_bytes, Printable(r.file));
  }

  static int64_t PeakMemoryKib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  }

  const Options& options_;
  const SpeedTest test_;
  std::vector<Measured> results_;
};

}  // namespace

int RunBench(const Options& options) { return Bench(options).Execute(); }

}  // namespace lmzip
