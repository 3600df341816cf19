// eval: the paper's table for any files.
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <iostream>
#include <list>
#include <memory>

#include "base/mutex.h"
#include "base/system_limits.h"
#include "base/threads.h"
#include "cli/commands.h"
#include "cli/content.h"
#include "cli/exit_code.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "cli/result_file.h"
#include "eval/measuring.h"
#include "eval/table.h"
#include "show/printable.h"

namespace lmzip {
namespace {

namespace fs = std::filesystem;

// By the folder below the one that was named, or the one that holds the file.
std::string DomainOf(const std::string& path, size_t place) {
  if (path == kStandardStream) return "standard input";
  const fs::path below = path.substr(place);  // with the named folder, if there is one
  const auto parts = std::distance(below.begin(), below.end());
  if (parts > 2) return std::next(below.begin())->string();
  const std::string folder =
      fs::absolute(path).lexically_normal().parent_path().filename().string();
  return folder.empty() ? "/" : folder;
}

/// A file by a method, to be measured.
struct Task {
  size_t file;
  std::string what;  // of the method, for the key of what is measured
  uint64_t passes;   // over the content
  std::function<Measurement(const Prepared& content, Progress& progress)> measure;
};

class Eval {
 public:
  explicit Eval(const Options& options)
      : options_(options), eval_(options.eval), records_(options.eval.resume) {}

  int Execute() {
    ResultFile result(options_.output, options_.force);
    CollectFiles();
    MakeTasks();
    const bool complete = MeasureAll();
    std::vector<Measurement> files;
    for (const auto& measured : measured_) {
      if (measured) files.push_back(*measured);
    }
    WriteTable(SumByDomain(files), files, notes_, eval_.format, result.out());
    result.Commit();
    return complete ? kDone : kFailed;
  }

 private:
  struct File {
    std::string path, domain;
    uint64_t bytes = 0;
  };

  void CollectFiles() {
    Options found = options_;
    found.recursive = true;
    const Inputs inputs = CollectInputs(found);
    for (const std::string& problem : inputs.problems) throw Error(ErrorCode::kUsage, problem);
    for (size_t i = 0; i < inputs.paths.size(); ++i) {
      const std::string& path = inputs.paths[i];
      std::error_code unknown;
      const uint64_t bytes = path == kStandardStream ? 0 : fs::file_size(path, unknown);
      files_.push_back({path, DomainOf(path, inputs.places[i]), unknown ? 0 : bytes});
    }
    if (files_.empty()) throw Error(ErrorCode::kUsage, "no files to measure");
    std::ranges::stable_sort(files_, {}, &File::domain);
  }

  void MakeTasks() {
    const auto names = eval_.models.empty() ? std::vector<std::string>{""} : eval_.models;
    const auto methods =
        eval_.methods.empty() ? std::vector{Method::kModel, Method::kAuto} : eval_.methods;
    const auto chunks = eval_.chunks.empty() ? std::vector<uint64_t>{0, 2048} : eval_.chunks;
    for (const std::string& name : names) {
      CodecOptions codec = options_.codec;
      codec.model = name;
      measurers_.emplace_back(codec);
    }
    if (eval_.peers) peers_ = &OpenPeers();
    for (size_t file = 0; file < files_.size(); ++file) {
      for (const uint64_t chunk : chunks) {
        if (peers_) AddPeers(file, chunk);
        for (Measurer& measurer : measurers_) {
          for (const Method method : methods) AddMethod(file, measurer, method, chunk);
        }
      }
    }
    measured_.resize(tasks_.size());
    if (!peers_) return;
    for (const auto& peer : peers_->list()) notes_.push_back(peer.name + ": " + peer.setting);
    for (const auto& missing : peers_->missing()) notes_.push_back(missing + ": not built in");
  }

  void AddMethod(size_t file, Measurer& measurer, Method method, uint64_t chunk) {
    const EncodeOptions options = OptionsOf(options_.encode, method, chunk);
    std::string what = fmt::format(
        "{} model {} chunk {} effort {} frame {} lanes {} segment {} typed {} kind {} lost {}",
        MethodWord(method), IdText(measurer.model().id), chunk, static_cast<int>(options.effort),
        options.frame_bytes, options.lanes, options.segment_bytes, options.typed_segments,
        options.data_kind, static_cast<int>(eval_.lost_bits));
    const auto measure = [this, &measurer, options, chunk](const Prepared& content,
                                                           Progress& progress) {
      return measurer.Measure(content, options, chunk, eval_.lost_bits, progress);
    };
    tasks_.push_back({file, std::move(what), 2, measure});
  }

  void AddPeers(size_t file, uint64_t chunk) {
    for (size_t peer = 0; peer < peers_->list().size(); ++peer) {
      const auto measure = [this, peer, chunk](const Prepared& content, Progress& progress) {
        Measurement result = MeasurePeer(*peers_, peer, content, chunk);
        progress.raw_bytes += content.bytes.size();
        return result;
      };
      tasks_.push_back(
          {file, peers_->list()[peer].setting + " chunk " + std::to_string(chunk), 1, measure});
    }
  }

  // Files one after another, each by as many methods at once as there are threads. False where one
  // could not be measured.
  bool MeasureAll() {
    uint64_t total = 0;
    for (const Task& task : tasks_) total += task.passes * files_[task.file].bytes;
    ProgressLine line(options_, total);
    for (size_t begin = 0; begin < tasks_.size();) {
      size_t end = begin;
      while (end < tasks_.size() && tasks_[end].file == tasks_[begin].file) ++end;
      MeasureFile(begin, end, line);
      begin = end;
    }
    return !failed_;
  }

  void MeasureFile(size_t begin, size_t end, ProgressLine& line) {
    const File& file = files_[tasks_[begin].file];
    Prepared content;
    try {
      content = Prepare(ReadContent(file.path), eval_.preparation, file.path);
    } catch (const Error& e) {
      return Report(e.what(), line);
    }
    if (!eval_.prepared_folder.empty()) Keep(file, content.bytes);
    const std::string key = KeyOf(content);
    std::atomic<size_t> next = begin;
    const auto work = [&] {
      for (size_t i = next++; i < end; i = next++) MeasureTask(i, key, content, line);
    };
    const int wanted = options_.codec.threads > 0 ? options_.codec.threads : UsableCpus();
    Threads threads;
    threads.Start(std::min<int>(wanted, static_cast<int>(end - begin)) - 1, work);
    work();
    threads.Join();
  }

  void MeasureTask(size_t index, const std::string& content_key, const Prepared& content,
                   ProgressLine& line) {
    const Task& task = tasks_[index];
    const File& file = files_[task.file];
    const std::string key = content_key + ' ' + task.what;
    ProgressLine::File shown(line, task.passes * file.bytes);
    try {
      auto measured = Known(key);
      if (!measured) measured = task.measure(content, shown.progress());
      measured->file = file.path;
      measured->domain = file.domain;
      const MutexLock lock(mutex_);
      if (!records_.Find(key)) records_.Add(key, *measured);
      measured_[index] = std::move(measured);
    } catch (const Error& e) {
      Report(file.path + ": " + e.what(), line);
    } catch (const std::bad_alloc&) {
      Report(file.path + ": out of memory", line);
    }
  }

  std::optional<Measurement> Known(const std::string& key) {
    const MutexLock lock(mutex_);
    return records_.Find(key);
  }

  // Of what is measured, and of the program that does.
  std::string KeyOf(const Prepared& content) const {
    const DataForm& form = content.form;
    return fmt::format("{} {} as {} {} {} {} {} {}", build_, ContentId(content.bytes),
                       form.header_bytes, form.width, form.colours, form.channels,
                       form.sample_bytes, form.sample_rate);
  }

  void Keep(const File& file, const Bytes& bytes) const {
    const fs::path folder = fs::path(eval_.prepared_folder) / file.domain;
    fs::create_directories(folder);
    const fs::path name =
        file.path == kStandardStream ? "standard-input" : fs::path(file.path).filename();
    ResultFile out((folder / name).string(), options_.force);
    out.sink().Write(bytes);
    out.Commit();
  }

  void Report(const std::string& problem, ProgressLine& line) {
    const ProgressLine::Hidden hidden(line);
    spdlog::error(problem);
    failed_ = true;
  }

  const Options& options_;
  const EvalOptions& eval_;
  const std::string build_ = BuildId();
  std::vector<File> files_;
  std::list<Measurer> measurers_;
  const Peers* peers_ = nullptr;
  std::vector<Task> tasks_;
  std::vector<std::optional<Measurement>> measured_;  // of each task
  std::vector<std::string> notes_;
  Mutex mutex_;
  Records records_ LMZIP_GUARDED_BY(mutex_);
  std::atomic<bool> failed_ = false;
};

}  // namespace

int RunEval(const Options& options) { return Eval(options).Execute(); }

}  // namespace lmzip
