// c --dry-run: what would be done, and about what would come of it.
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/mutex.h"
#include "base/threads.h"
#include "cli/commands.h"
#include "cli/destinations.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "cli/output_tree.h"
#include "cli/progress.h"
#include "cli/skipped.h"
#include "files/source_file.h"
#include "files/target.h"
#include "lmzip/memory_io.h"

namespace lmzip {
namespace {

// Content that is coded to know the rest: of some seconds' work, as many samples as tell of a
// mixture.
constexpr uint64_t kSamples = 12;
constexpr uint64_t kSampleBytes = uint64_t{16} << 10, kFastSampleBytes = uint64_t{64} << 10;

using Clock = std::chrono::steady_clock;

struct File {
  std::string path;
  uint64_t bytes = 0;
};

/// A piece of a file that speaks for the whole of it.
struct Sample {
  const File* file = nullptr;
  uint64_t begin = 0;
  uint64_t bytes = 0;
  int weight = 0;  // as that of so many samples
  double file_ratio = 0;  // coded bytes of the whole file a byte, as far as this tells

  bool whole() const { return bytes == file->bytes; }
};

class DryRun {
 public:
  explicit DryRun(const Options& options)
      : options_(options),
        inputs_(CollectInputs(options)),
        destinations_(options, inputs_),
        codec_(options.codec) {}

  int Run() {
    destinations_.CheckOptions();
    if (destinations_.ReadsStdin()) {
      throw Error(ErrorCode::kUsage, "--dry-run does not go with standard input");
    }
    const OutputTree tree(options_, inputs_);
    for (const std::string& problem : inputs_.problems) Fail(problem);
    for (const auto& [path, reason] : inputs_.skipped) skips_.Add(path, reason);
    for (size_t i = 0; i < inputs_.paths.size(); ++i) Examine(i);
    ChooseSamples();
    CodeSamples();
    skips_.Report();
    Print();
    return exit_code_;
  }

 private:
  void Fail(const std::string& problem) {
    spdlog::error(problem);
    exit_code_ = kFailed;
  }

  // What would fail before anything is read fails here as well.
  void Examine(size_t index) try {
    const std::string& path = inputs_.paths[index];
    const bool named = destinations_.NamedByInput(path);
    const SourceFile source(path, named ? SourceFile::Kinds::kRegular : SourceFile::Kinds::kAny);
    if (!source.regular()) {
      throw Error(ErrorCode::kUsage, path + ": is no regular file: its size is not known");
    }
    std::string output = kStandardStream;
    if (!destinations_.ToStdout(path)) {
      output = options_.output.empty() ? OutputPath(options_, inputs_, index).string()
                                       : options_.output;
      const Target target = FindTarget(output);
      if (target.kind == TargetKind::kReplaceable) {
        if (IsDone(options_, source, target)) return skips_.Add(path, SkipReason::kDone);
        if (!options_.force) {
          throw Error(ErrorCode::kUsage, output + ": exists already (-f overwrites)");
        }
      }
    }
    files_.push_back({path, static_cast<uint64_t>(source.status().st_size)});
    total_bytes_ += files_.back().bytes;
    spdlog::info("{}: {} bytes, to {}", path, Grouped(files_.back().bytes), output);
  } catch (const Error& e) {
    Fail(e.what());
  }

  uint64_t sample_bytes() const {
    return !MayUseModel(options_.encode.effort) ? kFastSampleBytes : kSampleBytes;
  }

  // All that there is, if it is little; or else where equal parts of all the content have their
  // middles.
  void ChooseSamples() {
    const bool all = total_bytes_ <= kSamples * sample_bytes();
    uint64_t end = 0;  // of a file in all the content
    uint64_t next = 0;
    for (const File& file : files_) {
      const uint64_t begin = std::exchange(end, end + file.bytes);
      if (all) samples_.push_back({&file, 0, file.bytes, 1});
      for (; !all && next < kSamples; ++next) {
        const auto point = static_cast<uint64_t>((static_cast<double>(next) + 0.5) / kSamples *
                                                 static_cast<double>(total_bytes_));
        if (point >= end) break;
        AddSample(file, point - begin);
      }
    }
  }

  void AddSample(const File& file, uint64_t point) {
    const uint64_t bytes = std::min(file.bytes, sample_bytes());
    const Sample sample{&file, std::min(point, file.bytes - bytes), bytes, 1};
    const bool again = !samples_.empty() && samples_.back().file == &file && sample.whole();
    if (again) {
      ++samples_.back().weight;
    } else {
      samples_.push_back(sample);
    }
  }

  // As many at once as frames would be, so that the time tells of as many threads.
  void CodeSamples() {
    if (samples_.empty()) return;
    CodeShort();
    uint64_t frames = 0;
    for (const File& file : files_) frames += 1 + file.bytes / options_.encode.frame_bytes;
    const bool shared = options_.encode.effort == Effort::kDefault;  // one frame, many threads
    const auto at_once = shared ? samples_.size() : std::min<uint64_t>(frames, samples_.size());
    const Clock::time_point start = Clock::now();
    Threads others;
    if (at_once > 1) others.Start(static_cast<int>(at_once) - 1, [this] { WorkThroughSamples(); });
    WorkThroughSamples();
    others.Join();
    seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  // So that opening the model does not count.
  void CodeShort() {
    const std::vector<uint8_t> some(16, 'a');
    CodedBytes(some);
    worked_bytes_ = 0;
  }

  void WorkThroughSamples() noexcept {
    for (size_t i = next_sample_++; i < samples_.size(); i = next_sample_++) {
      std::string problem;
      try {
        Code(samples_[i]);
        continue;
      } catch (const Error& e) {
        problem = samples_[i].file->path + ": " + e.what();
      } catch (const std::exception& e) {
        problem = e.what();
      }
      const MutexLock lock(mutex_);
      samples_[i].weight = 0;
      Fail(problem);
    }
  }

  // Of a file that is longer than its sample, what comes behind costs as much as the sample's
  // second half costs behind the first.
  void Code(Sample& sample) {
    SourceFile source(sample.file->path, SourceFile::Kinds::kAny);
    source.Skip(sample.begin);
    std::vector<uint8_t> content(sample.bytes);
    content.resize(source.Read(content));
    const std::span<const uint8_t> all(content);
    auto coded = static_cast<double>(CodedBytes(all));
    if (!sample.whole()) {
      const size_t half = content.size() / 2;
      const double second = coded - static_cast<double>(CodedBytes(all.first(half)));
      coded += second / static_cast<double>(std::max<size_t>(content.size() - half, 1)) *
               static_cast<double>(sample.file->bytes - content.size());
    }
    sample.file_ratio = coded / static_cast<double>(std::max<uint64_t>(sample.file->bytes, 1));
  }

  uint64_t CodedBytes(std::span<const uint8_t> content) {
    MemorySource source(content);
    NullSink sink;
    const uint64_t coded = codec_.Compress(source, sink, options_.encode).coded_bytes;
    worked_bytes_ += content.size();
    return coded;
  }

  double EstimatedBytes() const {
    double sum = 0, weights = 0;
    const bool all = total_bytes_ <= kSamples * sample_bytes();
    for (const Sample& sample : samples_) {
      if (sample.weight == 0) continue;
      const auto bytes = static_cast<double>(std::max<uint64_t>(sample.file->bytes, 1));
      sum += sample.file_ratio * (all ? bytes : sample.weight);
      weights += sample.weight;
    }
    if (all || weights == 0) return sum;
    return sum / weights * static_cast<double>(total_bytes_);
  }

  double EstimatedSeconds() const {
    return seconds_ * static_cast<double>(total_bytes_) /
           static_cast<double>(std::max<uint64_t>(worked_bytes_, 1));
  }

  void Print() const {
    const auto bytes = static_cast<uint64_t>(EstimatedBytes());
    const double seconds = EstimatedSeconds();
    if (options_.json) {
      std::cout << nlohmann::json{{"files", files_.size()},
                                  {"raw_bytes", total_bytes_},
                                  {"estimated_bytes", bytes},
                                  {"estimated_seconds", seconds},
                                  {"passed_over", skips_.total()}}
                << '\n';
      return;
    }
    std::string share;
    if (total_bytes_ > 0) {
      share = fmt::format(" ({:.2f} %)", static_cast<double>(bytes) * 100 /
                                             static_cast<double>(total_bytes_));
    }
    std::cout << fmt::format("{} files: {} bytes of content, about {} compressed{}, about {:.{}f} s"
                             "; nothing was written\n",
                             files_.size(), Grouped(total_bytes_), Grouped(bytes), share, seconds,
                             seconds < 10 ? 1 : 0);
  }

  const Options& options_;
  const Inputs inputs_;
  const Destinations destinations_;
  Codec codec_;
  SkipCounts skips_;
  std::vector<File> files_;
  uint64_t total_bytes_ = 0;
  std::vector<Sample> samples_;  // of files_
  std::atomic<size_t> next_sample_ = 0;
  std::atomic<uint64_t> worked_bytes_ = 0;
  double seconds_ = 0;  // that they took
  Mutex mutex_;         // of messages
  int exit_code_ = kDone;
};

}  // namespace

int RunDryRun(const Options& options) { return DryRun(options).Run(); }

}  // namespace lmzip
