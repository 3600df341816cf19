// The pool under many jobs, cancellation and failing models.
#include "codec/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "support/damage.h"
#include "support/order2_frames.h"

namespace lmzip {
namespace {

using testing::CodedHeader;
using testing::ErrorOf;
using testing::Order2Content;
using testing::Order2Model;
using testing::Order2Pool;
using testing::TestNetwork;
using testing::TestPool;

struct Frame {
  FrameHeader header;
  Bytes content;
  std::vector<uint32_t> checks;
  Bytes code;
};

std::vector<Frame> SomeFrames(Order2Pool& pool, int count) {
  std::vector<Frame> frames;
  for (int i = 0; i < count; ++i) {
    const size_t size = 1 + static_cast<size_t>(i * 977 % 3000);
    const int lanes_log2 = i % 3 == 2 ? i % 5 : 0;
    const FrameKind kind = i % 4 == 3   ? FrameKind::kMixed
                           : i % 4 == 2 ? FrameKind::kModelMixed
                                        : FrameKind::kModel;
    Frame frame{CodedHeader(kind, size, lanes_log2, 6),
                Order2Content(size, static_cast<uint64_t>(i)),
                {},
                {}};
    frame.checks = {UnitCheck(frame.content)};
    frame.code = pool.Encode(frame.header, frame.content);
    frames.push_back(std::move(frame));
  }
  return frames;
}

// All at once in one queue: single lanes join batches, many lanes are shared among threads.
void CheckManyFramesInFlight(Sharing sharing, int preferred_lanes) {
  Order2Pool single(1, 1);
  const std::vector<Frame> frames = SomeFrames(single, 24);
  for (int threads : {1, 2, 5}) {
    Order2Pool pool(threads, preferred_lanes, sharing);
    std::vector<Bytes> decoded;
    for (const Frame& frame : frames) decoded.emplace_back(frame.content.size());
    std::vector<JobOwner> decoders, encoders;
    for (size_t i = 0; i < frames.size(); ++i) {
      decoders.push_back(
          pool.StartDecoding(frames[i].header, frames[i].checks, frames[i].code, decoded[i]));
      encoders.push_back(pool.StartEncoding(frames[i].header, frames[i].content));
    }
    for (size_t i = frames.size(); i-- > 0;) {
      decoders[i]->WaitAll();
      encoders[i]->WaitAll();
      ASSERT_EQ(decoded[i], frames[i].content) << i;
      ASSERT_EQ(encoders[i]->TakeCode(), frames[i].code) << i;
    }
  }
}

TEST(WorkerPool, ManyFramesInFlight) { CheckManyFramesInFlight(Sharing::kLanes, 6); }

// Encoders and decoders, of few lanes and of many, in the same calls.
TEST(WorkerPool, WholeFramesInBatches) {
  for (int lanes : {1, 40, 500}) CheckManyFramesInFlight(Sharing::kFrames, lanes);
}

TEST(WorkerPool, ManyOwners) {
  Order2Pool pool(3, 8);
  const std::vector<Frame> frames = SomeFrames(pool, 12);
  std::vector<std::thread> owners;
  for (int owner = 0; owner < 4; ++owner) {
    owners.emplace_back([&pool, &frames, owner] {
      for (size_t i = 0; i < frames.size(); ++i) {
        const Frame& frame = frames[(i + static_cast<size_t>(owner)) % frames.size()];
        ASSERT_EQ(pool.Decode(frame.header, frame.checks, frame.code), frame.content);
        ASSERT_EQ(pool.Encode(frame.header, frame.content), frame.code);
      }
    });
  }
  for (std::thread& owner : owners) owner.join();
}

TEST(WorkerPool, CancelledJobsLeaveTheirBuffersAlone) {
  for (int threads : {1, 3}) {
    Order2Pool pool(threads, 4);
    const Bytes content = Order2Content(40000, 1);
    const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 2, 10);
    const Bytes code = pool.Encode(header, content);
    const std::vector<uint32_t> checks = {UnitCheck(content)};
    for (int round = 0; round < 10; ++round) {
      auto decoded = std::make_unique<Bytes>(content.size());
      auto copy = std::make_unique<Bytes>(content);
      auto decoding =
          std::make_unique<JobOwner>(pool.StartDecoding(header, checks, code, *decoded));
      auto encoding = std::make_unique<JobOwner>(pool.StartEncoding(header, *copy));
      std::this_thread::sleep_for(std::chrono::microseconds(300 * round));
      decoding.reset();
      decoded.reset();  // sanitizers see any later use
      encoding.reset();
      copy.reset();
    }
    ASSERT_EQ(pool.Decode(header, checks, code), content);
  }
}

// One predictor serves the batch: a frame that fails or goes must not disturb its neighbours.
TEST(WorkerPool, NeighboursOfAFailingFrameGoOn) {
  Order2Pool pool(1, 8);
  const Bytes content = Order2Content(20000, 3);
  const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 0, 8);
  const Bytes code = pool.Encode(header, content);
  const std::vector<uint32_t> checks = {UnitCheck(content)};
  const Bytes cut = testing::Cut(code, code.size() / 2);
  std::vector<Bytes> decoded(6, Bytes(content.size()));
  std::vector<JobOwner> jobs;
  for (size_t i = 0; i < decoded.size(); ++i) {
    jobs.push_back(pool.StartDecoding(header, checks, i % 2 ? cut : code, decoded[i]));
  }
  for (size_t i = 0; i < decoded.size(); ++i) {
    const auto error = ErrorOf([&] { jobs[i]->WaitAll(); });
    if (i % 2) {
      EXPECT_EQ(error, ErrorCode::kCorrupt);
    } else {
      EXPECT_EQ(error, std::nullopt);
      EXPECT_EQ(decoded[i], content);
    }
  }
}

TEST(WorkerPool, AModelThatCannotBeOpenedEndsTheJob) {
  Order2Model model;
  std::atomic<bool> broken = true;
  TestNetwork network([&]() -> const Model& {
    if (broken) throw Error(ErrorCode::kModelLoad, "broken");
    return model;
  });
  TestPool pool(network, 2);
  const Bytes content = Order2Content(5000, 4);
  const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 2, 6);
  for (int round = 0; round < 3; ++round) {
    broken = round < 2;
    JobOwner job(FrameJob::Encode(header, content, {}));
    pool.Submit(job.get());
    EXPECT_EQ(ErrorOf([&] { job->WaitAll(); }),
              broken ? std::optional(ErrorCode::kModelLoad) : std::nullopt);
  }
}

// The mixer alone needs no engine: a model that cannot run does not matter.
TEST(WorkerPool, FramesOfTheMixerOpenNoModel) {
  TestNetwork network([]() -> const Model& { throw Error(ErrorCode::kModelLoad, "opened"); });
  TestPool pool(network, 2);
  const Bytes content = Order2Content(5000, 5);
  const FrameHeader header = CodedHeader(FrameKind::kMixed, content.size(), 0, 20);
  JobOwner job(FrameJob::Encode(header, content, {}));
  pool.Submit(job.get());
  EXPECT_EQ(ErrorOf([&] { job->WaitAll(); }), std::nullopt);
}

/// Calls functions with the number of lanes when a predictor starts a call and when it computes.
class WatchedModel : public Order2Model {
 public:
  using Watch = std::function<void(size_t lanes)>;

  explicit WatchedModel(
      Watch computes, Watch starts = [](size_t) {}, int preferred_lanes = 4)
      : Order2Model(preferred_lanes), computes_(std::move(computes)), starts_(std::move(starts)) {}
  std::unique_ptr<Predictor> NewPredictor(int lanes) const override {
    class Watched : public Predictor {
     public:
      Watched(std::unique_ptr<Predictor> inner, const WatchedModel& model)
          : inner_(std::move(inner)), model_(model) {
        ++model_.predictors;
        ++model_.made;
      }
      ~Watched() override { --model_.predictors; }
      int lanes() const override { return inner_->lanes(); }
      void Reset(int lane) override { inner_->Reset(lane); }
      void Start(std::span<const int> lanes, int count, const int32_t* tokens) override {
        lanes_ = lanes.size();
        model_.starts_(lanes_);
        inner_->Start(lanes, count, tokens);
      }
      void Collect(int16_t* logits) override {
        model_.computes_(lanes_);
        inner_->Collect(logits);
      }

     private:
      const std::unique_ptr<Predictor> inner_;
      const WatchedModel& model_;
      size_t lanes_ = 0;
    };
    return std::make_unique<Watched>(Order2Model::NewPredictor(lanes), *this);
  }

  mutable std::atomic<int> predictors = 0;  // that exist
  mutable std::atomic<int> made = 0;

 private:
  const Watch computes_;
  const Watch starts_;
};

TEST(WorkerPool, AModelThatFailsInTheMiddleEndsTheJob) {
  for (int threads : {1, 3}) {
    std::atomic<int> fuel = 100;
    const WatchedModel model([&](size_t) {
      if (--fuel < 0) throw std::runtime_error("out of fuel");
    });
    TestNetwork network(model);
    TestPool pool(network, threads);
    const Bytes content = Order2Content(50000, 6);
    const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 2, 10);
    JobOwner job(FrameJob::Encode(header, content, {}));
    pool.Submit(job.get());
    EXPECT_THROW(job->WaitAll(), std::runtime_error);
  }
}

/// What a progress shows whenever the model is called.
std::set<uint64_t> ProgressOf(int threads, FrameKind kind, bool decode) {
  Progress progress;
  std::mutex mutex;
  std::set<uint64_t> seen;
  bool watching = false;
  const WatchedModel model([&](size_t) {
    const std::lock_guard lock(mutex);
    if (watching) seen.insert(progress.raw_bytes);
  });
  TestNetwork network(model);
  TestPool pool(network, threads);
  const Bytes content = Order2Content(4000, 8);
  FrameHeader header = CodedHeader(kind, content.size(), 2, 14);  // one block
  WorkClock clock;
  FrameProgress part(&progress);
  const auto run = [&](std::shared_ptr<FrameJob> started, bool watched) {
    JobOwner job(std::move(started));
    if (watched) job->Watch(clock, &part);
    watching = watched;
    pool.Submit(job.get());
    job->WaitAll();
    return decode && watched ? Bytes() : job->TakeCode();
  };
  const Bytes code = run(FrameJob::Encode(header, content, {}), !decode);
  if (decode) {
    Bytes decoded(content.size());
    header.data_bytes = code.size();
    run(FrameJob::Decode(header, UnitChecks(content, header.unit_bytes()), code, decoded, {}),
        true);
    EXPECT_EQ(progress.coded_bytes, code.size());
  } else {
    EXPECT_NEAR(static_cast<double>(progress.coded_bytes), static_cast<double>(code.size()), 8);
  }
  EXPECT_EQ(progress.raw_bytes, content.size());
  EXPECT_GT(clock.seconds(), 0);
  return seen;
}

TEST(WorkerPool, ProgressMovesInsideABlock) {
  for (int threads : {1, 3}) {
    for (const FrameKind kind : {FrameKind::kModel, FrameKind::kModelMixed}) {
      for (const bool decode : {false, true}) {
        const std::set<uint64_t> seen = ProgressOf(threads, kind, decode);
        EXPECT_GE(seen.size(), 6u) << threads << decode;  // of 4,000 bytes
      }
    }
  }
}

TEST(WorkClock, CountsWhatRunsOnceAndPausesNotAtAll) {
  using std::chrono::milliseconds;
  WorkClock clock;
  EXPECT_EQ(clock.seconds(), 0);
  clock.Begin();
  clock.Begin();
  std::this_thread::sleep_for(milliseconds(2));
  clock.End();
  clock.End();
  EXPECT_EQ(clock.seconds(), 0);  // nobody worked
  clock.Add(milliseconds(1));     // for others, most of the time
  EXPECT_EQ(clock.seconds(), 0.001);
  clock.Add(std::chrono::hours(1));  // two threads, both all of the time
  const double seconds = clock.seconds();
  EXPECT_GE(seconds, 0.002);
  EXPECT_LT(seconds, 3600);
  std::this_thread::sleep_for(milliseconds(2));
  EXPECT_EQ(clock.seconds(), seconds);
}

// Frames of two calls in one batch: their times together are those of the thread.
TEST(WorkerPool, WorkIsSharedByTheFramesOfABatch) {
  std::promise<void> all_wait;
  Order2Model model(8);
  const Bytes content = Order2Content(5000, 9);
  FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 0, 16);
  const Bytes code = Order2Pool(1).Encode(header, content);
  header.data_bytes = code.size();
  TestNetwork network([&, waited = all_wait.get_future().share()]() -> const Model& {
    waited.wait();
    return model;
  });
  TestPool pool(network, 1);
  WorkClock clocks[2];
  {
    Bytes decoded[2] = {Bytes(content.size()), Bytes(content.size())};
    std::vector<JobOwner> jobs;
    for (int i : {0, 1}) {
      jobs.emplace_back(
          FrameJob::Decode(header, UnitChecks(content, header.unit_bytes()), code, decoded[i], {}));
      jobs[i]->Watch(clocks[i], nullptr);
      pool.Submit(jobs[i].get());
    }
    const auto start = std::chrono::steady_clock::now();
    all_wait.set_value();
    for (JobOwner& job : jobs) job->WaitAll();
    jobs.clear();
    const std::chrono::duration<double> both = std::chrono::steady_clock::now() - start;
    // The first waited for the model to be opened.
    EXPECT_LE(clocks[1].seconds(), both.count() / 2 + 1e-6);
    EXPECT_GT(clocks[1].seconds(), 0);
    EXPECT_GT(clocks[0].seconds(), 0);
  }
}

/// The most lanes of a frame of four that a thread had, when frames of these sizes waited at once.
size_t MostLanesOfAThread(int threads, const std::vector<size_t>& sizes, int most_groups = 64) {
  std::promise<void> all_wait;
  std::atomic<size_t> most = 0;
  const WatchedModel model([&](size_t lanes) {
    for (size_t seen = most; seen < lanes && !most.compare_exchange_weak(seen, lanes);) continue;
  });
  TestNetwork network([&, waited = all_wait.get_future().share()]() -> const Model& {
    waited.wait();
    return model;
  });
  TestPool pool(network, threads, most_groups);
  std::vector<Bytes> contents;
  for (size_t size : sizes) contents.push_back(Order2Content(size, size));
  std::vector<JobOwner> jobs;
  for (const Bytes& content : contents) {
    const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 2, 6);
    jobs.emplace_back(FrameJob::Encode(header, content, {}));
    pool.Submit(jobs.back().get());
  }
  all_wait.set_value();
  for (JobOwner& job : jobs) job->WaitAll();
  return most;
}

TEST(WorkerPool, ManyFramesAreSharedByFewThreadsEach) {
  // The first frame may be divided before the others wait; it is like none of them.
  EXPECT_EQ(MostLanesOfAThread(2, {1000, 5000}), 2u);
  EXPECT_EQ(MostLanesOfAThread(2, {1000, 5000, 20000}), 2u);
  EXPECT_EQ(MostLanesOfAThread(2, {1000, 5000, 6000}), 4u);
  EXPECT_EQ(MostLanesOfAThread(4, {1000, 5000}), 1u);
  EXPECT_EQ(MostLanesOfAThread(4, {1000, 5000, 6000, 7000}), 2u);
  EXPECT_EQ(MostLanesOfAThread(4, {1000, 5000, 6000, 7000, 8000}), 4u);
}

TEST(WorkerPool, FramesAreNotDividedFurtherThanThereAreCpus) {
  EXPECT_EQ(MostLanesOfAThread(4, {1000, 5000}, 2), 2u);
  EXPECT_EQ(MostLanesOfAThread(4, {1000, 5000}, 1), 4u);
}

// Two batches, where a device computes: the second when the first is full.
TEST(WorkerPool, ADeviceWorksWhileTheHostCodes) {
  for (int frames : {3, 4, 8}) {
    int started = 0, overlaps = 0;
    const WatchedModel model([&](size_t) { overlaps += started-- > 1; },
                             [&](size_t) { ++started; });
    TestNetwork network(model, Sharing::kFrames);
    TestPool pool(network, 1);
    std::vector<Bytes> contents;
    for (int i = 0; i < frames; ++i)
      contents.push_back(Order2Content(2000, static_cast<uint64_t>(i)));
    const FrameHeader header = CodedHeader(FrameKind::kModel, 2000, 0, 11);
    std::vector<JobOwner> jobs;
    const FrameHeader first_header = CodedHeader(FrameKind::kModel, 20000, 0, 16);
    const Bytes first = Order2Content(20000, 9);  // the others come while it is in work
    jobs.emplace_back(FrameJob::Encode(first_header, first, {}));
    pool.Submit(jobs.back().get());
    for (const Bytes& content : contents) {
      jobs.emplace_back(FrameJob::Encode(header, content, {}));
      pool.Submit(jobs.back().get());
    }
    for (JobOwner& job : jobs) job->WaitAll();
    if (frames <= 3) {
      EXPECT_EQ(overlaps, 0);
    } else {
      EXPECT_GT(overlaps, 10);
    }
  }
}

// Frames of several networks, in turns: each comes out, on the workers that may run its network.
TEST(WorkerPool, FramesOfManyNetworks) {
  const Bytes content = Order2Content(3000, 7);
  const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 2, 8);
  const Bytes code = Order2Pool(1).Encode(header, content);
  for (int threads : {1, 3, 4}) {
    std::mutex mutex;
    std::vector<std::set<std::thread::id>> seen(3);
    std::vector<std::unique_ptr<WatchedModel>> models;
    std::vector<std::unique_ptr<TestNetwork>> networks;
    for (size_t i = 0; i < seen.size(); ++i) {
      models.push_back(std::make_unique<WatchedModel>([&, i](size_t) {
        const std::lock_guard lock(mutex);
        seen[i].insert(std::this_thread::get_id());
      }));
      const int most_workers = i == 2 ? WorkerPool::kNoLimit : static_cast<int>(i) + 1;
      networks.push_back(std::make_unique<TestNetwork>(*models[i], Sharing::kLanes, most_workers));
    }
    {
      TestPool pool(*networks[0], threads);
      std::vector<JobOwner> jobs;
      for (size_t i = 0; i < 60; ++i) {
        jobs.emplace_back(FrameJob::Encode(header, content, {}));
        pool.Submit(jobs.back().get(), *networks[(i * i + i / 7) % 3]);
      }
      for (JobOwner& job : jobs) {
        job->WaitAll();
        ASSERT_EQ(job->TakeCode(), code);
      }
    }
    EXPECT_EQ(seen[0].size(), 1u);
    EXPECT_LE(seen[1].size(), 2u);
    for (const auto& model : models) EXPECT_EQ(model->predictors, 0);
  }
}

// A worker has room for what the largest network keeps: the budget counts that once, and predictors
// that do not fit go, the one that was used longest ago first.
TEST(WorkerPool, PredictorsAreKeptAsFarAsThereIsRoom) {
  const Bytes content = Order2Content(500, 7);
  const FrameHeader header = CodedHeader(FrameKind::kModel, content.size(), 0, 10);
  const auto ignore = [](size_t) {};
  const WatchedModel small[2] = {WatchedModel(ignore), WatchedModel(ignore)};
  const WatchedModel large(ignore, ignore, 8);
  TestNetwork networks[3] = {TestNetwork(small[0]), TestNetwork(small[1]), TestNetwork(large)};
  TestPool pool(networks[0], 1);
  const uint64_t all = pool.budget().total();
  const auto run = [&](int network) {
    JobOwner job(FrameJob::Encode(header, content, {}));
    pool.Submit(job.get(), networks[network]);
    job->WaitAll();
  };
  run(0);
  run(1);  // in its place
  run(0);
  EXPECT_EQ(small[0].made, 2);
  EXPECT_EQ(small[1].made, 1);
  run(2);
  run(0);  // in its place
  run(1);  // beside it
  for (int i = 0; i < 5; ++i) run(i % 2);
  EXPECT_EQ(small[0].made, 3);
  EXPECT_EQ(small[1].made, 2);
  EXPECT_EQ(large.made, 1);
  const uint64_t room = 8 * large.lane_bytes();
  EXPECT_FALSE(pool.budget().Try(all - room + 1));
  EXPECT_TRUE(pool.budget().Try(all - room));
}

TEST(WorkerPool, NetworksThatNeedMoreMemoryThanThereIsAreRefused) {
  const Order2Model model;
  const Bytes content = Order2Content(500, 7);
  TestNetwork network(model);
  MemoryBudget budget(4 * model.lane_bytes() - 1);
  WorkerPool pool(1, budget);
  JobOwner job(
      FrameJob::Encode(CodedHeader(FrameKind::kModel, content.size(), 0, 10), content, {}));
  pool.Submit(job.get(), {&network});
  EXPECT_EQ(ErrorOf([&] { job->WaitAll(); }), ErrorCode::kLimit);
}

}  // namespace
}  // namespace lmzip
