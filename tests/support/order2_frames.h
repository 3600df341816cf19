// Frames coded with the order-2 test model.
#pragma once

#include <functional>

#include "codec/codec_context.h"
#include "codec/frame_job.h"
#include "codec/worker_pool.h"
#include "format/content_check.h"
#include "support/order2_model.h"
#include "support/random_bytes.h"

namespace lmzip::testing {

/// Content that the order-2 model predicts well: about one bit a byte.
inline Bytes Order2Content(size_t count, uint64_t seed) {
  Random random(seed);
  Bytes bytes(count);
  int32_t a = 0, b = 0;
  for (uint8_t& byte : bytes) {
    byte = Below(random, 100) < 93 ? Order2Model::Successor(a, b) : static_cast<uint8_t>(random());
    a = b;
    b = byte;
  }
  return bytes;
}

inline FrameHeader CodedHeader(FrameKind kind, uint64_t raw_bytes, int lanes_log2,
                               int segment_log2) {
  return {.kind = kind,
          .raw_bytes = raw_bytes,
          .data_bytes = 0,
          .geometry = {.lanes_log2 = lanes_log2, .segment_log2 = segment_log2}};
}

/// A network of a model that a function opens.
class TestNetwork : public Network {
 public:
  explicit TestNetwork(std::function<const Model&()> open, Sharing sharing = Sharing::kLanes,
                       int most_workers = kNoLimit)
      : open_(std::move(open)), sharing_(sharing), most_workers_(most_workers) {}
  explicit TestNetwork(const Model& model, Sharing sharing = Sharing::kLanes,
                       int most_workers = kNoLimit)
      : TestNetwork([&model]() -> const Model& { return model; }, sharing, most_workers) {}

  std::string name() const override { return "test"; }
  const Model& Open() override {
    const Model& model = open_();
    const MutexLock lock(mutex_);
    memory_ = {.model_bytes = 0,
               .predictor_bytes = model.predictor_bytes(),
               .lane_bytes = model.lane_bytes(),
               .preferred_lanes = model.preferred_lanes()};
    return model;
  }
  NetworkMemory memory() const override {
    const MutexLock lock(mutex_);
    return memory_;
  }
  Sharing sharing() const override { return sharing_; }
  int most_workers() const override { return most_workers_; }

 private:
  const std::function<const Model&()> open_;
  const Sharing sharing_;
  const int most_workers_;
  mutable Mutex mutex_;
  NetworkMemory memory_ LMZIP_GUARDED_BY(mutex_);
};

/// A pool with all the memory that it may want, and one network.
class TestPool {
 public:
  /// `network` must outlive this.
  TestPool(Network& network, int threads, int most_groups = WorkerPool::kNoLimit)
      : network_(network), pool_(threads, budget_, most_groups) {}

  void Submit(std::shared_ptr<FrameJob> job) { Submit(std::move(job), network_); }
  void Submit(std::shared_ptr<FrameJob> job, Network& network) {
    std::vector<Network*> networks;
    if (job->header().uses_model()) networks.push_back(&network);
    pool_.Submit(std::move(job), std::move(networks));
  }
  MemoryBudget& budget() { return budget_; }

 private:
  Network& network_;
  MemoryBudget budget_{uint64_t{1} << 40};
  WorkerPool pool_;
};

/// A pool over one order-2 model.
class Order2Pool {
 public:
  explicit Order2Pool(int threads, int preferred_lanes = 4, Sharing sharing = Sharing::kLanes)
      : model_(preferred_lanes), network_(model_, sharing), pool_(network_, threads) {}

  JobOwner StartEncoding(const FrameHeader& header, ByteView content) {
    return Submit(FrameJob::Encode(header, content, {}));
  }

  JobOwner StartDecoding(const FrameHeader& header, std::vector<uint32_t> checks, ByteView data,
                         std::span<uint8_t> content) {
    return Submit(FrameJob::Decode(header, std::move(checks), data, content, {}));
  }

  Bytes Encode(const FrameHeader& header, ByteView content) {
    JobOwner job = StartEncoding(header, content);
    job->WaitAll();
    return job->TakeCode();
  }

  CostSum Measure(const FrameHeader& header, ByteView content, std::span<SymbolCost> costs = {}) {
    JobOwner job = Submit(FrameJob::Measure(header, content, {}, {}, costs));
    job->WaitAll();
    return job->cost();
  }

  Bytes Sample(const FrameHeader& header, std::unique_ptr<CodeSource> code) {
    Bytes content(header.raw_bytes);
    JobOwner job = Submit(
        FrameJob::Sample(header, std::make_unique<BitDecoder>(std::move(code)), content, {}));
    job->WaitAll();
    return content;
  }

  Bytes Decode(const FrameHeader& header, const std::vector<uint32_t>& checks, ByteView data) {
    Bytes content(header.raw_bytes);
    JobOwner job = StartDecoding(header, checks, data, content);
    job->WaitAll();
    return content;
  }

 private:
  JobOwner Submit(std::shared_ptr<FrameJob> job) {
    pool_.Submit(job);
    return JobOwner(std::move(job));
  }

  Order2Model model_;
  TestNetwork network_;
  TestPool pool_;  // last: its threads use the model
};

}  // namespace lmzip::testing
