// Speed of the native engine beside the machine's int8 peak, measured in turns.
//
// usage: engine_bench [MODEL.pt] [TEXT]
//
// Each line: streams in step (or one stream in blocks) on 1 or 2 threads, each with its own
// predictor; kB/s of all threads together; G operations/s a thread, and their share of the peak;
// the phases' shares of the time. The best of many short pieces counts, of the peak's too: what
// else runs on the machine can only slow pieces down.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "base/cpu.h"
#include "engine/native.h"
#include "engine/peak.h"
#include "model/model_file.h"

namespace lmzip {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPieces = 30;
constexpr int kPieceTokens = 256;
constexpr int kStreamTokens = 16384;

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

struct Job {
  int threads;
  int lanes;
  int count;  // tokens a lane and call
};

/// Runs pieces of text through a predictor of `lanes` streams.
class Runner {
 public:
  Runner(std::unique_ptr<Predictor> predictor, int vocabulary, const std::string& text, Job job)
      : vocabulary_(vocabulary),
        text_(text),
        job_(job),
        predictor_(std::move(predictor)),
        lanes_(job.lanes),
        tokens_(size_t{1} * job.lanes * job.count),
        logits_(tokens_.size() * vocabulary) {
    std::iota(lanes_.begin(), lanes_.end(), 0);
  }

  /// Seconds a token.
  double RunPiece() {
    const int calls = std::max(1, kPieceTokens / static_cast<int>(tokens_.size()));
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) Call();
    return Seconds(Clock::now() - start) / calls / static_cast<double>(tokens_.size());
  }

 private:
  void Call() {
    if (position_ >= kStreamTokens) position_ = 0;
    for (int lane = 0; lane < job_.lanes; ++lane) {
      if (position_ == 0) predictor_->Reset(lane);
      for (int i = 0; i < job_.count; ++i) {
        tokens_[lane * job_.count + i] = TokenAt(lane, position_ + i);
      }
    }
    predictor_->Run(lanes_, job_.count, tokens_.data(), logits_.data());
    position_ += job_.count;
  }

  int32_t TokenAt(int lane, int position) const {
    if (position == 0) return vocabulary_;
    const size_t place = (size_t{1} * lane * kStreamTokens + position) % text_.size();
    return static_cast<uint8_t>(text_[place]) % vocabulary_;
  }

  const int vocabulary_;
  const std::string& text_;
  const Job job_;
  const std::unique_ptr<Predictor> predictor_;
  std::vector<int> lanes_;
  std::vector<int32_t> tokens_;
  std::vector<int16_t> logits_;
  int position_ = 0;
};

struct Speed {
  double seconds_a_token = 1e9;
  double peak = 0;
};

Speed Measure(const Model& model, const std::string& text, Job job) {
  Runner runner(model.NewPredictor(job.lanes), model.vocabulary(), text, job);
  Speed speed;
  for (int piece = 0; piece < kPieces; ++piece) {
    speed.peak = std::max(speed.peak, MeasureInt8Peak(ActiveIsa()));
    for (int i = 0; i < 4; ++i) {
      speed.seconds_a_token = std::min(speed.seconds_a_token, runner.RunPiece());
    }
  }
  return speed;
}

PhaseSeconds MeasurePhases(const Model& model, const std::string& text, Job job) {
  PhaseSeconds phases;
  Runner runner(NewTimedPredictor(model, job.lanes, &phases), model.vocabulary(), text, job);
  for (int piece = 0; piece < kPieces; ++piece) runner.RunPiece();
  return phases;
}

void Report(const Model& model, int64_t operations, const std::string& text, Job job) {
  std::vector<Speed> speeds(job.threads);
  std::vector<std::thread> threads;
  for (Speed& speed : speeds) {
    threads.emplace_back([&] { speed = Measure(model, text, job); });
  }
  for (std::thread& thread : threads) thread.join();
  double tokens = 0;
  double share = 0;
  for (const Speed& speed : speeds) {
    tokens += 1 / speed.seconds_a_token;
    share += static_cast<double>(operations) / speed.seconds_a_token / speed.peak / job.threads;
  }
  const PhaseSeconds phases = MeasurePhases(model, text, job);
  const double all = phases.products + phases.attention + phases.other;
  std::printf("%7d %5d %5d %8.1f %8.0f %6.1f%% %8.0f%% %9.0f%% %5.0f%%\n", job.threads, job.lanes,
              job.count, tokens * 1e-3,
              tokens * static_cast<double>(operations) / job.threads * 1e-9, share * 100,
              phases.products / all * 100, phases.attention / all * 100, phases.other / all * 100);
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.empty()) throw std::runtime_error("cannot read " + path.string());
  return text;
}

void Run(const std::filesystem::path& model_path, const std::filesystem::path& text_path) {
  const std::string text = ReadText(text_path);
  const auto file = ModelFile::Open(model_path);
  const auto start = Clock::now();
  const auto model = NewNativeModel({file, &file->weights()});
  const double load = Seconds(Clock::now() - start);
  const int64_t operations = OperationsPerToken(file->weights().shape);
  std::printf("%s, %s: %.2f M operations a token, packed in %.2f ms; peak %.0f G operations/s\n",
              file->info().name.c_str(), model->engine().c_str(),
              static_cast<double>(operations) * 1e-6, load * 1e3,
              MeasureInt8Peak(ActiveIsa()) * 1e-9);
  std::printf("threads lanes count     kB/s    Gop/s   share products attention other\n");
  const Job kJobs[] = {{1, 1, 1},  {1, 2, 1},    {1, 4, 1}, {1, 8, 1}, {1, 16, 1},
                       {1, 1, 16}, {1, 1, 1024}, {2, 1, 1}, {2, 4, 1}, {2, 1, 1024}};
  for (const Job job : kJobs) Report(*model, operations, text, job);
}

}  // namespace
}  // namespace lmzip

int main(int argc, char** argv) {
  try {
    const std::filesystem::path models = LMZIP_MODELS_DIR;
    lmzip::Run(argc > 1 ? argv[1] : models / "base.pt",
               argc > 2 ? argv[2] : models / "../src/model/EXACT.md");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "engine_bench: %s\n", e.what());
    return 1;
  }
  return 0;
}
